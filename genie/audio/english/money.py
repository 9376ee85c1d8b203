"""Amounts of money as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.numbers import NUMBER, said
from genie.audio.english.rule import Rule, any_of

SIGNS = MappingProxyType(
    {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""), "₹": ("rupee", "paisa"),
     "₩": ("won", ""), "₽": ("ruble", "kopeck"), "₺": ("lira", ""), "₪": ("shekel", ""), "₴": ("hryvnia", ""),
     "₫": ("dong", ""), "฿": ("baht", ""), "₿": ("bitcoin", ""),
     "US$": ("U.S dollar", "cent"), "C$": ("Canadian dollar", "cent"), "CA$": ("Canadian dollar", "cent"),
     "A$": ("Australian dollar", "cent"), "AU$": ("Australian dollar", "cent"),
     "NZ$": ("New Zealand dollar", "cent"), "HK$": ("Hong Kong dollar", "cent"), "R$": ("real", "centavo"),
     "S$": ("Singapore dollar", "cent"), "NT$": ("Taiwan dollar", "cent"), "MX$": ("Mexican peso", "centavo"),
     "₦": ("naira", "kobo"), "₱": ("peso", "centavo"), "₡": ("colon", ""), "₸": ("tenge", ""), "₵": ("cedi", "pesewa"),
     "Rs": ("rupee", "paisa"), "Rs.": ("rupee", "paisa")}
)  # fmt: skip
CODES = MappingProxyType(
    {"USD": SIGNS["US$"], "EUR": SIGNS["€"], "GBP": SIGNS["£"], "JPY": SIGNS["¥"], "INR": SIGNS["₹"],
     "CAD": SIGNS["C$"], "AUD": SIGNS["A$"], "NZD": SIGNS["NZ$"], "CHF": ("Swiss franc", "centime"),
     "CNY": ("yuan", ""), "RMB": ("yuan", ""), "SEK": ("Swedish krona", ""), "NOK": ("Norwegian krone", ""),
     "DKK": ("Danish krone", ""), "PLN": ("zloty", ""), "zł": ("zloty", ""), "kr": ("krone", ""),
     "SGD": SIGNS["S$"], "HKD": SIGNS["HK$"], "TWD": SIGNS["NT$"], "MXN": SIGNS["MX$"], "BRL": SIGNS["R$"],
     "KRW": SIGNS["₩"], "RUB": SIGNS["₽"], "ILS": SIGNS["₪"], "UAH": SIGNS["₴"],
     "VND": SIGNS["₫"], "THB": SIGNS["฿"], "NGN": SIGNS["₦"], "ZAR": ("rand", "cent"),
     "CZK": ("Czech koruna", ""), "HUF": ("forint", ""), "IDR": ("rupiah", ""),
     "MYR": ("ringgit", "sen"), "AED": ("dirham", ""), "EGP": ("Egyptian pound", ""),
     "PKR": ("Pakistani rupee", ""), "BTC": ("bitcoin", ""), "ETH": ("ether", "")}
)  # fmt: skip
SCALES = MappingProxyType(
    {"k": "thousand", "m": "million", "mn": "million", "mm": "million", "bn": "billion", "b": "billion",
     "tn": "trillion", "t": "trillion"}
)  # fmt: skip
SAME = frozenset(
    {
        "yen",
        "won",
        "dong",
        "baht",
        "yuan",
        "zloty",
        "ether",
        "rand",
        "forint",
        "rupiah",
        "ringgit",
        "sen",
        "naira",
        "kobo",
    }
)
ODD = MappingProxyType(
    {"penny": "pence", "paisa": "paise", "Swedish krona": "Swedish kronor", "krone": "kroner",
     "Norwegian krone": "Norwegian kroner", "Danish krone": "Danish kroner", "colon": "colones",
     "Czech koruna": "Czech koruny"}
)  # fmt: skip

SCALE = r"(?P<scale>(?:[kK]|[mM][nNmM]?|[bB][nN]?|[tT][nN]?)(?![\w])|[\s-]?(?:thousand|million|billion|trillion)\b)?"
LOW = rf"(?:(?P<low>{NUMBER})(?:[kKmM]|[bB][nN]?)?\s?(?:-|–|to)\s?[$€£¥]?)?"
AMOUNT = rf"(?P<amount>{NUMBER}|\.\d\d(?!\d))"


def _money(match: re.Match[str]) -> str:
    one, part = SIGNS.get(match["sign"]) or CODES[match["sign"]]
    scale = (match["scale"] or "").strip(" -").lower()
    low = f"{said(match['low'])} to " if match["low"] else ""
    return low + amount(match["amount"], SCALES.get(scale, scale), one, part, single=_describes(match))


def amount(number: str, scale: str, one: str, part: str, *, single: bool) -> str:
    """Return an amount: whole and hundredths apart, unless a scale or another number of decimals follows."""
    whole, _, rest = number.partition(".")
    unit = one if single else many(one)
    if scale:
        return f"{said(number)} {scale} {unit}"
    if len(rest) != 2 or not part:
        return f"{said(number)} {one if number == '1' else unit}"
    parts = f"{said(str(int(rest)))} {part if int(rest) == 1 or single else many(part)}"
    wholes = f"{said(whole or '0')} {one if whole == '1' else unit}"
    if not int(rest):
        return wholes
    return parts if not int((whole or "0").replace(",", "")) else f"{wholes} and {parts}"


def many(unit: str) -> str:
    """Return the plural of a currency."""
    return unit if unit in SAME else ODD.get(unit, f"{unit}s")


def _describes(match: re.Match[str]) -> bool:
    """Say whether an amount stands before what it describes: a $5 lunch, the $5 bill."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    after = match.string[match.end() : match.end() + 12]
    if re.match(rf"[\s-](?:{_PRICED})s?\b", after):
        return True
    return bool(re.search(r"(?<!\w)an? $", before, re.IGNORECASE) and re.match(r"[\s-]+[a-z]", after))


