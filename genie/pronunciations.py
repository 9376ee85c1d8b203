"""The pronunciations that users taught genie, each user's own, newest first."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from genie.pronunciation import Lexicon, Pronunciation, extended, without
from genie.queues.journal import Journal


class Pronunciations:
    """Every user's entries, as the journal keeps them; what cannot be kept is not known either."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._entries: dict[str, Lexicon] = {}
        self._changing = asyncio.Lock()

    async def restore(self) -> None:
        """Take over what the journal kept; call it once, before anything else."""
        self._entries = await self._journal.pronunciations()

    def of(self, user: str) -> Lexicon:
        """Return a user's entries, newest first."""
        return self._entries.get(user, ())

    async def add(self, user: str, new: Iterable[Pronunciation]) -> None:
        """Teach entries; they take the place of those for the same words."""
        entries = tuple(new)
        await self._change(user, lambda known: extended(known, entries))

    async def replace(self, user: str, entries: Iterable[Pronunciation]) -> None:
        """Let these count for a user, and no others."""
        wanted = extended((), entries)
        await self._change(user, lambda _: wanted)

    async def remove(self, user: str, words: Sequence[str] | None = None) -> None:
        """Forget the entries of some words, or all of them."""
        await self._change(user, lambda known: () if words is None else without(known, words))

    async def _change(self, user: str, change: Callable[[Lexicon], Lexicon]) -> None:
        """Change a user's entries; a change that was begun is made, whoever is gone."""
        await asyncio.shield(asyncio.ensure_future(self._changed(user, change)))

    async def _changed(self, user: str, change: Callable[[Lexicon], Lexicon]) -> None:
        async with self._changing:
            known = self.of(user)
            entries = change(known)
            if entries != known:
                await self._journal.keep_pronunciations(user, entries)
                self._entries[user] = entries
