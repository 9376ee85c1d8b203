"""The voice, language and speed that each user chose to be spoken to."""

from genie.keepsakes import Keepsakes
from genie.owned import Owned
from genie.preferences import Preferences


class Choices:
    """Every user's preferences."""

    def __init__(self, keepsakes: Keepsakes) -> None:
        self._chosen = Owned(keepsakes.preferences, keepsakes.keep_preferences, Preferences())

    async def restore(self) -> None:
        """Take over what was kept; call it once, before anything else."""
        await self._chosen.restore()

    def of(self, user: str) -> Preferences:
        """Return what a user chose."""
        return self._chosen.of(user)

    async def choose(self, user: str, wanted: Preferences) -> None:
        """Let this count for a user, in place of what they chose before; a choice that was begun is kept."""
        await self._chosen.change(user, lambda _: wanted)