def _european(match: re.Match[str]) -> str:
    """Write €1.200,50 as English does, where the comma shows what the points are."""
    return match["sign"] + match["whole"].replace(".", "") + "." + match["part"] + match["after"]


def _cents(match: re.Match[str]) -> str:
    return f"{said(match[1])} {'cent' if match[1] == '1' else 'cents'}"


_PRICED = "bill|note|coin|gift|coupon|voucher|discount|fee|ticket|deposit"
_SIGN = any_of(SIGNS)
RULES: tuple[Rule, ...] = (
    (
        re.compile(r"(?P<sign>[€£$])\s?(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,6}),(?P<part>\d\d)(?![\d.]|,\d)(?P<after>)"),
        _european,
    ),
    (
        re.compile(r"(?<![\w.,])(?P<sign>)(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,6}),(?P<part>\d\d)(?P<after>\s?€)"),
        _european,
    ),
    (re.compile(rf"(?<![\w$€£])(?P<sign>{_SIGN})\s?{LOW}{AMOUNT}{SCALE}(?![\w]|[.,]\d)"), _money),
    (re.compile(rf"(?<![\w.,]){LOW}{AMOUNT}{SCALE}\s?(?P<sign>[€£¥₹₩₽₺₪₴₫฿₿₦₱₡₸₵]|[$](?![\d\w]))(?!\w)"), _money),
    (re.compile(rf"(?<![\w.,]){LOW}{AMOUNT}{SCALE}\s(?P<sign>{any_of(CODES)})(?!\w)"), _money),
    (re.compile(rf"(?<!\w)(?P<sign>{any_of(CODES)})\s{LOW}{AMOUNT}{SCALE}(?![\w]|[.,]\d)"), _money),
    (re.compile(r"(?<![\w.,])(\d+(?:\.\d+)?)\s?¢"), _cents),
)
