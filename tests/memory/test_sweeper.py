"""Sound goes when nobody has a reason for it any more: with its job, or by and by."""

import asyncio
import os
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from genie.audio.engine import Take
from genie.memory import take_file
from genie.memory.journal import MemoryJournal
from genie.memory.sounds import Sounds
from genie.memory.sweeper import sweep_on
from genie.memory.takes import Takes
from genie.queues.board import Board
from genie.queues.job import Job, JobError, Timeline
from tests.keeping import RATE, keep_answer, keep_utterance, names, noise, opened, settings

NOW = datetime.now(UTC)
SPOKEN = Timeline(speech_end=NOW)


async def nothing() -> None:
    """Sweep nowhere else."""


async def until(sounds: Sounds, *left: str) -> None:
    async with asyncio.timeout(30):
        while sorted(await names(sounds)) != sorted(left):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def boarded(sounds: Sounds):
    board = Board(MemoryJournal(), todo_limit=100, done_limit=100)
    with board.observed(sounds.follow):
        yield board


async def ask(board: Board, name: str, timeline: Timeline = SPOKEN) -> None:
    await board.push(Job(id=name, question="why", created_at=NOW, timeline=timeline))


async def test_what_was_said_goes_when_its_job_ends_however_it_ends(tmp_path):
    async with opened(tmp_path) as sounds, boarded(sounds) as board:
        for name in ("done", "failed", "cancelled", "waits"):
            async with sounds.keeping(name, noise(0.1)):
                await ask(board, name)
        await board.start("done", "local", NOW)
        await board.start("failed", "local", NOW)
        await board.complete("done", "local", NOW, answer="so")
        await board.fail("failed", "local", NOW, JobError(code="no", message="no"))
        await board.cancel("cancelled", "local", NOW)
        await until(sounds, "utterances/waits")


async def test_with_keep_audio_what_was_said_stays_until_its_job_is_deleted(tmp_path):
    async with opened(tmp_path, keep_audio=True) as sounds, boarded(sounds) as board:
        async with sounds.keeping("one", noise(0.1)):
            await ask(board, "one")
        await board.cancel("one", "local", NOW)
        assert await names(sounds) == ["utterances/one"]
        await board.delete("one", "local")
        await until(sounds)


async def test_an_answer_goes_when_its_job_is_deleted_or_asked_again(tmp_path):
    async with opened(tmp_path) as sounds, boarded(sounds) as board:
        for name in ("deleted", "retried", "kept"):
            await ask(board, name)
            await board.start(name, "local", NOW)
            await keep_answer(sounds, name, noise(0.1))
        await board.complete("deleted", "local", NOW, answer="so")
        await board.complete("kept", "local", NOW, answer="so")
        await board.fail("retried", "local", NOW, JobError(code="no", message="no"))
        await board.delete("deleted", "local")
        await board.retry("retried", "local")
        await until(sounds, "answers/kept")


async def test_the_sweeper_removes_sound_without_a_job_and_old_sound(tmp_path):
    async with opened(tmp_path) as sounds:
        for name in ("orphan", "waits", "ended", "old"):
            await keep_utterance(sounds, name, noise(0.1))
        for name in ("orphan", "ended", "failed"):
            await keep_answer(sounds, name, noise(0.1))
        await sounds.entries()
    week_ago = time.time() - 7 * 86_400
    os.utime(tmp_path / "utterances" / "old.flac", (week_ago, week_ago))
    async with opened(tmp_path, audio_days=3) as sounds, boarded(sounds) as board:
        for name in ("waits", "ended", "failed", "old"):
            await ask(board, name, Timeline())
        for name in ("ended", "failed"):
            await board.start(name, "local", NOW)
        await board.complete("ended", "local", NOW, answer="so")
        await board.fail("failed", "local", NOW, JobError(code="no", message="no"))
        sweeping = asyncio.create_task(
            sweep_on(sounds, Takes(tmp_path, lambda: 0), board, settings(audio_days=3), nothing)
        )
        await until(sounds, "utterances/waits", "answers/ended")
        sweeping.cancel()


async def test_the_sweeper_removes_what_was_said_for_a_job_that_is_gone_and_what_was_not_said_for_long(tmp_path):
    week_ago = time.time() - 7 * 86_400
    (tmp_path / "speech").mkdir()
    for name in ("a.gone", "b.here", "c", "d.here"):
        take_file.write(tmp_path / "speech" / f"{name}.flac", RATE, (Take(noise(0.1).samples),))
    os.utime(tmp_path / "speech" / "d.here.flac", (week_ago, week_ago))
    takes = Takes(tmp_path, lambda: 1_000_000)
    async with opened(tmp_path) as sounds, boarded(sounds) as board, takes.opened():
        await ask(board, "here", Timeline())
        sweeping = asyncio.create_task(sweep_on(sounds, takes, board, settings(audio_days=3), nothing))
        async with asyncio.timeout(30):
            while sorted(path.name for path in (tmp_path / "speech").iterdir()) != ["b.here.flac", "c.flac"]:
                await asyncio.sleep(0.01)
        sweeping.cancel()
