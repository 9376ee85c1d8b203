"""Passages that several want: made once, for as long as anybody wants them, and not again when they are kept."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from genie.audio.engine import Card, Passage, Take
from genie.audio.lane import Lane
from genie.audio.repertoire import Repertoire, Wanted
from genie.audio.studio import Studio, name_of
from genie.errors import StageFailed
from tests.fakes import RATE, FakeSynthesizer, Shelf
from tests.waiting import until

HELLO = Wanted("hello", RATE)


class Voice:
    """Takes that come when a test says so; it remembers how often it began and was closed."""

    def __init__(self) -> None:
        self.began = self.closed = 0
        self.given = 0
        self.more = asyncio.Semaphore(0)
        self.fails = False

    async def __call__(self) -> AsyncGenerator[Take, None]:
        self.began += 1
        try:
            for number in range(3):
                await self.more.acquire()
                if self.fails:
                    raise StageFailed("engine_failed", "it fails")
                self.given += 1
                yield Take(np.full(10, number, np.int16))
        finally:
            self.closed += 1


async def all_of(takes: AsyncIterator[Take]) -> list[int]:
    return [int(take.samples[0]) async for take in takes]


async def test_what_several_want_at_once_is_made_once_and_heard_by_all_from_its_beginning():
    sources: list[str] = []
    repertoire, voice = Repertoire(Shelf(), sources.append), Voice()
    early = asyncio.create_task(all_of(repertoire.takes(HELLO, voice)))
    voice.more.release()
    await until(lambda: voice.given == 1)
    late = [asyncio.create_task(all_of(repertoire.takes(HELLO, voice))) for _ in range(3)]
    await asyncio.sleep(0)
    voice.more.release()
    voice.more.release()
    assert await asyncio.gather(early, *late) == [[0, 1, 2]] * 4
    assert (voice.began, voice.closed) == (1, 1)
    assert sorted(sources) == ["made", "shared", "shared", "shared"]


async def test_it_goes_on_when_the_one_it_was_begun_for_has_gone():
    repertoire, voice = Repertoire(), Voice()
    first = asyncio.create_task(all_of(repertoire.takes(HELLO, voice)))
    await until(lambda: voice.began == 1)
    second = asyncio.create_task(all_of(repertoire.takes(HELLO, voice)))
    await asyncio.sleep(0)
    first.cancel()
    for _ in range(3):
        voice.more.release()
    assert await second == [0, 1, 2]
    assert voice.began == 1


async def test_it_ends_when_nobody_wants_it_any_more_and_is_begun_anew_for_the_next():
    shelf = Shelf()
    repertoire, voice = Repertoire(shelf), Voice()
    async with aclosing(repertoire.takes(HELLO, voice)) as takes:
        voice.more.release()
        await anext(takes)
    again = asyncio.create_task(all_of(repertoire.takes(HELLO, voice)))
    await until(lambda: voice.began == 2)
    assert voice.closed == 1 and shelf.kept == {}
    for _ in range(3):
        voice.more.release()
    assert await again == [0, 1, 2]


async def test_a_failure_is_told_to_all_who_wait_and_not_kept():
    shelf = Shelf()
    repertoire, voice = Repertoire(shelf), Voice()
    voice.fails = True
    waiting = [asyncio.create_task(all_of(repertoire.takes(HELLO, voice))) for _ in range(2)]
    voice.more.release()
    for failed in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(failed, StageFailed) and failed.code == "engine_failed"
    voice.fails = False
    for _ in range(3):
        voice.more.release()
    assert await all_of(repertoire.takes(HELLO, voice)) == [0, 1, 2]
    assert list(shelf.kept) == ["hello"]


async def test_what_is_kept_is_not_made_again():
    shelf, sources = Shelf(), []
    repertoire, voice = Repertoire(shelf, sources.append), Voice()
    for _ in range(3):
        voice.more.release()
    heard = [await all_of(repertoire.takes(Wanted("hello", RATE, "job1"), voice)) for _ in range(2)]
    assert heard == [[0, 1, 2]] * 2
    assert (voice.began, sources, shelf.jobs) == (1, ["made", "kept"], ["job1"])


async def test_who_waits_does_not_wait_for_what_is_made_in_spare_time():
    repertoire, slow, quick = Repertoire(Shelf()), Voice(), Voice()
    spare = asyncio.create_task(all_of(repertoire.takes(Wanted("hello", RATE, spare=True), slow)))
    await until(lambda: slow.began == 1)
    waiting = [asyncio.create_task(all_of(repertoire.takes(HELLO, quick))) for _ in range(2)]
    for _ in range(3):
        quick.more.release()
    assert await asyncio.gather(*waiting) == [[0, 1, 2]] * 2
    assert quick.began == 1
    for _ in range(3):
        slow.more.release()
    assert await spare == [0, 1, 2]


async def test_nobody_can_change_what_others_hear():
    repertoire, voice = Repertoire(Shelf()), Voice()
    voice.more.release()
    async with aclosing(repertoire.takes(HELLO, voice)) as takes:
        take = await anext(takes)
        with pytest.raises(ValueError, match="read-only"):
            take.samples[0] = 7


async def test_a_studio_speaks_the_same_words_once_but_an_instant_voice_is_not_shared():
    engine = FakeSynthesizer()
    lane = Lane(lambda: engine, name="fake")
    for instant, times in ((False, 1), (True, 2)):
        engine.spoken.clear()
        studio = Studio(lane, Card("fake", rate=RATE, instant=instant), Repertoire(Shelf()))
        for _ in range(2):
            assert len([take async for take in studio.takes(Passage("Hi"), None)]) == 2
        assert engine.spoken == ["Hi"] * times
    lane.close()


def test_a_name_says_all_that_the_sound_depends_on():
    card = Card("kokoro", model="one", rate=24_000, voice="af_heart", edition="1")
    hello = Passage("Hello.", "af_heart", "en-us", 1.0, (("Hello", "həˈloʊ"),))
    others = [
        name_of(Card("other", model="one", rate=24_000, voice="af_heart", edition="1"), hello),
        name_of(Card("kokoro", model="two", rate=24_000, voice="af_heart", edition="1"), hello),
        name_of(Card("kokoro", model="one", rate=24_000, voice="af_heart", edition="2"), hello),
        name_of(card, Passage("Hallo.", "af_heart", "en-us", 1.0, hello.phones)),
        name_of(card, Passage("Hello.", "af_sky", "en-us", 1.0, hello.phones)),
        name_of(card, Passage("Hello.", "af_heart", "en-gb", 1.0, hello.phones)),
        name_of(card, Passage("Hello.", "af_heart", "en-us", 1.1, hello.phones)),
        name_of(card, Passage("Hello.", "af_heart", "en-us", 1.0)),
    ]
    assert len({name_of(card, hello), *others}) == len(others) + 1
    assert name_of(card, Passage("Hello.")) == name_of(card, Passage("Hello.", "af_heart"))
