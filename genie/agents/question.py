"""The core of a question: what is left without address, politeness and closing marks. Pure."""

import re
import unicodedata

_ADDRESS = r"(?:hey|hi|hello|okay|ok|so|well|um|uh|and|now)(?! there$)"
_LEAD = re.compile(
    rf"(?:(?:{_ADDRESS},? )?genie,?|please,?|{_ADDRESS},?"
    r"|(?:can|could|would|will) you (?:please )?(?:tell|give|show) me|(?:please )?(?:tell|give|show) me"
    r"|(?:can|could|would|will) you(?: please)?(?= calculate| compute| work out)"
    r"|do you (?:happen to )?know|i(?: would|'d) like to know|i want to know|i need to know|let me know) (?=\S)"
)
_TAIL = re.compile(r"(?<=\S),? (?:please|genie|right now|now|at the moment|currently|exactly|for me|thanks|thank you)$")
_MARKS = re.compile(r"^[?!,;: ]+|(?:[.?,;: ]|(?<![\d)])!)+$")
"""Marks around a question; an exclamation mark after a digit is a factorial."""

_SHORT = (
    (re.compile(r"\bwhat(?:'s|s)\b"), "what is"),
    (re.compile(r"\bwhat're\b"), "what are"),
    (re.compile(r"\b(when|who|how|it)'s\b"), r"\1 is"),
)


def core(question: str) -> str:
    """Return the question in lower case, contractions written out, without "hey genie, please tell me … now?"."""
    text = unicodedata.normalize("NFKC", question).lower().replace("’", "'")
    text = _MARKS.sub("", " ".join(text.split()))
    for pattern, long in _SHORT:
        text = pattern.sub(long, text)
    while shorter := _shorter(text):
        text = shorter
    return text


def _shorter(text: str) -> str | None:
    """Return the text without one more courtesy, or None when there is none left to take away."""
    without = _LEAD.sub("", text, count=1) if _LEAD.match(text) else _TAIL.sub("", text)
    return without if without != text else None
