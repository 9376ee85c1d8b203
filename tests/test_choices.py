"""What users chose: whose it is, that it survives, and that what cannot be kept does not count."""

import asyncio

import pytest

from genie.choices import Choices
from genie.errors import GenieError, Unavailable
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.preferences import Preferences

HEART = Preferences("af_heart", speed=1.25)


class FullJournal(MemoryJournal):
    """Has no room for preferences."""

    async def keep_preferences(self, user, chosen):
        raise Unavailable("storage_full", "there is no room")


class SlowJournal(MemoryJournal):
    """Writes preferences when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def keep_preferences(self, user, chosen):
        await self.free.wait()
        await super().keep_preferences(user, chosen)


async def test_each_user_has_their_own_and_nobody_else_has_any():
    choices = Choices(MemoryJournal())
    await choices.choose("ann", HEART)
    assert (choices.of("ann"), choices.of("bob")) == (HEART, Preferences())


async def test_what_was_chosen_survives_a_restart(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        choices = Choices(journal)
        await choices.choose("ann", HEART)
        await choices.choose("bob", HEART)
        await choices.choose("bob", Preferences())
    again = SqliteJournal(tmp_path, kept=100)
    async with again.opened():
        choices = Choices(again)
        await choices.restore()
        assert (choices.of("ann"), choices.of("bob")) == (HEART, Preferences())


async def test_what_cannot_be_kept_does_not_count():
    choices = Choices(FullJournal())
    with pytest.raises(GenieError, match="storage_full"):
        await choices.choose("ann", HEART)
    assert choices.of("ann") == Preferences()


async def test_choices_that_meet_are_made_in_order_also_when_who_chose_is_gone():
    journal = SlowJournal()
    choices = Choices(journal)
    first = asyncio.create_task(choices.choose("ann", HEART))
    second = asyncio.create_task(choices.choose("ann", Preferences("bf_emma")))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    journal.free.set()
    await second
    assert choices.of("ann") == Preferences("bf_emma") == (await journal.preferences())["ann"]
