"""Places and their time zones: every city of the zone names, countries, and what people call other cities. Pure.

Sources: the IANA time zone database as the `tzdata` package carries it (`zones`, `zone.tab`, `iso3166.tab`).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Place:
    """A name as it is written, and its time zones: one, or several for a place that needs a closer name."""

    name: str
    zones: tuple[str, ...]


ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "UTC": "UTC, Coordinated universal time, Universal time, Zulu",
        "GMT": "GMT, Greenwich mean time, Greenwich",
        "America/New_York": (
            "New York City, NYC, Manhattan, Brooklyn, Boston, Washington, Washington DC, Washington D C, Philadelphia,"
            " Miami, Orlando, Atlanta, Baltimore, Pittsburgh, Cleveland, Charlotte, Buffalo,"
            " Eastern time, Eastern standard time, EST, EDT"
        ),
        "America/Chicago": (
            "Houston, Dallas, Austin, San Antonio, New Orleans, Minneapolis, Saint Louis, Milwaukee,"
            " Memphis, Nashville, Kansas City, Oklahoma City, Illinois, Minnesota, Louisiana,"
            " Central time, Central standard time"
        ),
        "America/Denver": "Salt Lake City, Albuquerque, Santa Fe, Colorado, Utah, New Mexico, Mountain time",
        "America/Phoenix": "Arizona, Tucson",
        "America/Los_Angeles": (
            "LA, L A, San Francisco, SF, Hollywood, San Diego, San Jose, Oakland, Sacramento, Silicon Valley,"
            " Palo Alto, Berkeley, Seattle, Redmond, Washington State, Las Vegas, Vegas, California,"
            " Pacific time, Pacific standard time, PST, PDT"
        ),
        "America/Anchorage": "Alaska",
        "Pacific/Honolulu": "Hawaii",
        "America/Toronto": "Montreal, Ottawa, Quebec, Quebec City",
        "America/Edmonton": "Calgary, Banff",
        "America/Vancouver": "Victoria British Columbia, British Columbia",
        "America/Mexico_City": "Guadalajara, Puebla",
        "America/Sao_Paulo": "Rio de Janeiro, Rio, Brasilia",
        "America/Argentina/Buenos_Aires": "Argentina",
        "America/Santiago": "Chile",
        "America/Guayaquil": "Quito, Ecuador",
        "Europe/London": (
            "England, Britain, Great Britain, UK, U K, United Kingdom, Scotland, Wales, Northern Ireland, Edinburgh,"
            " Glasgow, Manchester, Liverpool, Leeds, Bristol, Oxford, Cardiff, Belfast"
        ),
        "Europe/Dublin": "Republic of Ireland, Cork, Galway",
        "Europe/Berlin": (
            "Germany, Munich, Hamburg, Frankfurt, Cologne, Stuttgart, Dresden, Leipzig, Dusseldorf, Bonn, Hanover,"
            " Nuremberg, Bremen, Central European time"
        ),
        "Europe/Paris": "Lyon, Marseille, Nice, Toulouse, Bordeaux, Strasbourg",
        "Europe/Madrid": "Spain, Barcelona, Valencia, Seville, Bilbao, Malaga",
        "Atlantic/Canary": "Canary Islands, Tenerife, Gran Canaria",
        "Europe/Lisbon": "Portugal, Porto",
        "Europe/Rome": "Milan, Venice, Florence, Naples, Turin, Bologna, Palermo, Sicily",
        "Europe/Zurich": "Geneva, Basel, Bern, Lausanne",
        "Europe/Vienna": "Salzburg, Graz, Innsbruck",
        "Europe/Amsterdam": "Holland, Netherlands, Rotterdam, The Hague, Utrecht",
        "Europe/Brussels": "Antwerp, Bruges, Ghent",
        "Europe/Warsaw": "Krakow, Gdansk",
        "Europe/Prague": "Czechia",
        "Europe/Athens": "Thessaloniki, Crete",
        "Europe/Moscow": "Saint Petersburg, St Petersburg",
        "Europe/Kyiv": "Ukraine, Kiev, Odessa",
        "Europe/Istanbul": "Ankara, Turkiye, Constantinople",
        "Africa/Cairo": "Alexandria",
        "Africa/Johannesburg": "Cape Town, Pretoria, Durban",
        "Africa/Lagos": "Abuja",
        "Africa/Casablanca": "Marrakesh, Marrakech, Rabat",
        "Asia/Jerusalem": "Tel Aviv, Haifa",
        "Asia/Dubai": "Abu Dhabi, Emirates, UAE",
        "Asia/Riyadh": "Mecca, Medina, Jeddah",
        "Asia/Karachi": "Islamabad, Lahore",
        "Asia/Kolkata": (
            "Delhi, New Delhi, Mumbai, Bombay, Bangalore, Bengaluru, Chennai, Madras, Hyderabad, Pune, Goa"
        ),
        "Asia/Kathmandu": "Katmandu",
        "Asia/Bangkok": "Phuket, Chiang Mai",
        "Asia/Ho_Chi_Minh": "Hanoi, Ho Chi Minh City, Saigon",
        "Asia/Yangon": "Rangoon, Burma, Myanmar",
        "Asia/Shanghai": "China, Beijing, Peking, Shenzhen, Guangzhou, Canton, Wuhan, Chengdu, Nanjing, Hangzhou",
        "Asia/Kuala_Lumpur": "Malaysia",
        "Asia/Makassar": "Bali",
        "Asia/Seoul": "Korea, South Korea, Busan",
        "Asia/Pyongyang": "North Korea",
        "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Hiroshima, Nagoya, Sapporo",
        "Asia/Tashkent": "Uzbekistan",
        "Asia/Almaty": "Kazakhstan",
        "Asia/Nicosia": "Cyprus",
        "Asia/Gaza": "Palestine",
        "Australia/Sydney": "Canberra, New South Wales",
        "Australia/Brisbane": "Queensland",
        "Australia/Hobart": "Tasmania",
        "Pacific/Auckland": "New Zealand, Wellington, Christchurch",
        "Pacific/Easter": "Easter Island",
        "Indian/Christmas": "Christmas Island",
        "Atlantic/Reykjavik": "Iceland",
    }
)
"""Names by zone, besides those that stand in the database. Countries whose zones hardly differ go by their capital."""

SEVERAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "America": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        "USA": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        "Georgia": ("America/New_York", "Asia/Tbilisi"),
        "San Juan": ("America/Puerto_Rico", "America/Argentina/San_Juan"),
        "Texas": ("America/Chicago", "America/Denver"),
        "Florida": ("America/New_York", "America/Chicago"),
        "Europe": ("Europe/London", "Europe/Berlin", "Europe/Athens"),
        "Africa": ("Africa/Lagos", "Africa/Cairo", "Africa/Nairobi"),
        "Asia": ("Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo"),
    }
)
"""Names that mean more than one zone."""

_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_NO_CITIES = frozenset({"ACT", "LHI", "North", "South", "West", "Center", "Easter", "Christmas"})
"""Last parts of zone names that mean something else where people speak."""

_SMALL_WORDS = re.compile(r"\b(?:And|De|Des|Do|Es|Of|Au|Da)\b(?!$)")


def find(text: str) -> Place | None:
    """Return the place of this name: "tokyo", "são paulo", "paris, france", "europe/berlin", "utc"."""
    name = _key(text)
    catalog = _catalog()
    return catalog.get(name) or catalog.get(name.removeprefix("the ")) or _within(name)


def _within(name: str) -> Place | None:
    """Return the city of "berlin germany", if it lies in that country."""
    words = name.split()
    for cut in range(1, len(words)):
        city, country = (_catalog().get(" ".join(part)) for part in (words[:cut], words[cut:]))
        if city and country and len(city.zones) == 1 and set(city.zones) <= set(country.zones):
            return city
    return None


def _key(text: str) -> str:
    """Return a name without case, accents and marks."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(re.sub(r"[-_/,]", " ", plain.casefold().replace("'", "").replace(".", "")).split())


