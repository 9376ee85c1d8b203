"""Abbreviations as the English words they stand for. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.rule import Rule, any_of, words

ALWAYS = MappingProxyType(
    {"arr.": "arriving", "dep.": "departing",
     "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miz", "Prof.": "Professor", "Jr.": "Junior", "Sr.": "Senior",
     "Ave.": "Avenue", "Blvd.": "Boulevard", "Rd.": "Road", "Hwy.": "Highway", "Sq.": "Square", "Apt.": "Apartment",
     "Dept.": "Department", "dept.": "department", "Assn.": "Association", "Univ.": "University", "Bros.": "Brothers",
     "Corp.": "Corporation", "Inc.": "Incorporated", "Ltd.": "Limited", "approx.": "approximately",
     "Approx.": "Approximately", "vs.": "versus", "Vs.": "Versus", "cf.": "compare", "viz.": "namely",
     "et al.": "and others", "ibid.": "in the same place", "est.": "estimated", "Est.": "Established",
     "incl.": "including", "excl.": "excluding", "resp.": "respectively", "misc.": "miscellaneous",
     "govt.": "government", "Govt.": "Government", "mgmt.": "management", "intl.": "international",
     "min.": "minimum", "max.": "maximum", "avg.": "average", "temp.": "temperature", "tel.": "telephone",
     "Tel.": "Telephone", "ext.": "extension", "Ext.": "Extension", "hrs.": "hours", "mins.": "minutes",
     "secs.": "seconds", "lbs.": "pounds", "yrs.": "years", "mos.": "months", "tbsp.": "tablespoons",
     "tsp.": "teaspoons",     "orig.": "originally", "esp.": "especially", "ca.": "circa", "a.k.a.": "also known as",
     "p.a.": "per annum", "ref.": "reference", "Ref.": "Reference", "qty.": "quantity", "cont.": "continued",
     "Tues.": "Tuesday", "Thurs.": "Thursday",
     "Messrs.": "Messers"}
)  # fmt: skip
"""Abbreviations with their stop, which goes, unless the sentence ends there."""

BARE = MappingProxyType(
    {"Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "vs": "versus", "Ave": "Avenue",
     "Blvd": "Boulevard", "w/o": "without", "a/k/a": "also known as", "aka": "also known as",
     "YoY": "year over year", "QoQ": "quarter over quarter",
     "MoM": "month over month",
     "b/c": "because",
     "n/a": "not applicable", "N/A": "not applicable", "c/o": "care of", "TL;DR": "T.L.D.R",
     "e.g": "for example", "i.e": "that is"}
)  # fmt: skip

BEFORE_NAMES = MappingProxyType(
    {"Dr": "Doctor", "St": "Saint", "Sts": "Saints", "Gen": "General", "Sgt": "Sergeant", "Capt": "Captain",
     "Cpt": "Captain", "Cpl": "Corporal", "Col": "Colonel", "Lt": "Lieutenant", "Maj": "Major", "Adm": "Admiral",
     "Cmdr": "Commander", "Rev": "Reverend", "Fr": "Father", "Hon": "Honorable", "Gov": "Governor", "Sen": "Senator",
     "Rep": "Representative", "Pres": "President", "Sec": "Secretary", "Supt": "Superintendent", "Det": "Detective",
     "Mt": "Mount", "Mts": "Mounts", "Ft": "Fort"}
)  # fmt: skip
AFTER_NAMES = MappingProxyType(
    {"St": "Street", "Dr": "Drive", "Mt": "Mountain", "Ft": "Fort", "Co": "Company",
     "Ln": "Lane", "Ct": "Court", "Pl": "Place", "Pkwy": "Parkway", "Mtn": "Mountain"}
)  # fmt: skip
BEFORE_NUMBERS = MappingProxyType(
    {"pp": "pages", "p": "page", "vol": "volume", "Vol": "Volume", "vols": "volumes", "ch": "chapter", "Ch": "Chapter",
     "fig": "figure", "Fig": "Figure", "figs": "figures", "Figs": "Figures", "eq": "equation", "Eq": "Equation",
     "sec": "section", "Sec": "Section", "art": "article", "Art": "Article", "no": "number", "No": "Number",
     "nos": "numbers", "Nos": "Numbers", "op": "opus", "Op": "Opus",
     "par": "paragraph", "ver": "version", "ed": "edition"}
)  # fmt: skip

STARTERS = frozenset(
    words(
        "A After All An And As At Because Before But By Every For From He Her Here His How I If In Is It Its Just My "
        "No Not Now Of On Or Our She So That The Their Then There These They This Those To Turn Until We What When "
        "Where Which While Who Why With Yes You Your"
    )
)
"""Words with a capital because a sentence begins with them."""

ENDS = r"(?=\s*$|\s+[\"'“‘(]?[A-Z])"
"""What shows that a sentence ends with the stop of an abbreviation."""


def _stop(match: re.Match[str]) -> str:
    word = ALWAYS[match[1]]
    ends = match[1] not in NEVER_LAST and re.match(ENDS, match.string[match.end() : match.end() + 4])
    return f"{word}." if ends else word


NEVER_LAST = frozenset(
    words(
        "Mr. Mrs. Ms. Prof. Messrs. vs. Vs. cf. approx. Approx. Univ. a.k.a. Jr. Sr. Inc. Ltd. Corp. Dept. Est. Bros. "
        "Ave. Blvd. Rd."
    )
)
"""Abbreviations that a capital letter follows within the sentence."""


def _title(match: re.Match[str]) -> str:
    """Tell Saint Mary and Doctor Who from Main Street and Mulholland Drive."""
    word, before, after = match["word"], match["before"] or "", match["after"]
    begins = after in STARTERS
    street = before and before.strip() not in STARTERS and (after is None or begins or _numbered(match))
    if street and word in AFTER_NAMES:
        return before + AFTER_NAMES[word] + ("." if begins and match["stop"] else _closing(match))
    return before + BEFORE_NAMES[word] if word in BEFORE_NAMES and after is not None else match[0]


def _numbered(match: re.Match[str]) -> bool:
    """Say whether a house number stands before the street: 5 Main St. Springfield."""
    before = match.string[max(0, match.start() - 30) : match.start()]
    return re.search(r"\d\w?\s(?:[A-Z][\w.]*\s){0,2}$", before) is not None


def _closing(match: re.Match[str]) -> str:
    return "." if match["stop"] and re.match(r"\s*$", match.string[match.end() :][:4]) else ""


_TITLES = any_of({**BEFORE_NAMES, **AFTER_NAMES})
RULES: tuple[Rule, ...] = (
    (re.compile(r"\best\.(?=\s(?:(?:six|seven|eigh|nine)teen|twenty|two thousand)\b)"), "established"),
    (re.compile(r"\bCtrl\b"), "Control"),
    (re.compile(r"\bCmd\b"), "Command"),
    (re.compile(r"\be\.\s?g\.,?", re.IGNORECASE), "for example"),
    (re.compile(r"\bi\.\s?e\.,?", re.IGNORECASE), "that is"),
    (re.compile(r"(?<=[\w,)] )(?<!slash )etc\b"), "et cetera"),
    (re.compile(r"\betc\.(?=\s+[a-z]|[,;:)])"), "et cetera"),
    (re.compile(rf"(?<![\w.])({any_of(BEFORE_NUMBERS)})\.\s?(?=\(?\d)"), lambda match: f"{BEFORE_NUMBERS[match[1]]} "),
    (re.compile(r"(?<![\w.-])(?<!dash )(pp?)\s(?=\d)"), lambda match: f"{BEFORE_NUMBERS[match[1]]} "),
    (
        re.compile(
            rf"(?<![\w.])(?P<before>(?:(?:[A-Z][a-z]+(?:['’]s)?|\d+(?:st|nd|rd|th)|[a-z]+(?:th|st|nd|rd))\s))?(?P<word>{_TITLES})"
            r"(?P<stop>\.)?(?![\w.’'])(?:(?=\s+(?P<after>[A-Z]\w{0,20}))|(?!\s+[A-Z]))"
        ),
        _title,
    ),
    (re.compile(rf"(?<![\w.])({any_of(ALWAYS)})(?!\w)"), _stop),
    (re.compile(rf"(?<![\w.&])({any_of(BARE)})(?![\w/])"), lambda match: BARE[match[1]]),
    (re.compile(r"(?<!\w)w/(?=\s?\w)"), "with "),
)
