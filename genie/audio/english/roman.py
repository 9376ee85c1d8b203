"""Roman numerals in names as English words: Henry VIII, World War II, chapter IV. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.abbreviations import STARTERS
from genie.audio.english.numbers import ordinal
from genie.audio.english.rule import Rule
from genie.number_words import spell

VALUES = MappingProxyType({"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000})
NUMERAL = r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"

RULERS = (
    "Albert|Alexander|Alexandra|Alfonso|Benedict|Boniface|Carl|Catherine|Celestine|Charles|Christian|Clement|Constantine|"
    "Cosimo|Darius|Edward|Elizabeth|Eric|Ernest|Ferdinand|Francis|Franz|Frederick|Friedrich|George|Gregory|Gustav|Haakon|"
    "Harald|Henri|Henry|Innocent|Isabella|Ivan|James|Joan|John|Joseph|Juan|Julius|Justinian|Karl|Leo|Leopold|Louis|Ludwig|"
    "Magnus|Manuel|Margaret|Margrethe|Maria|Mary|Maximilian|Mehmed|Michael|Mohammed|Murad|Napoleon|Nicholas|Olaf|Oscar|Otto|"
    "Paul|Pedro|Peter|Philip|Philippe|Pius|Ptolemy|Rainier|Ramesses|Richard|Robert|Rudolf|Selim|Sigismund|Sixtus|Stephen|"
    "Suleiman|Theodosius|Umberto|Urban|Victor|Victoria|Vittorio|Vladimir|Wilhelm|William|Willem|Xerxes"
)
THRONES = r"(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Sultan|Prince|Duke|Pharaoh|Saint|Elizabeth|Napoleon)"
PARTS = (
    "act|annex|apollo|appendix|article|book|canto|chapter|class|division|episode|figure|gemini|grade|group|lesson|level|"
    "mark|mk|module|number|part|phase|scene|season|section|stage|step|super bowl|table|title|tome|"
    "type|unit|version|vol|volume|"
    "world war|war|wrestlemania"
)


def value(numeral: str) -> int:
    """Return the number that a Roman numeral stands for."""
    numbers = [VALUES[letter] for letter in numeral.upper()]
    return sum(-one if one < after else one for one, after in zip(numbers, [*numbers[1:], 0], strict=True))


def _reign(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(value(match[2]))}"


def _part(match: re.Match[str]) -> str:
    return f"{match[1]} {spell(value(match[2]))}"


def _fifth(match: re.Match[str]) -> str:
    """Say Rocky V, Saturn V; not what a V is: the letter, a volt, a model."""
    return match[0] if match[1] in NEVER_NUMBERED else f"{match[1]} five"


NEVER_NUMBERED = STARTERS | {"Model", "Letter", "Vitamin", "Group", "Plan", "Team", "Pattern", "Big", "Like"}
"""Words with a capital before a V that is no number."""

RULES: tuple[Rule, ...] = (
    (re.compile(rf"\b((?:{THRONES}) [A-Z][a-z]+) (I)(?![\w.'’])(?!'m)"), _reign),
    (re.compile(rf"\b((?:{RULERS})) (?=[IVX]{{2,7}}\b|[VX]\b)({NUMERAL})(?!\w)"), _reign),
    (re.compile(rf"\b(World War|Superbowl|Super Bowl) ({NUMERAL})(?!\w)"), _part),
    (re.compile(r"\b(WW)(II?)\b"), lambda match: f"World War {spell(value(match[2]))}"),
    (
        re.compile(rf"\b((?i:{PARTS})\.?) (?=[IVXLCDM]{{2,9}}\b|[VX]\b|I(?:[:.,)]|\s?$|\s[–-]))({NUMERAL})(?![\w'’])"),
        _part,
    ),
    (
        re.compile(rf"\b((?i:act|appendix|book|chapter|part|section|scene|volume)) "
            rf"(?=[ivxl]{{2,7}}\b|v\b)((?i:{NUMERAL}))(?!\w)"),
        _part,
    ),
    (re.compile(rf"\b(?=[IVX]{{1,5}}\b)({NUMERAL})(?:th|st|nd|rd)?"
                rf"(?= (?:century|centuries|Century|dynasty|Dynasty)\b)"),
     lambda match: ordinal(value(match[1]))),
    (
        re.compile(rf"(?<!\w)(?=[IVX]{{2,6}}(?:th|st|nd|rd)\b)({NUMERAL})(?:th|st|nd|rd)\b"),
        lambda match: ordinal(value(match[1])),
    ),
    (re.compile(r"(?<!\w)([A-Z][A-Za-z]{2,20}) V(?![\w'’&-]|\.\w| [A-Z]| for\b)"), _fifth),
    (re.compile(rf"(?<!\w)([A-Z][a-z]+) (?=[IVX]{{2,6}}\b)(?!XX+\b)({NUMERAL})(?!\w)"), _part),
    (re.compile(rf"^(?=[IVX]{{1,5}}[.)] )({NUMERAL})[.)](?= [A-Z])"), lambda match: f"{spell(value(match[1]))}."),
)  # fmt: skip
