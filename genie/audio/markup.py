"""Markdown, HTML and emoji out of a text, leaving what a person would read aloud. Any language. Pure."""

import html
import re

FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"^[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+)$", re.MULTILINE)
TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t:-]*)+$", re.MULTILINE)
TABLE_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
BLOCK = re.compile(r"^[ \t>]*(?:(?:#{1,6}|[-*+•])[ \t]+(?:\[[ xX]\][ \t]+)?)(.*?)[ \t#]*$", re.MULTILINE)
QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)

INLINE = (
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+\"[^\"\n]*\")?\)"), r"\1"),  # links
    (re.compile(r"\[\^[^\]\n]{1,40}\]:?"), ""),  # footnotes
    (re.compile(r"\[([^\[\]\n]+)\]\[[^\[\]\n]*\]"), r"\1"),  # links by reference
    (re.compile(r"<(https?://[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>"), r"\1"),  # bare addresses
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (
        re.compile(
            r"</?(?:a|b|br|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|su[bp]|table|t[dhr]|tbody|thead|u|ul)"
            r"(?:[ \t]+[\w-]+=(?:\"[^\"]*\"|'[^']*'))*[ \t]*/?>",
            re.IGNORECASE,
        ),
        " ",
    ),
    (re.compile(r"(`{1,2})([^`\n]+)\1"), r"\2"),
    (re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"~~([^~\n]+)~~"), r"\1"),
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
            "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff]"
            "[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
        ),
        " ",
    ),
    (re.compile(r"(?<!\S)[:;]-?[()DPp](?!\S)"), ""),  # :-)
    (re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0f\ufeff]"), ""),  # letters without shape
)

ENDED = re.compile(r"[.!?:;,…。！？：；，、]\W*$")


def plain(text: str) -> str:
    """Return the words of a text without its markup, on one line; code blocks are left out."""
    text = FENCE.sub("\n", html.unescape(text.replace("\r", "")))
    text = RULE.sub("", TABLE_RULE.sub("", text))
    text = TABLE_ROW.sub(_row, text)
    text = QUOTE.sub("", BLOCK.sub(_line, text))
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
    return _stopped(match[1].strip())


def _stopped(line: str) -> str:
    return line if not line or ENDED.search(line) else f"{line}."
