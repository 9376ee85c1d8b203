"""Formulas in TeX as English words, before markup takes their signs for its own. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.numbers import NUMBER, said
from genie.audio.english.rule import Rule, any_of, applied

FORMULA = re.compile(
    r"\\\((?P<round>[^\n]{1,500}?)\\\)|\\\[(?P<square>[^\\]{0,200}(?:\\(?!\])[^\\]{0,200}){0,50})\\\]|\$\$(?P<double>[^$]{1,1000}+)\$\$"
    r"|(?<![\w$\\])\$(?=[^\s$])(?P<single>[^$\n]{1,200}+)\$(?!\d)"
)
COMMANDS = MappingProxyType(
    {"times": "times", "cdot": "times", "div": "divided by", "pm": "plus or minus", "le": "is at most",
     "leq": "is at most",      "ge": "is at least", "geq": "is at least", "neq": "is not equal to",
     "ne": "is not equal to", "approx": "is about",
     "equiv": "is equivalent to", "infty": "infinity", "sum": "the sum of", "prod": "the product of",
     "int": "the integral of", "partial": "partial", "nabla": "nabla", "in": "is in", "notin": "is not in",
     "cup": "union", "cap": "intersection", "subset": "is a subset of", "forall": "for all", "exists": "there exists",
     "to": "to", "rightarrow": "to", "Rightarrow": "implies", "implies": "implies", "iff": "if and only if",
     "ldots": "and so on", "dots": "and so on", "cdots": "and so on", "sin": "sine", "cos": "cosine", "tan": "tangent",
     "log": "log", "ln": "natural log", "exp": "exp", "lim": "the limit of", "degree": "degrees", "circ": "degrees",
     "percent": "percent", "mid": "such that", "land": "and", "lor": "or", "neg": "not", "propto": "is proportional to"}
)  # fmt: skip

LIMITED = MappingProxyType({"sum": "the sum", "prod": "the product", "int": "the integral"})


def _between(match: re.Match[str]) -> str:
    """Say the sum from one to n of, or the sum over i of."""
    first, last = match["from"] or match["one"], match["to"] or match["last"]
    return f" {LIMITED[match['of']]} {f'from {first} to {last}' if last else f'over {first}'} of "


RULES: tuple[Rule, ...] = (
    (re.compile(r"\\(?:left|right|displaystyle|big|Big|,|;|!|:|quad|qquad| )"), " "),
    (re.compile(r"\\[dt]?frac\s?\{([^{}]{1,200})\}\s?\{([^{}]{1,200})\}"), r" \1 over \2 "),
    (re.compile(r"\\[dt]?frac\s?(\d)\s?(\d)"), r" \1 over \2 "),
    (re.compile(r"\\sqrt\s?\[3\]\s?\{([^{}]{1,200})\}"), r" the cube root of \1 "),
    (re.compile(r"\\sqrt\s?\{([^{}]{1,200})\}"), r" the square root of \1 "),
    (
        re.compile(
            r"\\(?:text|mathrm|mathbf|mathit|operatorname|boxed|mathbb|mathcal|vec|hat|bar)\s?\{([^{}]{0,200})\}"
        ),
        r" \1 ",
    ),
    (
        re.compile(
            r"\\(?P<of>sum|prod|int)\s?(?:\\limits\s?)?_\s?(?:\{(?P<from>[^{}]{1,80})\}|(?P<one>\w))"
            r"(?:\s?\^\s?(?:\{(?P<to>[^{}]{1,80})\}|(?P<last>\w|\\infty)))?"
        ),
        _between,
    ),
    (
        re.compile(r"\\lim\s?(?:\\limits\s?)?_\s?\{([^{}\\]{1,20})\\(?:to|rightarrow)(?![a-z])([^{}]{1,40})\}"),
        r" the limit as \1 goes to \2 of ",
    ),
    (re.compile(r"(?<![a-zA-Z\\{])([a-z])([a-z])(?=\s?(?:[\^_+=*/)-]|$))"), r"\1 \2"),
    (re.compile(r"\^\s?\{?\\circ\}?"), " degrees "),
    (re.compile(r"\^\s?(?:2(?!\d)|\{2\})"), " squared "),
    (re.compile(r"\^\s?(?:3(?!\d)|\{3\})"), " cubed "),
    (re.compile(r"\^\s?\{?-"), " to the power of minus "),
    (re.compile(r"\^"), " to the power of "),
    (re.compile(r"_"), " "),
    (re.compile(rf"\\({any_of(COMMANDS)})(?![a-zA-Z])"), lambda match: f" {COMMANDS[match[1]]} "),
    (re.compile(r"\\([a-zA-Z]+)"), r" \1 "),
    (re.compile(r"(?<=[\w)\s])\s?-\s?(?=[\w(\s])"), " minus "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r"="), " equals "),
    (re.compile(r"<"), " is less than "),
    (re.compile(r">"), " is greater than "),
    (re.compile(r"\*"), " times "),
    (re.compile(r"(?<=[\w)])\s?/\s?(?=[\w(])"), " over "),
    (re.compile(r"\\[%$&#]"), lambda match: match[0][1]),
    (re.compile(r"[{}\\&~]"), " "),
    (re.compile(r"(?<=\d)(?=[a-z]\b)"), " "),
    (re.compile(rf"(?<![\w.,]){NUMBER}"), lambda match: said(match[0])),  # no measure: 2m is two m here
)


def in_words(text: str) -> str:
    """Return a text whose formulas are words; dollars around plain words or amounts are none."""
    return FORMULA.sub(_said, text) if "\\" in text or "$" in text else text


def _said(match: re.Match[str]) -> str:
    formula = next(part for part in match.groups() if part is not None)
    if match["single"] and not _is_formula(formula):
        return match[0]
    return re.sub(r"[ \t\n]+", " ", applied(RULES, applied(RULES[1:5], formula))).strip()


def _is_formula(text: str) -> bool:
    if (text[0].isdigit() and re.search(r"[a-z]{3}", text)) or text[-1].isspace():
        return "\\" in text
    return bool(re.search(r"[\\^_=+<>]", text)) or bool(re.fullmatch(r"[a-zA-Z](?:\([a-z]\))?", text))
