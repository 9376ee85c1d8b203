"""What Whisper reads before it writes, names and what was said before, and whether it only repeats that. Pure."""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

Encode = Callable[[str], list[int]]
"""Return the tokens of a text."""

TITLE = "Glossary:"
"""What names begin with, as users of Whisper found to work (OpenAI's cookbook, Whisper prompting guide)."""

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

ECHO = 3
"""Words of what was read with which a text may not end, unless the sound says them too."""

ALIKE = 0.45
"""How much two texts must resemble each other (0 to 1) to be of the same sound."""

LONGEST = 200
"""Characters of each text that are compared: that takes the square of their length."""


def context(encode: Encode, words: Sequence[str], text: str, room: int) -> list[int]:
    """Return at most `room` tokens: names, the first ones first, as many as there is room for, then the text's end.

    Where both are long, each has half.
    """
    told = encode(f" {text.strip()}") if text.strip() else []
    names = _names(encode, words, room - min(len(told), room // 2))
    left = room - len(names)
    return names + (told[-left:] if left > 0 else [])


def _names(encode: Encode, words: Sequence[str], room: int) -> list[int]:
    found: list[int] = []
    for count in range(1, len(words) + 1):
        tokens = encode(f" {TITLE} {', '.join(words[:count])}.")
        if len(tokens) > room:
            break
        found = tokens
    return found


def may_echo(text: str, read: str) -> bool:
    """Say whether a text may come of what was read alone: all of it, or its end, stands there word by word."""
    words = _plain(text)
    if not words:
        return False
    end = words if len(words) < ECHO else words[-ECHO:]
    return f" {' '.join(end)} " in f" {' '.join(_plain(read))} "


def alike(one: str, other: str) -> bool:
    """Say whether two texts may be two ways to write the same sound."""
    a, b = ("".join(_plain(text))[:LONGEST] for text in (one, other))
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def _plain(text: str) -> list[str]:
    return WORD.findall(text.casefold())
