"""Cut a text into pieces that are safe and short enough to be spoken in one call. Pure."""

import re
from collections.abc import Iterator
from functools import cache

UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff]+")
"""White space, and what must not get through: NUL ends a C string, 0x01 steers eSpeak, surrogates have no UTF-8."""


def pieces(text: str, longest: int) -> Iterator[str]:
    """Yield pieces of at most `longest` characters, each to the end of a sentence, else of a word, else anywhere."""
    for match in _pattern(longest).finditer(UNSPEAKABLE.sub(" ", text).strip()):
        yield match[0].strip()


@cache
def _pattern(longest: int) -> re.Pattern[str]:
    some = f".{{1,{longest}}}"
    return re.compile(rf"(?:.{{0,{longest - 1}}}[.!?;:。！？…]|{some})(?: |$)|{some}")
