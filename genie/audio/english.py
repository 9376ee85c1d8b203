"""Signs, units, money, dates and times as English words; plain numbers are left to the voice. Pure."""

import calendar
import re
from collections.abc import Callable, Mapping

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"

MONEY: Mapping[str, tuple[str, str]] = {
    "$": ("dollar", "cent"),
    "€": ("euro", "cent"),
    "£": ("pound", "penny"),
    "¥": ("yen", ""),
    "₹": ("rupee", "paisa"),
}

SCALES: Mapping[str, str] = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "bn": "billion",
    "b": "billion",
    "tn": "trillion",
}

UNITS: Mapping[str, str] = {
    "km/h": "kilometer per hour", "kph": "kilometer per hour", "mph": "mile per hour", "m/s": "meter per second",
    "mm": "millimeter", "cm": "centimeter", "m": "meter", "km": "kilometer", "ft": "foot", "yd": "yard", "mi": "mile",
    "m²": "square meter", "km²": "square kilometer", "m³": "cubic meter", "sq ft": "square foot",
    "mg": "milligram", "g": "gram", "kg": "kilogram", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "ml": "milliliter", "mL": "milliliter", "l": "liter", "L": "liter", "gal": "gallon", "tbsp": "tablespoon",
    "tsp": "teaspoon", "ms": "millisecond", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "Mbps": "megabit per second",
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "W": "watt", "kW": "kilowatt",
    "kWh": "kilowatt hour", "V": "volt", "mAh": "milliamp hour", "kcal": "kilocalorie", "hPa": "hectopascal",
    "dB": "decibel",
    "°C": "degree Celsius", "°F": "degree Fahrenheit", "℃": "degree Celsius", "℉": "degree Fahrenheit", "°": "degree",
}  # fmt: skip

FRACTIONS: Mapping[str, tuple[int, int]] = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅛": (1, 8),
    "⅜": (3, 8),
}

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

PARTS: Mapping[int, str] = {
    2: "half",
    3: "third",
    4: "quarter",
    5: "fifth",
    6: "sixth",
    7: "seventh",
    8: "eighth",
    9: "ninth",
    10: "tenth",
}


def in_words(text: str) -> str:
    """Return a line of plain English text as it is said."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return re.sub(r"\s+", " ", text).strip()


def _address(match: re.Match[str]) -> str:
    """Say the name of a site, not the way through it."""
    return match[1].removeprefix("www.").replace(".", " dot ").replace("-", " dash ")


def _mail(match: re.Match[str]) -> str:
    words = {".": " dot ", "@": " at ", "_": " underscore ", "-": " dash ", "+": " plus "}
    return re.sub(r"[.@_+-]", lambda sign: words[sign[0]], match[0])


def _date(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match[0]
    return f"{calendar.month_name[month]} {day}, {year}"


def _money(match: re.Match[str]) -> str:
    """Say an amount: whole and hundredths apart, unless a scale or another number of decimals follows."""
    one, part = MONEY[match["sign"]]
    whole, _, rest = match["amount"].partition(".")
    if scale := match["scale"]:
        return f"{match['amount']} {SCALES.get(scale.lower(), scale)} {_plural(one, '')}"
    if not rest or not part or len(rest) != 2:
        return f"{match['amount']} {_plural(one, match['amount'])}"
    parts = f"{int(rest)} {_plural(part, str(int(rest)))}"
    if not int(rest):
        return f"{whole} {_plural(one, whole)}"
    return parts if whole == "0" else f"{whole} {_plural(one, whole)} and {parts}"


def _unit(match: re.Match[str]) -> str:
    return f"{match[1]} {_plural(UNITS[match[2]], match[1])}"


def _plural(unit: str, amount: str) -> str:
    """Return a unit as it is said after an amount: 1 mile per hour, 2 miles per hour."""
    if amount == "1":
        return unit
    first, _, rest = unit.partition(" per ")
    if first.startswith("degree"):
        first = first.replace("degree", "degrees")
    elif first.endswith(("hertz", "yen")):
        pass
    else:
        first = first.removesuffix("foot") + "feet" if first.endswith("foot") else _with_s(first)
    return f"{first} per {rest}" if rest else first


def _with_s(word: str) -> str:
    return {"penny": "pence", "paisa": "paise"}.get(word, f"{word}s")


def _fraction(match: re.Match[str]) -> str:
    """Say a fraction that is less than one and common; another may be a date or a score."""
    whole, above, below = match["whole"], int(match["above"]), int(match["below"])
    if not 0 < above < below or below not in PARTS:
        return match[0]
    return _say_fraction(whole, above, below)


def _sign_fraction(match: re.Match[str]) -> str:
    return _say_fraction(match["whole"], *FRACTIONS[match["sign"]])


def _say_fraction(whole: str | None, above: int, below: int) -> str:
    part = PARTS[below]
    parts = part if above == 1 else "halves" if below == 2 else f"{part}s"
    if whole:
        return f"{whole} and {'a' if above == 1 and below != 8 else COUNTS[above]} {parts}"
    return f"{COUNTS[above]} {parts}"


def _clock(match: re.Match[str]) -> str:
    """Say a time of day as people do: 7 o'clock, 7 oh 5, 7 30."""
    hour, minute, half = match["hour"], match["minute"], match["half"]
    after = f" {half.upper()}M" if half else ""
    if minute in (None, "00"):
        return f"{hour}{after}" if half else f"{hour} o'clock" if 1 <= int(hour) <= 12 else f"{int(hour)} hundred"
    return f"{hour} oh {minute[1]}{after}" if minute[0] == "0" else f"{hour}:{minute}{after}"


