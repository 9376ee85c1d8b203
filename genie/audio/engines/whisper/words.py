"""Tokens joined to words. Pure.

As Whisper's own word times have it: a word begins with a space, or is one character of a script that writes none;
punctuation follows the word before it.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from genie.audio.hypothesis import UNSPACED

WHOLE = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A token, the bytes that it stands for, and when it was spoken: None where that is not known."""

    token: int
    spelled: bytes
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Pieces that are committed together."""

    text: str
    """With the space before it, and the punctuation after it."""
    pieces: tuple[Piece, ...]
    letters: int
    """How many of the pieces come before the punctuation."""

    @property
    def starts_s(self) -> float | None:
        return self.pieces[0].at_s

    @property
    def at_s(self) -> float | None:
        """When the last letter was spoken."""
        times = [piece.at_s for piece in self.pieces[: self.letters] if piece.at_s is not None]
        return max(times, default=None)


def words(pieces: Iterable[Piece]) -> list[Word]:
    """Return the words that pieces spell; bytes at the end that are not yet a character belong to none.

    All pieces before these belong to a word, those too that spell nothing: words are counted in pieces.
    """
    found: list[Word] = []
    for text, together in _characters(pieces):
        mark = not any(map(str.isalnum, text))
        begins = not found or text.startswith(" ") or bool(WHOLE.match(text)) or _is_whole(found[-1])
        if found and mark and not text.isspace():
            last = found[-1]
            found[-1] = Word(last.text + text, last.pieces + together, last.letters)
        elif begins:
            found.append(Word(text, together, len(together)))
        else:
            last = found[-1]
            found[-1] = Word(last.text + text, last.pieces + together, len(last.pieces) + len(together))
    return found


def _is_whole(word: Word) -> bool:
    """Say whether nothing can be added to a word: it is one character of an unspaced script."""
    return WHOLE.search(word.text[-1:]) is not None


def _characters(pieces: Iterable[Piece]) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Yield the pieces that make whole characters together, and their text."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
    waiting: list[Piece] = []
    text = ""
    for piece in pieces:
        waiting.append(piece)
        text += decoder.decode(piece.spelled)
        if text and not decoder.getstate()[0]:
            yield text, tuple(waiting)
            waiting, text = [], ""
