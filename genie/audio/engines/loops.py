"""Text that goes round in circles: what Whisper makes of noise. Pure; by structure, never by a list of phrases."""

import re
import zlib
from collections.abc import Sequence

LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself (Radford et al. 2022, section 4.5)."""

WORD_LOOP = re.compile(r"(?<!\S)((?:\S+ ){1,12}?)\1{3,}")
LETTER_LOOP = re.compile(r"(\D{2,24}?)\1{4,}")

LONGEST_ROUND = 24
"""Tokens of a phrase that is said over and over."""

LONGEST_PHRASE = 12
"""Words of a phrase that is said over and over."""

ROUNDS = 6
"""Times a phrase is written in a row before a decode is given up: a person who says it again is waited for."""


def without_loops(text: str) -> str:
    """Return the text with what is said over and over said once."""
    text = WORD_LOOP.sub(r"\1", text + " ").strip()
    if repeats(text):
        text = LETTER_LOOP.sub(r"\1", text)
    return text


def repeats(text: str) -> bool:
    """Say whether the text compresses as only what repeats itself does."""
    data = text.encode()
    return len(data) > LOOP_RATIO * len(zlib.compress(data))


def goes_round(tokens: Sequence[int]) -> bool:
    """Say whether the tokens end with one phrase, `ROUNDS` times."""
    for length in range(1, min(LONGEST_ROUND, len(tokens) // ROUNDS) + 1):
        last = tokens[-length:]
        if all(tokens[-length * (n + 1) : len(tokens) - length * n] == last for n in range(1, ROUNDS)):
            return True
    return False


def said_once(words: Sequence[str], kept: int) -> list[int]:
    """Return the places of the words that are left when what is said over and over is said once.

    The first `kept` stay: somebody has read them.
    """
    places = list[int]()
    at = 0
    while at < len(words):
        length, rounds = _round(words, at)
        places += [place for place in range(at, at + length * rounds) if place < at + length or place < kept]
        at += length * rounds
    return places


def _round(words: Sequence[str], at: int) -> tuple[int, int]:
    """Return the length of the phrase that is repeated from a place on, and how often; 1 and 1 for none."""
    for length in range(1, LONGEST_ROUND + 1):
        phrase = words[at : at + length]
        rounds = 1
        while words[at + length * rounds : at + length * (rounds + 1)] == phrase:
            rounds += 1
        letters = sum(map(len, phrase))
        if (length <= LONGEST_PHRASE and rounds >= 4 and letters > length) or (length > 1 and rounds >= 5):
            return length, rounds
    return 1, 1
