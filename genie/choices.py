"""The voice, language and speed that each user chose to be spoken to."""

import asyncio

from genie.preferences import Preferences
from genie.queues.journal import Journal


class Choices:
    """Every user's preferences, as the journal keeps them; what cannot be kept does not count either."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._chosen: dict[str, Preferences] = {}
        self._changing = asyncio.Lock()

    async def restore(self) -> None:
        """Take over what the journal kept; call it once, before anything else."""
        self._chosen = await self._journal.preferences()

    def of(self, user: str) -> Preferences:
        """Return what a user chose."""
        return self._chosen.get(user, Preferences())

    async def choose(self, user: str, wanted: Preferences) -> None:
        """Let this count for a user, in place of what they chose before; a choice that was begun is kept."""
        await asyncio.shield(asyncio.ensure_future(self._choose(user, wanted)))

    async def _choose(self, user: str, wanted: Preferences) -> None:
        async with self._changing:
            await self._journal.keep_preferences(user, wanted)
            self._chosen[user] = wanted
