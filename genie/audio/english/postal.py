"""American states and postal codes as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.numbers import each, in_pairs
from genie.audio.english.rule import Rule, any_of

STATES = MappingProxyType(
    {"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
     "CT": "Connecticut", "DE": "Delaware", "DC": "D.C", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
     "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
     "LA": "Louisiana", "ME": "Maine",
     "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
     "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
     "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio",
     "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
     "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
     "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming"}
)  # fmt: skip


def _coded(match: re.Match[str]) -> str:
    """Say the state, and its code digit by digit."""
    return ", ".join([STATES[match["state"]], *(each(part) for part in match["code"].split("-"))])


STREETS = "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct|Place|Pl|Parkway|Terrace|Square"

RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"(?<![\w.,-])(\d{{3,4}})(?= (?:[NSEW]\.? )?(?:[A-Z\d][a-z]{{1,20}} ){{1,3}}(?:{STREETS})\b)"),
        lambda match: in_pairs(int(match[1])) if match[1][0] != "0" else match[0],
    ),
    (
        re.compile(
            rf"(?:(?<=[a-z], )|(?<=[a-z] ))(?P<state>{any_of(STATES)}),? (?P<code>\d{{5}}(?:-\d{{4}})?)(?![\w-]|[.,]\d)"
        ),
        _coded,
    ),
)
"""Behind a town; without a code a state may be a word: OK, OR, ME."""
