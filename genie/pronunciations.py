"""The pronunciations that users taught genie, each user's own, newest first."""

from collections.abc import Iterable, Sequence

from genie.keepsakes import Keepsakes
from genie.owned import Owned
from genie.pronunciation import Lexicon, Pronunciation, extended, without


class Pronunciations:
    """Every user's entries."""

    def __init__(self, keepsakes: Keepsakes) -> None:
        self._entries: Owned[Lexicon] = Owned(keepsakes.pronunciations, keepsakes.keep_pronunciations, ())

    async def restore(self) -> None:
        """Take over what was kept; call it once, before anything else."""
        await self._entries.restore()

    def of(self, user: str) -> Lexicon:
        """Return a user's entries, newest first."""
        return self._entries.of(user)

    async def add(self, user: str, new: Iterable[Pronunciation]) -> None:
        """Teach entries; they take the place of those for the same words."""
        entries = tuple(new)
        await self._entries.change(user, lambda known: extended(known, entries))

    async def replace(self, user: str, entries: Iterable[Pronunciation]) -> None:
        """Let these count for a user, and no others."""
        wanted = extended((), entries)
        await self._entries.change(user, lambda _: wanted)

    async def remove(self, user: str, words: Sequence[str] | None = None) -> None:
        """Forget the entries of some words, or all of them."""
        await self._entries.change(user, lambda known: () if words is None else without(known, words))
