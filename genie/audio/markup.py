"""Markdown, HTML and emoji out of a text, leaving what a person would read aloud. Any language. Pure."""

import html
import re
from collections.abc import Callable

FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<tag>[\w+#-]{0,30})[^\n]*"
    r"(?P<code>.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
RULE = re.compile(r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+)$", re.MULTILINE)
TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t:-]*)+$", re.MULTILINE)
TABLE_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
BLOCK = re.compile(r"^[ \t>]*(?:(?:#{1,6}|[-*+•])[ \t]+(?:\[[ xX]\][ \t]+)?)(.*)$", re.MULTILINE)
NUMBERED = re.compile(r"^[ \t>]*(\d{1,3})[.)][ \t]+(\S.*)$", re.MULTILINE)
QUOTE = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)
CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]+)\1(?!`)")

_DENSE = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"

INLINE = (
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+\"[^\"\n]*\")?\)"), r"\1"),  # links
    (re.compile(r"\[\^[^\]\n]{1,40}\]:?|(?<=[.,;!?])(?:\[\d{1,3}\])+(?=\s|$)"), ""),  # footnotes
    (re.compile(r"\[([^\[\]\n]+)\]\[[^\[\]\n]*\]"), r"\1"),  # links by reference
    (re.compile(r"<(https?://[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>"), r"\1"),  # bare addresses
    (re.compile(r"<!--.{0,500}?-->", re.DOTALL), ""),
    (
        re.compile(
            r"</?(?:a|b|br|code|d[dlt]|del|details|div|em|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span"
            r"|strong|su[bp]|summary|table|t[dhr]|tbody|thead|u|ul|var)"
            r"(?:[ \t]+[\w-]+=(?:\"[^\"]*\"|'[^']*'))*[ \t]*/?>",
            re.IGNORECASE,
        ),
        " ",
    ),
    (re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?![\w*])"), r"\2"),
    (
        re.compile(rf"(?<!\*)(\*{{1,3}})(?={_DENSE})([^*\n]{{1,100}})(?<={_DENSE})\1(?!\*)"),
        r"\2",
    ),  # their letters stand side by side
    (re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"~~([^~\n]+)~~"), r"\1"),
    (re.compile(r"(?<![\w=!<>])==(?=[^\s=])([^=\n]*[^\s=])==(?![\w=])"), r"\1"),
    (
        re.compile(r"(?<!\d)\*\*|\*\*(?!\d)|(?<!\w)__|__(?!\w)|~~|`"),
        "",
    ),  # halves of marks whose other half is elsewhere
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)

PICTURES = (
    (re.compile(r"([0-9#*])\ufe0f?\u20e3"), r"\1"),  # keycaps
    (
        re.compile(
            "[\U0001f000-\U0001faff\u2600-\u266c\u2670-\u27bf\u2b00-\u2bff\u231a-\u23ff]"
            "[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
        ),
        " ",
    ),
    (re.compile(r"(?<!\S)(?:[:;]-?[()DPp]|\^_\^|<3(?! ?\w))(?!\S)"), ""),  # :-)
    (re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0f\ufeff]"), ""),  # letters without shape
)

STOPS = frozenset(".!?:;,…。！？：；，、")


def _as_it_is(code: str) -> str:
    return code


def _left_out(_code: str, _tag: str) -> str:
    return ""


def plain(text: str, code: Callable[[str], str] = _as_it_is, block: Callable[[str, str], str] = _left_out) -> str:
    """Return the words of a text without its markup, on one line.

    `code` says what is read of code within a line, `block` what is read of a block of it and the tag of its language.
    """

    def fenced(match: re.Match[str]) -> str:
        return f"\n{_stopped(block(match['code'], match['tag']))}\n"

    text = FENCE.sub(fenced, html.unescape(text.replace("\r", "")))
    text = RULE.sub("", TABLE_RULE.sub("", text))
    text = TABLE_ROW.sub(_row, text)
    text = NUMBERED.sub(_numbered, QUOTE.sub("", BLOCK.sub(_line, text)))
    text = CODE.sub(lambda match: code(match[2]), text)
    for pattern, replacement in (*INLINE, *PICTURES):
        text = pattern.sub(replacement, text)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" +([,.!?;:](?:\s|$))", r"\1", text).strip()


def _row(match: re.Match[str]) -> str:
    """Read a table's row as a list."""
    cells = [cell.strip() for cell in match[1].split("|")]
    return _stopped(", ".join(cell for cell in cells if cell))


def _line(match: re.Match[str]) -> str:
    """Read a heading or a list item as a sentence, so that the voice pauses."""
    line = match[1].rstrip()
    closed = line.rstrip("#")
    return _stopped((closed if closed[-1:] in ("", " ", "\t") else line).strip())


def _numbered(match: re.Match[str]) -> str:
    """Read an item with a number as a sentence behind its number."""
    return f"{match[1]}. {_stopped(match[2].strip())}"


def _stopped(line: str) -> str:
    last = next((at for at in range(len(line) - 1, -1, -1) if line[at].isalnum()), -1)
    return line if not line or STOPS.intersection(line[last + 1 :]) else f"{line}."
