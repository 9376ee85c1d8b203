"""The words that users taught genie to expect: names above all, each user's own, newest first."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from genie.errors import BadInput
from genie.queues.journal import Journal

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
    """Every user's words, as the journal keeps them; what cannot be kept is not known either."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._words: dict[str, Words] = {}
        self._changing = asyncio.Lock()

    async def restore(self) -> None:
        """Take over what the journal kept; call it once, before anything else."""
        self._words = await self._journal.vocabularies()

    def of(self, user: str) -> Words:
        """Return a user's words, newest first."""
        return self._words.get(user, ())

    async def add(self, user: str, words: Iterable[str]) -> Words:
        """Teach a user's words; return those that were not known."""
        new = checked(words)
        known = await self._change(user, lambda known: extended(known, new))
        return tuple(word for word in dict.fromkeys(new) if word not in known)

    async def remove(self, user: str, words: Sequence[str] | None = None) -> None:
        """Forget some of a user's words, or all of them."""
        await self._change(user, lambda known: () if words is None else without(known, words))

    async def _change(self, user: str, change: Callable[[Words], Words]) -> Words:
        """Change a user's words and return those before; a change that was begun is made, whoever is gone."""
        return await asyncio.shield(asyncio.ensure_future(self._changed(user, change)))

    async def _changed(self, user: str, change: Callable[[Words], Words]) -> Words:
        async with self._changing:
            known = self.of(user)
            words = change(known)
            if words != known:
                await self._journal.keep_vocabulary(user, words)
                self._words[user] = words
            return known
