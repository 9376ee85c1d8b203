"""The words that users taught genie to expect: names above all, each user's own, newest first."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from genie.errors import BadInput
from genie.keepsakes import Keepsakes
from genie.owned import Owned

MAX_WORDS = 200
"""Words of one user that are kept; the oldest go. A transcriber takes the newest of them, as far as it has room."""

MAX_CHARS = 50

Words: TypeAlias = tuple[str, ...]


def checked(words: Iterable[str]) -> Words:
    """Return words without outer space, or raise `bad_word`; a word may be a name of several parts."""
    return tuple(_checked(word) for word in words)


def _checked(word: str) -> str:
    text = " ".join(word.split())
    if not any(letter.isalnum() for letter in text):
        raise BadInput("bad_word", f"{text!r} holds no letter", field="words")
    if len(text) > MAX_CHARS or not text.isprintable() or "," in text:
        raise BadInput("bad_word", f"a word may have {MAX_CHARS} characters, and no comma", field="words")
    return text


def extended(known: Sequence[str], new: Iterable[str]) -> Words:
    """Return the words with new ones before them; one that was known in another spelling takes on the new one."""
    words: dict[str, str] = {}
    for word in (*new, *known):
        words.setdefault(word.casefold(), word)
    return tuple(words.values())[:MAX_WORDS]


def without(known: Sequence[str], unwanted: Iterable[str]) -> Words:
    """Return the words that are not among the unwanted ones, in whichever case those are written."""
    gone = {" ".join(word.split()).casefold() for word in unwanted}
    return tuple(word for word in known if word.casefold() not in gone)


class Vocabularies:
    """Every user's words."""

    def __init__(self, keepsakes: Keepsakes) -> None:
        self._words: Owned[Words] = Owned(keepsakes.vocabularies, keepsakes.keep_vocabulary, ())

    async def restore(self) -> None:
        """Take over what was kept; call it once, before anything else."""
        await self._words.restore()

    def of(self, user: str) -> Words:
        """Return a user's words, newest first."""
        return self._words.of(user)

    async def add(self, user: str, words: Iterable[str]) -> Words:
        """Teach a user's words; return those that were not known."""
        new = checked(words)
        known = await self._words.change(user, lambda known: extended(known, new))
        return tuple(word for word in dict.fromkeys(new) if word not in known)

    async def remove(self, user: str, words: Sequence[str] | None = None) -> None:
        """Forget some of a user's words, or all of them."""
        await self._words.change(user, lambda known: () if words is None else without(known, words))
