"""Measures, percentages and fractions as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.measures import PER, UNITS, plural
from genie.audio.english.numbers import NUMBER, START, in_pairs, ordinal, said
from genie.audio.english.rule import Rule, any_of
from genie.number_words import spell

LARGE = MappingProxyType({"M": "million", "mn": "million", "bn": "billion", "tn": "trillion"})
GLYPHS = MappingProxyType(
    {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
     "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
     "⅑": (1, 9), "⅒": (1, 10)}
)  # fmt: skip
COMPASS = MappingProxyType({"N": "north", "S": "south", "E": "east", "W": "west"})

_UNIT = any_of(UNITS)
_SIZE = r"(?:hundred|thousand|million|billion|trillion)"


def _measure(match: re.Match[str]) -> str:
    """Say a number with its unit: 1 mile per hour, 2 miles per hour, a 5 kilometer run."""
    unit = UNITS[match["unit"]]
    single = (match["number"] == "1" and not match["size"]) or match["hyphen"] or _describes(match)
    words = f"{said(match['number'])}{match['size'] or ''} {unit if single else plural(unit)}"
    return words + _per(match["per"], match["power"]) + _per(match["then"], None) + (", " if match["also"] else "")


def _per(per: str | None, power: str | None) -> str:
    squared = {"²": " squared", "^2": " squared", "³": " cubed", "^3": " cubed"}.get(power or "", "")
    return f" per {PER[per]}{squared}" if per else ""


def _describes(match: re.Match[str]) -> bool:
    """Say whether a measure stands before what it describes: a 5 km run, a 9mm."""
    before = match.string[max(0, match.start() - 4) : match.start()]
    return re.search(r"(?<!\w)an? $", before, re.IGNORECASE) is not None


def _feet(match: re.Match[str]) -> str:
    inches = f" {said(match[2])} {'inch' if match[2] == '1' else 'inches'}" if match[2] else ""
    return f"{said(match[1])} {'foot' if match[1] == '1' else 'feet'}{inches}"


def _inches(match: re.Match[str]) -> str:
    return f"{said(match[1])} {'inch' if match[1] == '1' or match['thing'] or _describes(match) else 'inches'} "


def _current(match: re.Match[str]) -> str:
    single = _describes(match) or re.match(rf" (?:{_CIRCUIT})", match.string[match.end() : match.end() + 12])
    return f"{said(match[1])} {'amp' if single else 'amps'}"


def _angle(match: re.Match[str]) -> str:
    given = (("degree", match[1]), ("minute", match[2]), ("second", match[3]))
    names = [(name, re.sub(r"^0+(?=\d)", "", number)) for name, number in given if number]
    parts = [f"{said(number)} {name if number == '1' else f'{name}s'}" for name, number in names]
    return " ".join([*parts, COMPASS[match[4]]] if match[4] else parts)


def _glyph(match: re.Match[str]) -> str:
    return _fraction_words(match["whole"], *GLYPHS[match["sign"]]) + _of_unit(match)


def _fraction(match: re.Match[str]) -> str:
    """Say a fraction, a grade, or one number over another."""
    above, below = int(match["above"]), int(match["below"])
    if not below or len(match["above"]) > 3 or match["above"][0] == "0":
        return match[0]
    if (below in (10, 100) or match["stars"]) and not match["whole"] and 0 <= above <= below:
        return f"{spell(above)} out of {spell(below)}{match['stars'] or ''}"
    if above + below == 100 or above == below == 20:
        return f"{spell(above)} {spell(below)}"
    if 0 < above < below <= 100 or match["whole"]:
        return _fraction_words(match["whole"], above, below) + _of_unit(match) + (match["stars"] or "")
    return f"{spell(above)} over {spell(below)}{match['stars'] or ''}" if not match["unit"] else match[0]


def _of_unit(match: re.Match[str]) -> str:
    if not match["unit"]:
        return ""
    unit = UNITS[match["unit"]]
    return f" {plural(unit) if match['whole'] and not _describes(match) else unit}"


def _fraction_words(whole: str | None, above: int, below: int) -> str:
    part = {2: "half", 4: "quarter"}.get(below, ordinal(below))
    parts = part if above == 1 else "halves" if below == 2 else f"{part}s"
    if whole:
        article = "a" if above == 1 and below not in (8, 11, 18) else spell(above)
        return f"{said(whole)} and {article} {parts}"
    return f"{spell(above)} {parts}"


def _inch(match: re.Match[str]) -> str:
    """Write an inch by its own sign where no quotation is open that could end here."""
    before = match.string[max(0, match.start() - QUOTED) : match.end() - 1]
    return match[0] if re.search(r"(?:^|[\s(\[])\"(?=\S)[^\"]*$", before) else f"{match[1] or match[2]}″"


QUOTED = 200
"""Characters in front of a straight quotation mark in which a quotation may have begun."""

_LONG = "x|×|by|wide|long|tall|deep|thick"
_SIDE = "px|mm|cm|m|km|in|ft|″|′"
_CIRCUIT = "fuse|breaker|circuit|outlet|charger|current|supply|plug|socket"
_THING = "monitor|screen|tv|TV|display|laptop|pipe"
_AMOUNTS = "dollars?|cents?|euros?|pounds?|pence|yen|rupees?|percent|million|billion"
_UNIT_AFTER = rf"(?:\s?(?P<unit>{_UNIT})(?![\w²³/°'’]))?"

RULES: tuple[Rule, ...] = (
    (
        re.compile(r"\b(I|US|SR|CA|Route|Highway|Hwy)([- ]\d{1,3}) ([NSEW])(?!\w)"),
        lambda match: f"{match[1]}{match[2]} {COMPASS[match[3]]}",
    ),
    (re.compile(r"(?<![\w.,])(\d{1,3}) lbs?\.? (?=\d{1,2}(?:\.\d)? oz\b)"), r"\1 lb "),
    (re.compile(r"(?<=\d)\.\.(?=\d)"), " to "),
    (re.compile(r"(?<=\d)(?=π)"), " "),
    (re.compile(r"(?<![\w/.,])(\d{2,3})/(?=\d{2,3}\s?mmHg\b)"), lambda match: f"{in_pairs(int(match[1]))} over "),
    (re.compile(r"(?<![\w.,])(\d{1,4}(?:\.\d{1,3})?) in(?:(?=\)|\s[=≈(])|\.?(?=\sof\b)|\.(?=\s[a-z]|[,;:)]))"), r"\1″"),
    (re.compile(r"\b((?i:step|page|part|question|slide|round|lap)\s\d{1,3})/(?=\d{1,3}(?![\w/]|[.,]\d))"), r"\1 of "),
    (
        re.compile(rf"{START}({NUMBER})(?: plus|\+)\s(?=\w\w)({_UNIT})(?!\w)"),
        lambda match: f"{said(match[1])} plus {plural(UNITS[match[2]])}",
    ),
    (
        re.compile(
            rf"((?:\d\.\d{{1,3}}|\d/\d{{1,2}}|[{''.join(GLYPHS)}]|(?<=[x×] )\d{{1,4}}|(?<=[x×])\d{{1,4}})\s?"
            r"|\d(?=\"\s?[x×]))\"(?!\w)|(\d)\"(?=x\d)"
        ),
        _inch,
    ),
    (re.compile(rf"(?<=\d)(\s?(?:{_SIDE})?)\s?[x×]\s?(?=\d[\d.]{{0,8}}\s?(?:{_SIDE})(?![\w²³/°'’]))"), r"\1 by "),
    (
        re.compile(r"(?<![\w/.,])([2-9]|1[0-6])/([248]|16)(?= time\b)"),
        lambda match: f"{said(match[1])} {said(match[2])}",
    ),
    (
        re.compile(rf"{START}(\d{{1,4}}\.\d{{1,3}}|\d{{1,4}}(?=\s?A (?:at \d|{_CIRCUIT})))\s?A(?![\w'’&-]|\.\w)"),
        _current,
    ),
    (re.compile(r"(?<![\w.,])(\d{1,3}) ?([CF]) ?/ ?(\d{1,3}) ?([CF])(?!\w)"), r"\1°\2/\3°\4"),
    (re.compile(r"(?<=\d) x (?=\d[\d.,]{0,8}\s?(?:mg|g|ml|mL|kg|tablets?|reps?)\b)"), " times "),
    (re.compile(r"(?<![\w.,/-])24/7(?![\w/])"), "twenty four seven"),
    (
        re.compile(r"(?<![\w/.])(km|mi|m|MB|GB)/([hs])(?![\w/²^])"),
        lambda match: plural(UNITS[match[1]]) + _per(match[2], None),
    ),
    (re.compile(r"(?<![\w/.,])(?<!\d )(?:½|1/2)(?= an? [a-z])"), "half"),
    (re.compile(r"(?<=\d)\s?x\s?/\s?(?=(?:day|week|month|year|night|hour)\b)"), " times a "),
    (re.compile(r"(?<![\w/.,])([1-9])/(\d{1,2})(?:rd|th)s\b"), r"\1/\2"),
    (
        re.compile(rf"(?<![\w/.,])(?:(?P<whole>\d{{1,9}})[\s\u2009-]?)?(?P<sign>[{''.join(GLYPHS)}]){_UNIT_AFTER}"),
        _glyph,
    ),
    (
        re.compile(r"(?<![\w/.,$€£-])(\d{1,3}\.\d{1,3})/((?:4|5|10|20|100)(?:\.0)?)(?![\w/-]|[.,]\d)"),
        lambda match: f"{said(match[1])} out of {said(match[2].removesuffix('.0'))}",
    ),
    (
        re.compile(
            r"(?<![\w/.,$€£-])(?:(?P<whole>\d{1,6})[\s-])?(?P<above>\d{1,4})[/⁄](?P<below>\d{1,4})"
            rf"(?![\w/]|-\d|[.,]\d|\s?[=%])(?P<stars> stars?\b)?{_UNIT_AFTER}"
        ),
        _fraction,
    ),
    (re.compile(r"(?<![\w.,])(\d{1,2})\s?['′’]\s?(\d{1,2}(?:\.\d)?)\s?(?:[\"″”]|['′’]{2})(?!\w)"), _feet),
    (re.compile(r"(?<![\w.,'’])([3-8])\s?['′’](1[01]|\d)(?![\w'’\"″”])"), _feet),
    (
        re.compile(
            r"(?<![\w.,])(\d{1,4}(?:\.\d+)?)\s?°\s?(\d{1,2})\s?[′'’]\s?(?:(\d{1,2}(?:\.\d+)?)\s?[″\"”])?"
            r"\s?([NSEW])?\b"
        ),
        _angle,
    ),
    (re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d+)?)\s?°\s?()()([NSEW])\b"), _angle),
    (
        re.compile(
            rf"(?<![\w.,])(\d{{1,5}}(?:\.\d+)?)\s?(?:″|\"(?=\s?(?:{_LONG}|{_THING})\b))(?=\s?(?P<thing>{_THING})?)"
        ),
        _inches,
    ),
    (
        re.compile(
            r"(?<![\w.,])(\d{1,2})\s?(?:ft|foot|feet)\.?,?\s(\d{1,2})\s?in\b(?:\.(?=\s[a-z]|[,;)]))?(?!\s(?:the|this|that|an?|each|my|our)\b)"
        ),
        _feet,
    ),
    (re.compile(r"(?<![\w.,])(\d{1,5})\s?′(?!\w)"), lambda match: f"{said(match[1])} feet"),
    (
        re.compile(
            rf"{START}(?P<number>{NUMBER})(?P<size>\s{_SIZE})?(?:\s|(?P<hyphen>-)|\u202f)?(?P<unit>{_UNIT})"
            rf"(?:\s?/\s?(?P<per>{any_of(PER)})(?P<power>²|³|\^2|\^3)?(?:/(?P<then>{any_of(PER)}))?|(?P<also>\s?/\s?)(?=[-−]?\d)|\.(?=\s[a-z]|[,;:)]|\s\d{{1,2}}\s(?:min|sec|oz|in)))?"
            r"(?!(?<!/)[\w²³/°'’]|\.\w)"
        ),
        _measure,
    ),
    (
        re.compile(rf"(?<=[⁰¹²³⁴⁵⁶⁷⁸⁹])\s(?P<unit>{_UNIT})(?:/(?P<per>{any_of(PER)}))?(?![\w²³/°'’])"),
        lambda match: f" {plural(UNITS[match['unit']])}{_per(match['per'], None)}",
    ),
    (
        re.compile(
            rf"{START}(\d{{1,3}}\.\d{{1,2}}|\d{{2,3}}(?:,\d{{3}})?)(k|B)(?= (?:[a-z]{{2,20}}s|people|men|women)\b)"
        ),
        lambda match: f"{said(match[1])} {'thousand' if match[2] == 'k' else 'billion'}",
    ),
    (
        re.compile(rf"{START}({NUMBER})\s?(M|mn|bn|tn)(?!\w)"),
        lambda match: f"{said(match[1])} {LARGE[match[2]]}",
    ),
    (re.compile(r"(?<=\d)\s?%\s?(?=/)"), " percent "),
    (re.compile(r"(?<=\d)\s?%(?=\w)"), " percent "),
    (re.compile(r"(?<=\d)\s?%"), " percent"),
    (re.compile(r"(?<=\d)\s?‰"), " per mille"),
    (
        re.compile(rf"(\b(?:{_AMOUNTS})|\d [a-z]{{3,20}})\s?/\s?({any_of(PER)})(?![\w/])(?:\.(?=[,;:)]|\s[a-z]))?"),
        lambda match: f"{match[1]} per {PER[match[2]]}",
    ),
)
