"""What users are to know: whose it is, how much is kept, and that it is spoken once."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

from genie import config
from genie.errors import BadInput, NotFound, TooLarge, Unavailable
from genie.memory.journal import MemoryJournal
from genie.notification import Notification, checked
from genie.notifications import MAX_UNHEARD, Notifications
from genie.settings import NotifySettings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FullJournal(MemoryJournal):
    """Has no room for notifications."""

    async def keep_notifications(self, user, kept, gone):
        raise Unavailable("storage_full", "there is no room")


IDS = itertools.count()
"""Ids of one millisecond have no order."""


def told(text: str, user: str = "ann", **more) -> Notification:
    wanted = {"sound": "chime", "priority": "normal", "at": NOW} | more
    return Notification(id=str(ULID.from_timestamp(NOW.timestamp() + next(IDS))), user=user, text=text, **wanted)


@pytest.fixture
def settings() -> NotifySettings:
    return config.load(environment={}).notify


def texts(notifications: list[Notification]) -> list[str]:
    return [one.text for one in notifications]


async def test_each_user_has_their_own_newest_first_also_after_a_restart(settings):
    journal = MemoryJournal()
    kept = Notifications(journal, lambda: settings)
    for text in ("tea", "door"):
        await kept.add(told(text))
    await kept.add(told("post", user="bob"))
    assert texts(kept.of("ann")) == ["door", "tea"] and texts(kept.of("bob")) == ["post"]
    again = Notifications(journal, lambda: settings)
    await again.restore()
    assert again.of("ann") == kept.of("ann") and again.of("bob") == kept.of("bob")


async def test_a_new_one_is_kept_although_the_clock_was_set_back(settings):
    kept = Notifications(MemoryJournal(), lambda: settings.model_copy(update={"kept": 2}))
    earlier = told("tea")
    for text in ("door", "post"):
        await kept.add(told(text))
    assert await kept.add(earlier) == earlier
    assert sorted(texts(kept.of("ann"))) == ["post", "tea"]


async def test_the_same_key_is_the_same_notification_for_one_user(settings):
    kept = Notifications(MemoryJournal(), lambda: settings)
    first = await kept.add(told("tea", key="k"))
    assert await kept.add(told("tea again", key="k")) == first
    assert (await kept.add(told("tea", key="k", user="bob"))).user == "bob"
    assert await kept.add(told("tea")) != await kept.add(told("tea"))  # without a key each is its own


async def test_a_notification_is_claimed_once_also_by_two_who_ask_together(settings):
    kept = Notifications(MemoryJournal(), lambda: settings)
    one = await kept.add(told("tea", unheard=True))
    silent = await kept.add(told("low"))
    assert sorted(await asyncio.gather(*(kept.claim(one.id, "ann") for _ in range(3)))) == [False, False, True]
    assert not await kept.claim(silent.id, "ann")
    assert not await kept.claim(one.id, "bob")


async def test_what_was_read_is_not_spoken_any_more_also_after_a_restart(settings):
    journal = MemoryJournal()
    kept = Notifications(journal, lambda: settings)
    one, two = [await kept.add(told(text, unheard=True)) for text in ("tea", "door")]
    await kept.read("ann", [one.id])
    assert not await kept.claim(one.id, "ann") and texts(kept.unheard("ann")) == ["door"]
    await kept.read("ann")
    again = Notifications(journal, lambda: settings)
    await again.restore()
    assert again.unheard("ann") == [] and not await again.claim(two.id, "ann")


async def test_of_those_that_wait_to_be_spoken_the_most_urgent_and_newest_stay(settings):
    kept = Notifications(MemoryJournal(), lambda: settings)
    await kept.add(told("fire", unheard=True, priority="urgent"))
    for number in range(MAX_UNHEARD + 2):
        await kept.add(told(f"tea {number}", unheard=True))
    newest = [f"tea {number}" for number in range(3, MAX_UNHEARD + 2)]
    assert texts(kept.unheard("ann")) == ["fire", *newest]
    assert len(kept.of("ann")) == MAX_UNHEARD + 3  # all of them can be read


async def test_more_than_is_kept_lets_the_oldest_go(settings):
    few = settings.model_copy(update={"kept": 2})
    journal = MemoryJournal()
    kept = Notifications(journal, lambda: few)
    for text in ("a", "b", "c"):
        await kept.add(told(text))
    assert texts(kept.of("ann")) == ["c", "b"]
    assert len(await journal.notifications()) == 2


async def test_what_is_too_old_goes(settings):
    kept = Notifications(MemoryJournal(), lambda: settings)
    await kept.add(told("old", at=NOW - timedelta(days=settings.days, seconds=1)))
    await kept.add(told("new", at=NOW - timedelta(days=settings.days, seconds=-1)))
    await kept.forget_old(NOW)
    assert texts(kept.of("ann")) == ["new"]


async def test_notifications_are_read_and_removed_by_name_or_all(settings):
    kept = Notifications(MemoryJournal(), lambda: settings)
    first, *_ = [await kept.add(told(text)) for text in ("a", "b", "c")]
    await kept.read("ann", [first.id, "gone"])
    assert kept.unread("ann") == 2
    await kept.read("bob", [first.id])
    await kept.remove("bob", [first.id])
    await kept.read("ann")
    assert kept.unread("ann") == 0
    await kept.remove("ann", [first.id])
    with pytest.raises(NotFound):
        kept.find(first.id, "ann")
    await kept.remove("ann")
    assert kept.of("ann") == [] and kept.unread("ann") == 0


async def test_what_cannot_be_written_is_not_known_and_the_next_is_tried(settings):
    kept = Notifications(FullJournal(), lambda: settings)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await kept.add(told("tea"))
    assert kept.of("ann") == []


def test_a_text_says_something_and_not_too_much():
    assert checked("  the   tea\nis ready ", 20) == "the tea is ready"
    with pytest.raises(BadInput):
        checked(" \n ", 20)
    with pytest.raises(TooLarge):
        checked("x" * 21, 20)
