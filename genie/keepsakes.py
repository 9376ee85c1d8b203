"""What is kept of users besides their jobs: what they taught and chose, and what they are to know. Pure."""

from collections.abc import Sequence
from typing import Protocol

from genie.notification import Notification
from genie.preferences import Preferences
from genie.pronunciation import Pronunciation
from genie.quiet import Quiet


class Keepsakes(Protocol):
    """Keep it; what a call returned for is safe."""

    async def keep_vocabulary(self, user: str, words: Sequence[str]) -> None:
        """Keep the words that a user taught, in place of those before; none forgets them."""

    async def vocabularies(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every user who taught any."""

    async def keep_pronunciations(self, user: str, entries: Sequence[Pronunciation]) -> None:
        """Keep how a user wants words pronounced, in place of what was kept before; none forgets it."""

    async def pronunciations(self) -> dict[str, tuple[Pronunciation, ...]]:
        """Return the pronunciations of every user who taught any."""

    async def keep_preferences(self, user: str, chosen: Preferences) -> None:
        """Keep how a user chose to be spoken to, in place of what they chose before."""

    async def preferences(self) -> dict[str, Preferences]:
        """Return what every user chose who chose anything."""

    async def keep_notifications(self, user: str, kept: Sequence[Notification], gone: Sequence[str]) -> None:
        """Keep notifications of a user as they are now, and forget those with these ids, all or nothing."""

    async def notifications(self) -> list[Notification]:
        """Return every notification that is kept."""

    async def keep_quiet(self, user: str, quiet: Quiet) -> None:
        """Keep when a user wants to hear only what is urgent."""

    async def quiets(self) -> dict[str, Quiet]:
        """Return when every user wants that who said so."""
