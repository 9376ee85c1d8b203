"""Cut a text into pieces that are safe and short enough to be spoken in one call. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff]+")
"""White space, and what must not get through: NUL ends a C string, 0x01 steers eSpeak, surrogates have no UTF-8."""


def placed(text: str, longest: int) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield pieces of at most `longest` characters, each to the end of a sentence, else of a word, else anywhere.

    With each comes where in the text its characters stand, and where it ends.
    """
    clean, places = _cleaned(text)
    for match in _pattern(longest).finditer(clean):
        piece = match[0].rstrip()
        yield piece, places[match.start() : match.start() + len(piece) + 1]


def _cleaned(text: str) -> tuple[str, list[int]]:
    """Return the text with single spaces only, none at its ends, and where each character stood; one place more."""
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for gap in [*UNSPEAKABLE.finditer(text), None]:
        start, end = (len(text), len(text)) if gap is None else gap.span()
        parts.append(text[done:start])
        places += range(done, start)
        if start and end < len(text):
            parts.append(" ")
            places.append(start)
        done = end
    return "".join(parts), [*places, places[-1] + 1 if places else 0]


@cache
def _pattern(longest: int) -> re.Pattern[str]:
    some = f".{{1,{longest}}}"
    return re.compile(rf"(?:.{{0,{longest - 1}}}[.!?;:。！？…]|{some})(?: |$)|{some}")