@cache
def _catalog() -> Mapping[str, Place]:
    """Read the database once; of two places with one name the better known comes first."""
    catalog: dict[str, Place] = {}
    for place in (*_aliases(), *_cities(), *_countries()):
        catalog.setdefault(_key(place.name), place)
    for zone in _lines("zones"):
        catalog.setdefault(_key(zone), Place(zone.rsplit("/")[-1].replace("_", " "), (zone,)))
    return MappingProxyType(catalog)


def _aliases() -> Iterator[Place]:
    for name, zones in SEVERAL.items():
        yield Place(name, zones)
    for zone, names in ALIASES.items():
        for name in names.split(","):
            yield Place(name.strip(), (zone,))


def _cities() -> Iterator[Place]:
    for zone in _lines("zones"):
        region, _, city = zone.partition("/")
        last = city.rsplit("/")[-1]
        if city and region in _REGIONS and last not in _NO_CITIES:
            yield Place(_SMALL_WORDS.sub(lambda match: match[0].lower(), last.replace("_", " ")), (zone,))


def _countries() -> Iterator[Place]:
    names = dict(line.split("\t")[:2] for line in _lines("zoneinfo/iso3166.tab"))
    zones: dict[str, list[str]] = {code: [] for code in names}
    for line in _lines("zoneinfo/zone.tab"):
        code, _, zone, *_ = line.split("\t")
        zones[code].append(zone)
    for code, name in names.items():
        if zones[code]:
            yield Place(name.replace("&", "and"), tuple(zones[code]))


def _lines(name: str) -> list[str]:
    text = files("tzdata").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