def _range(match: re.Match[str]) -> str:
    """Say "to" between two numbers that rise; others may be scores, codes or telephone numbers."""
    low, high = match.groups()
    like = len(high) - len(low) <= 1 and (len(low), len(high)) != (3, 4)
    return f"{low} to {high}" if like and float(low) < float(high) else match[0]


def _any_of(words: Mapping[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


RULES: tuple[Rule, ...] = (
    (re.compile(r"[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+"), _mail),
    (re.compile(r"(?:https?://|(?=www\.))(\w[\w-]*(?:\.\w[\w-]*)*)(?::\d+)?(?:[/?#](?:\S*[\w/=])?)?"), _address),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b(?!-)"), _date),
    # ranges, and signs in front of a number
    (re.compile(r"(?<=[\d%°])\s?–\s?(?=[$€£¥]?\d)"), " to "),
    (re.compile(r"(?<![\w.,:/-])(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(?![\d:/-]|[.,]\d)"), _range),
    (re.compile(r"(?<![\w)\].,-])[-−](?=[$€£¥]?\d)"), "minus "),
    (re.compile(r"(?<![\w~])[~≈](?=[$€£¥]?\d)"), "about "),
    (re.compile(r"(?:\bNo\.\s?|\bno\.\s|(?<!\w)#)(?=\d)"), "number "),
    (re.compile(r"(?<!\w)#(?=[A-Za-z])"), ""),
    # times of day
    (
        re.compile(
            r"(?<![\d:.,])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s?(?P<half>[apAP])(?:\.\s?[mM]\b(?:\.(?=\s*[a-z\d,;:!?]))?|[mM]\b)"
        ),
        _clock,
    ),
    (re.compile(r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<half>)(?![\d:]|[.,]\d)"), _clock),
    # amounts
    (
        re.compile(
            rf"(?<![A-Za-z])(?P<sign>[$€£¥₹])\s?(?P<amount>{NUMBER})"
            r"(?:(?P<scale>(?:bn|mn|tn|[kKmMbB])\b|\s?(?:thousand|million|billion|trillion)\b)|(?![\w]))"
        ),
        _money,
    ),
    (re.compile(rf"(?<![\w.,])(?P<amount>{NUMBER})\s?(?P<sign>[€£¥₹])(?P<scale>)(?!\w)"), _money),
    (re.compile(rf"(?:(?P<whole>\d+)\s?)?(?P<sign>[{''.join(FRACTIONS)}])"), _sign_fraction),
    (re.compile(r"(?<![\d/.,-])(?:(?P<whole>\d+)\s)?(?P<above>\d)/(?P<below>\d{1,2})(?![\d/-]|[.,]\d)"), _fraction),
    (re.compile(rf"(?<![\w.,])({NUMBER})\s?({_any_of(UNITS)})(?![\w²³/°'])"), _unit),
    (re.compile(r"(?<=\d)\s?%"), " percent"),
    # arithmetic
    (re.compile(r"\s*(?:->|=>|→|⇒)\s*"), " to "),
    (re.compile(r"\s*×\s*|(?<=[\d)])\s?\*\s?(?=[\d(])|(?<=\d) x (?=\d)"), " times "),
    (re.compile(r"(?<=\d)x(?=\d)"), " by "),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)2(?!\d)|²"), " squared"),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)3(?!\d)|³"), " cubed"),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)(?=[\w(-])"), " to the power of "),
    (re.compile(r"\s*÷\s*|(?<=\d) / (?=\d)|(?<=\d)/(?=\d+\s*=)"), " divided by "),
    (re.compile(r"(?<=[\w)]) \+ (?=[\w(])|(?<=\d)\+(?=\d)"), " plus "),
    (re.compile(r"(?<=[\d)]) - (?=[\d(])|\s*−\s*"), " minus "),
    (re.compile(r"\s*±\s*"), " plus or minus "),
    (re.compile(r"\s*(?:≠|!=)\s*"), " is not equal to "),
    (re.compile(r"\s*(?:≤|<=)\s*"), " is at most "),
    (re.compile(r"\s*(?:≥|>=)\s*"), " is at least "),
    (re.compile(r"\s*≈\s*"), " is about "),
    (re.compile(r"(?<=[\w)])\s*<\s*(?=\d)"), " is less than "),
    (re.compile(r"(?<=[\w)])\s*>\s*(?=\d)"), " is greater than "),
    (re.compile(r"(?<=[\w)%½])\s*={1,3}\s*(?=\S)"), " equals "),
    (re.compile(r"√\s*"), "the square root of "),
    (re.compile(r"π"), " pi "),
    (re.compile(r"∞"), "infinity"),
    # abbreviations
    (re.compile(r"\be\.\s?g\.", re.IGNORECASE), "for example"),
    (re.compile(r"\bi\.\s?e\.", re.IGNORECASE), "that is"),
    (re.compile(r"\betc\.(?=\s+[a-z]|[,;:)])"), "et cetera"),
    (re.compile(r"\betc\b"), "et cetera"),
    (re.compile(r"\bvs\b\.?"), "versus"),
    (re.compile(r"\bapprox\."), "approximately"),
    (re.compile(r"(?<!\w)w/o(?=\s)"), "without"),
    (re.compile(r"(?<!\w)w/(?=\s?\w)"), "with "),
    (re.compile(r"\s&\s"), " and "),
)
