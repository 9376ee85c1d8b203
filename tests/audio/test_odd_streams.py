"""Sound that comes too fast, too slowly, in odd pieces, with gaps, or without an end."""

import asyncio
import itertools
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

import numpy as np
import pytest

from genie import config
from genie.audio.engine import Detector, Spoken, Transcriber
from genie.audio.lane import Lane
from genie.audio.listening import Listening
from genie.audio.segmenter import Segmenter
from genie.audio.transcription import Ears
from genie.messages import ErrorMessage, UtteranceEnded
from tests.fakes import FakeDetector, FakeTranscriber, buzz

RATE = 16_000
FRAME_S = 0.032
LIMIT_S = 4.0


class Stream:
    """One hands-free listening over small engines: what was pushed, and what came of it."""

    def __init__(self, lanes: tuple[Lane[Any], Lane[Any]], **settings: float) -> None:
        self.told: list[Any] = []
        self.sounds: list[int] = []
        whole = config.load(environment={}, flags={"stt.max_utterance_s": LIMIT_S, "vad.reopen_s": 0.0, **settings})
        ears = Ears(
            cast(Lane[Transcriber], lanes[0]), cast(Lane[Detector], lanes[1]), whole.stt, whole.vad, Spoken("en")
        )
        self.listening = Listening("hands_free", RATE, lambda: ears, self.told.append, "s", itertools.count(1))
        self.hearing = asyncio.create_task(self._hear())
        self._pushed_s = 0.0

    async def push(self, seconds: float) -> None:
        """Speak, and return when that has been heard."""
        self._pushed_s += seconds
        self.listening.push(buzz(seconds))
        await self.heard(self._pushed_s)

    async def heard(self, seconds: float) -> None:
        async with asyncio.timeout(20):
            while self.listening.speech_s < seconds - 0.2:
                await asyncio.sleep(0)

    async def end(self) -> list[int]:
        """Return the samples of each utterance."""
        self.listening.stop()
        async with asyncio.timeout(20):
            await self.hearing
        return self.sounds

    def count(self, kind: type) -> int:
        return sum(isinstance(message, kind) for message in self.told)

    async def _hear(self) -> None:
        async with aclosing(self.listening.utterances()) as utterances:
            async for said in utterances:
                self.sounds.append(len(said.sound.samples))


@asynccontextmanager
async def stream(**settings: float) -> AsyncIterator[Stream]:
    lanes = Lane(FakeTranscriber, name="ear"), Lane(FakeDetector, name="detector")
    one = Stream(lanes, **settings)
    try:
        yield one
    finally:
        one.hearing.cancel()
        await asyncio.wait([one.hearing])
        for lane in lanes:
            lane.close()


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


def pieces(sound: bytes, sizes: Iterable[int]) -> list[bytes]:
    found, sizes = [], itertools.cycle(sizes)
    while sound:
        size = next(sizes)
        found.append(sound[:size])
        sound = sound[size:]
    return found


TALK = silence(0.5) + buzz(1.0) + silence(2.0) + buzz(1.5) + silence(2.0)


@pytest.mark.parametrize("sizes", [[640], [1], [641], [0, 3, 0, 9_999], [len(TALK)]], ids=str)
async def test_the_pieces_in_which_sound_comes_do_not_matter(sizes: list[int]) -> None:
    async with stream() as whole, stream() as cut:
        whole.listening.push(TALK)
        for piece in pieces(TALK, sizes):
            cut.listening.push(piece)
        assert await whole.end() == await cut.end()
        assert len(cut.sounds) == 2


async def test_sound_that_comes_too_slowly_is_one_utterance_however_long_it_takes() -> None:
    async with stream() as slow:
        for _ in range(20):
            await slow.push(0.1)
            for _ in range(20):
                await asyncio.sleep(0)
        slow.listening.push(silence(2.0))
        assert len(await slow.end()) == 1


async def test_a_gap_on_the_line_ends_nothing() -> None:
    async with stream() as one:
        await one.push(1.0)
        for _ in range(500):
            await asyncio.sleep(0)
        assert one.count(UtteranceEnded) == 0
        await one.push(1.0)
        one.listening.push(silence(2.0))
        [samples] = await one.end()
        assert samples >= 1.9 * RATE


async def test_sound_that_comes_too_fast_takes_no_more_memory_than_its_backlog() -> None:
    async with stream(**{"stt.backlog_s": 2.0}) as one:
        sound = buzz(0.1)
        tracemalloc.start()
        for _ in range(3_000):
            one.listening.push(sound)
        told = one.count(ErrorMessage)
        one.told.clear()
        grown, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert grown < 4 * 2.0 * RATE * 2 and told > 0
        assert sum(await one.end()) <= 2.1 * RATE


async def test_speech_without_a_pause_is_cut_and_nothing_of_it_is_lost_or_kept() -> None:
    async with stream() as one:
        sizes = list[int]()
        await one.push(10.0)
        tracemalloc.start()
        for _ in range(60):
            await one.push(1.0)
            one.told.clear()
            sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        utterances = await one.end()
    assert abs(sum(utterances) - 70.0 * RATE) < RATE
    assert max(utterances) <= (LIMIT_S + 0.1) * RATE
    assert min(sizes[30:]) - min(sizes[:30]) < 200_000, "an utterance that is on its way is held, for seconds"


def test_two_hours_without_a_pause_are_cut_again_and_again() -> None:
    settings = config.load(environment={})
    segmenter = Segmenter(settings.vad, settings.stt.max_utterance_s)
    times = (number * FRAME_S for number in range(1, round(7_200 / FRAME_S)))
    cuts = [segmenter.start_s for time_s in times if segmenter.push(time_s, 1.0) == "cut"]
    lengths = np.diff([0.0, *cuts])
    assert 7_200 / settings.stt.max_utterance_s - 1 <= len(cuts) <= 7_200
    assert lengths.max() <= settings.stt.max_utterance_s
