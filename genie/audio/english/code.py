"""What to say of code: names and signs of a short piece, only the size of a long one. Pure."""

import re
from types import MappingProxyType

from genie.number_words import spell

SHORT = 60
"""Characters of a block of one line that is read aloud: a command is, a function is not."""

LANGUAGES = MappingProxyType(
    {"py": "Python", "python": "Python", "python3": "Python", "js": "JavaScript", "javascript": "JavaScript",
     "ts": "TypeScript", "typescript": "TypeScript", "sh": "shell", "bash": "shell", "zsh": "shell", "shell": "shell",
     "console": "shell", "c": "C", "cpp": "C plus plus", "c++": "C plus plus", "cs": "C sharp", "csharp": "C sharp",
     "rs": "Rust", "rb": "Ruby", "kt": "Kotlin", "yml": "YAML", "yaml": "YAML", "json": "JSON", "toml": "TOML",
     "html": "HTML", "css": "CSS", "sql": "SQL", "xml": "XML", "php": "PHP", "md": "Markdown"}
)  # fmt: skip
TEXTS = frozenset({"text", "txt", "plaintext", "plain"})

OPERATORS = MappingProxyType(
    {"===": "equals", "==": "equals", "!==": "is not", "!=": "is not", "<=": "is at most", ">=": "is at least",
     "=>": "arrow", "->": "arrow", ":=": "is set to", "+=": "plus equals", "-=": "minus equals", "&&": "and",
     "||": "or", "**": "to the power of", "//": "slash slash", "::": "colon colon", "++": "plus plus",
     "--": "dash dash", "...": "dot dot dot", "..": "dot dot"}
)  # fmt: skip
SIGNS = MappingProxyType(
    {"=": "equals", "<": "less than", ">": "greater than", "+": "plus", "-": "dash", "*": "star", "/": "slash",
     "\\": "backslash", ".": "dot", "@": "at", "#": "hash", "%": "percent", "&": "and", "|": "pipe", "~": "tilde",
     "^": "caret", "$": "dollar", "!": "not", "?": "question mark", ":": "colon"}
)  # fmt: skip
SILENT = MappingProxyType(
    {"(": "open parenthesis", ")": "close parenthesis", "[": "open bracket", "]": "close bracket", "{": "open brace",
     "}": "close brace", ";": "semicolon", ",": "comma", '"': "quote", "'": "apostrophe", "`": "backtick",
     "_": "underscore", **SIGNS}
)  # fmt: skip
"""Signs that have a name only where there is nothing else."""

_TOKEN = re.compile(
    r"\d+(?:\.\d+)*|[^\W\d_]+(?:'[a-z]+)?|\s+|===|!==|[=!<>:+-]=|=>|->|&&|\|\||\*\*|//|::|\+\+|--|\.{2,3}|."
)
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_QUIET = re.compile(r"[()\[\]{};\"'`_]|:(?=\s|$)")


def inline(code: str) -> str:
    """Return a piece of code within a sentence as it is said: getUserName(), --verbose, a == b."""
    code = code.strip()
    if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*\.\w{1,5}|(?:~|\.{0,2})(?:/[\w.-]+)+|\S+@\S+|\w+://\S+", code):
        return code.replace("_", " ")  # files, paths and addresses have rules of their own
    words = " ".join(filter(None, (_token(token[0]) for token in _TOKEN.finditer(code))))
    if any(letter.isalnum() for letter in words):
        return words
    return " ".join(SILENT.get(sign, "") for sign in code if not sign.isspace()).strip()


def _token(token: str) -> str:
    if token.isspace() or _QUIET.fullmatch(token):
        return ""
    if token[0].isalpha():
        return _HUMPS.sub(" ", token)
    return OPERATORS.get(token) or SIGNS.get(token, token)


def block(code: str, tag: str) -> str:
    """Return what to say for a block of code, whose tag names its language."""
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= SHORT:
        return inline(lines[0].removeprefix("$ "))
    if not lines:
        return ""
    kind = "text" if tag.lower() in TEXTS else f"{LANGUAGES.get(tag.lower(), tag)} code".strip()
    return f"{spell(len(lines))} {'line' if len(lines) == 1 else 'lines'} of {kind}"
