"""The small voice in a process of its own: it says a text alike for everybody, and what ends it ends nobody else."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing

import numpy as np
import pytest

from genie.audio.engine import Synthesizer
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.speech import Manner, pieces, whole
from genie.audio.studio import Studio
from genie.errors import GenieError
from tests.processes import copies, until_gone

ANSWERS = [
    f"{name} begins like this. And {name} goes on for some time, because there is more to say than one would think. "
    f"So ends what {name} had to tell." for name in ("Anna", "Bertha", "Clara", "Dora")
]  # fmt: skip


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    """The voice as a server has it."""
    lane: Lane[Synthesizer] = Lane(EspeakSynthesizer, name="espeak")
    yield Studio(lane, await lane.call(Synthesizer.describe))
    lane.close()


async def heard(studio: Studio, text: str) -> Int16:
    return np.concatenate([piece.samples async for piece in pieces(whole(text), studio, Manner())])


async def test_each_of_four_sessions_hears_what_it_hears_alone(studio: Studio) -> None:
    alone = [await heard(studio, text) for text in ANSWERS]
    together = await asyncio.gather(*(heard(studio, text) for text in ANSWERS))
    assert all(map(np.array_equal, together, alone))


async def processes(studio: Studio) -> list[int]:
    """Return the process that holds the library, and the copies of it that wait for something to say."""
    remote = studio.lane._worker._engine._process
    return [remote._process.pid, *await copies(remote)]


def tell(what: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        os.kill(pid, what)


async def test_a_library_that_is_killed_while_it_speaks_fails_that_piece_alone(studio: Studio) -> None:
    before = await heard(studio, ANSWERS[0])
    yours = pieces(whole(ANSWERS[0]), studio, Manner())
    began = await anext(yours)
    pids = await processes(studio)
    tell(signal.SIGSTOP, pids[1:])  # so that the one whose turn it is will be killed while it speaks
    mine = asyncio.create_task(heard(studio, ANSWERS[1]))
    while not studio.lane._worker.unanswered:
        await asyncio.sleep(0)
    rest = asyncio.create_task(anext(yours))
    while len(studio.lane._worker.unanswered) < 2:  # else it might find the process dead first, and mine be asked again
        await asyncio.sleep(0)
    tell(signal.SIGKILL, pids[1:2])
    with pytest.raises(GenieError, match="engine_died"):
        await mine
    samples = [began.samples, (await rest).samples, *[piece.samples async for piece in yours]]
    assert np.array_equal(np.concatenate(samples), before)
    await until_gone(*pids)


async def test_a_library_that_hangs_is_replaced_when_its_time_is_over(studio: Studio) -> None:
    hasty = Studio(Lane(EspeakSynthesizer, name="espeak", deadline_s=3.0), studio.card)
    await hasty.lane.load()
    gone = await processes(hasty)
    tell(signal.SIGSTOP, gone[1:])
    with pytest.raises(GenieError, match="engine_timeout"):
        await heard(hasty, ANSWERS[1])
    await until_gone(*gone)
    assert np.array_equal(await heard(hasty, ANSWERS[0]), await heard(studio, ANSWERS[0]))
    hasty.lane.close()


@pytest.mark.parametrize("which", [0, 1], ids=["the process", "a copy"])
async def test_a_library_that_is_killed_while_nobody_asks_is_missed_by_nobody(studio: Studio, which: int) -> None:
    mine = pieces(whole(ANSWERS[0]), studio, Manner())
    async with aclosing(mine):
        samples = [(await anext(mine)).samples]
        pids = await processes(studio)
        tell(signal.SIGKILL, pids[which : which + 1])
        await until_gone(pids[0])
        samples += [piece.samples async for piece in mine]
    assert np.array_equal(np.concatenate(samples), await heard(studio, ANSWERS[0]))
    await until_gone(*pids)
