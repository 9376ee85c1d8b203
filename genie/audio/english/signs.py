"""Signs of arithmetic, logic and printing as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.rule import Rule, any_of, words

RAISED = MappingProxyType(dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ", "0123456789+-ni", strict=True)))
LOWERED = MappingProxyType(dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₙᵢ", "0123456789+-ni", strict=True)))

_LETTERS = words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
)
GREEK = MappingProxyType(
    dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", _LETTERS, strict=True))
    | {"Γ": "gamma", "Δ": "delta", "Θ": "theta", "Λ": "lambda", "Ξ": "xi", "Π": "pi", "Σ": "sigma", "Φ": "phi",
       "Ψ": "psi", "Ω": "omega", "ϕ": "phi", "ϵ": "epsilon", "∆": "delta"}
)  # fmt: skip

WORDS = MappingProxyType(
    {"±": "plus or minus", "∓": "minus or plus", "≠": "is not equal to", "!=": "is not equal to", "≤": "is at most",
     "<=": "is at most", "≥": "is at least", ">=": "is at least", "≈": "is about", "≡": "is equivalent to",
     "∝": "is proportional to", "∈": "is in", "∉": "is not in", "⊂": "is a subset of", "⊆": "is a subset of",
     "∪": "union", "∩": "intersection", "∀": "for all", "∃": "there exists", "∅": "the empty set", "¬": "not",
     "∧": "and", "∨": "or", "∴": "therefore", "∵": "because", "∑": "the sum of", "∏": "the product of",
     "∫": "the integral of", "∂": "partial", "∇": "nabla", "√": "the square root of", "∛": "the cube root of",
     "∞": "infinity", "⊥": "is perpendicular to", "∥": "is parallel to", "∠": "angle", "÷": "divided by",
     "×": "times", "⋅": "times", "−": "minus", "⇔": "if and only if", "⟺": "if and only if", "↔": "to and from",
     "©": "copyright", "§§": "sections", "§": "section", "¶": "paragraph", "℅": "care of", "⌘": "command"}
)  # fmt: skip

SILENT = "®™†‡•◦▪■□●○◆★☆✓✔✗✘|¦\u2500-\u257f"


def _raised(match: re.Match[str]) -> str:
    power = "".join(RAISED[sign] for sign in match[0])
    if power[-1] in "+-":  # the charge of an ion
        return f" {power[:-1]} {'plus' if power[-1] == '+' else 'minus'}"
    if power in ("2", "3"):
        return " squared" if power == "2" else " cubed"
    return f" to the power of {power.replace('-', 'minus ').replace('+', 'plus ')}"


def _lowered(match: re.Match[str]) -> str:
    return "".join(LOWERED[sign] for sign in match[0])


def _base(match: re.Match[str]) -> str:
    base = "".join(LOWERED[sign] for sign in match[1]) if match[1] else match[2]
    return f"log base {base} of "


def _scientific(match: re.Match[str]) -> str:
    sign = "minus " if match[2] == "-" else ""
    return f"{match[1]} times 10 to the power of {sign}{int(match[3])}"


_GREEK = "[\u0370-\u03ff\u1f00-\u1fff]"
_FUNCTIONS = MappingProxyType({"sin": "sine", "cos": "cosine", "tan": "tangent", "ln": "natural log", "log": "log"})


def _function(match: re.Match[str]) -> str:
    """Say f(x), sin(2x), ln 2."""
    return f"{_FUNCTIONS.get(match['of'], match['of'])} of {match['x']}"


def _product(match: re.Match[str]) -> str:
    """Say 4ac, 2x: four a c, two x."""
    return " ".join(filter(None, match.groups()))


def _greek(match: re.Match[str]) -> str:
    before, after = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]
    return f"{' ' * before.isalnum()}{GREEK[match[1]]}{' ' * after.isalnum()}"


RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<![\w.,])(\d{1,3}|n)!(?=\s+[=+×*/-]|\s?/)"), r"\1 factorial"),
    (
        re.compile(r"([∑∏∫])_(?:\{([^{}]{1,40})\}|(\w))\^(?:\{([^{}]{1,40})\}|(\w|∞))\s?"),
        lambda match: f"{WORDS[match[1]][:-3]} from {match[2] or match[3]} to {match[4] or match[5]} of ",
    ),
    (re.compile(r"(?<![\w'’])(?P<of>[fgh]|sin|cos|tan|ln|log)\((?P<x>[\w° ]{1,40})\)"), _function),
    (re.compile(r"(?<![\w'’])(?P<of>sin|cos|tan) (?P<x>[b-hj-zθαβφ])(?!\w)"), _function),
    (re.compile(r"(?<![\w'’])(?!(?:cm|dm|ft|km|mi|mm|in|yd)[²³^])([a-z])([a-z])(?=[²³]|\^[23](?!\d))"), r"\1 \2"),
    (re.compile(r"(?<=[\w²³)] [-+−] )(\d{1,6})([a-z])([a-z])?(?!\w)"), _product),
    (
        re.compile(r"(?<=[²³)]) [-−] (?=\d+[a-z]{1,2}\b)|(?<=\^\d) [-−] (?=[\da-z(])|(?<=[+=*/] [a-z]) - (?=[\da-z(])"),
        " minus ",
    ),
    (re.compile(r"\bP\((\w{1,20})\s?\|\s?(\w{1,20})\)"), r"P of \1 given \2"),
    (re.compile(r"(?<![\w|])\|(\w{1,3})\|(?![\w|])"), r"the absolute value of \1"),
    (re.compile(r"(?<=[a-z\d]) > (?=[A-Z][a-z])"), ", then "),  # through the menus of a program
    (re.compile(r"\s&&\s"), " and "),
    (re.compile(r"\s\|\|\s"), " or "),
    (re.compile(r"^=\s(?=\d)"), "equals "),
    (re.compile(r"(?<=\d)\s=$"), " equals"),
    (re.compile(r"^\+\s(?=\d)"), "plus "),
    (re.compile(r"(?<=\d)\s\+$"), " plus"),
    (re.compile(r"(?<=\))\s?/\s?(?=[\w(])|(?<=\b\w)/(?=\()"), " over "),
    (re.compile(r"(?<=\d)<(?=[a-z]\b)"), " is less than "),
    (re.compile(rf"\blog(?:([{''.join(LOWERED)}]{{1,3}})|_(\d{{1,3}}))\s?"), _base),
    (re.compile(f"[{''.join(LOWERED)}]+"), _lowered),
    (re.compile(r"(?<![\w.,])(\d+(?:\.\d+)?)[eE]([+-]?)(\d{1,3})(?!\w|\.\d)"), _scientific),
    (re.compile(r"(?<=[\d)])\s*[·⋅]\s*(?=[\d(])"), " times "),
    (re.compile(r"\s*(?:<->|<=>)\s*"), " to and from "),
    (re.compile(r"\s*(?:-{1,2}>|=>|→|⇒|⟶|➜)\s*"), " to "),
    (re.compile(r"\s*(?:<-(?=\s)|←)\s*"), " from "),
    (re.compile(r"(?<=[\d)])\s?\*\s?(?=[\d(])|(?<=\d) x (?=\d)"), " times "),
    (re.compile(r"(?<=\d)\s?×\s?(?=10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻^])"), " times "),
    (re.compile(r"(?<=\d)\s?×\s?(?=\d+\s?(?:px|cm|mm|m|inch|feet|pixels)\b)|(?<=\d)[x×](?=\d)"), " by "),
    (re.compile(r"(?<=\d)x(?=\s?[-+−=*/<>]\s?[\w(])|(?<=\d)x(?=[²³^])"), " x"),
    (re.compile(r"(?<=[²³])(?=[A-Za-z])"), " "),
    (re.compile(r"(?<=\d)[x×](?!\w)"), " times"),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)2(?!\d)"), " squared"),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)3(?!\d)"), " cubed"),
    (re.compile(r"(?<=[²³])\s?\+\s?(?=[\w(])"), " plus "),
    (re.compile(r"(?<=[²³])\s?[-−]\s?(?=[\w(])"), " minus "),
    (re.compile(r"(?<![\w+])([a-z])\+(?=[a-z\d]{1,3}(?![\w+]))"), r"\1 plus "),
    (re.compile(f"[{''.join(RAISED)}]+"), _raised),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)[({]?-(?=\d)"), " to the power of minus "),
    (re.compile(r"(?<=[\w)])(?:\*\*|\^)(?=[\w(-])"), " to the power of "),
    (re.compile(r"(?<=\d) / (?=\d)|(?<=\d)/(?=\d+\s*=)"), " divided by "),
    (re.compile(r"(?<=[\w)]) \+ (?=[\w(√])|(?<=[\d)])\+(?=[\d(])|(?<=[A-Za-z])\+(?=[A-Z])"), " plus "),
    (re.compile(r"(?<=[\d)]) - (?=[\d(])|(?<=[\w)]) - (?=\d+\s*[=<>])|(?<=[\w)])-(?=\d+\s*[=<>+*/])"), " minus "),
    (re.compile(r"(?<=\w)\s*!==?\s*(?=\S)"), " is not equal to "),
    (re.compile(rf"\s*({any_of(WORDS)})\s*"), lambda match: f" {WORDS[match[1]]} "),
    (re.compile(r"(?<=[\w)])\s*<\s*(?=\d)|(?<=\w) < (?=\w)"), " is less than "),
    (re.compile(r"(?<=[\w)])\s*>\s*(?=\d)|(?<=\w) > (?=\w)"), " is greater than "),
    (re.compile(r"(?<=[\w)%½])\s*={1,3}\s*(?=\S)"), " equals "),
    (re.compile(rf"(?<!{_GREEK})([{''.join(GREEK)}])(?!{_GREEK})"), _greek),
    (re.compile(r"\s&\s"), " and "),
    (re.compile(r"(?<=\w)\s?@\s?(?=\w)"), " at "),
    (re.compile(r"(?<=[\w)]) / (?=[\w(])"), " or "),
    (re.compile(r"\bA-Z\b"), "A to Z"),
    (re.compile(r"\band/or\b"), "and or"),
    (
        re.compile(
            r"\b(he|him|his|yes|true|pass|win|mom|mother)/(she|her|hers|no|false|fail|lose|dad|father)\b", re.IGNORECASE
        ),
        r"\1 or \2",
    ),
    (re.compile(r"(?<=\w)#(?!\w)"), " sharp"),
    (re.compile(r"\b(C|c)\+\+(?!\w)"), r"\1 plus plus"),
    (re.compile(f"[{SILENT}]+"), " "),
)
