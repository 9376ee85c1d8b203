"""The store of sound: real files, a real thread."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from genie import config
from genie.audio.engine import Take
from genie.audio.pcm import Pcm, Piece
from genie.errors import Busy
from genie.memory import take_file
from genie.memory.journal import MemoryJournal
from genie.memory.recorder import MAX_WAITING
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds
from genie.memory.sweeper import sweep_on
from genie.memory.takes import Takes
from genie.queues.board import Board
from genie.queues.job import Job, JobError, Timeline
from genie.settings import MemorySettings

RATE = 16_000
NOW = datetime.now(UTC)
SPOKEN = Timeline(speech_end=NOW)


async def nothing() -> None:
    """Sweep nowhere else."""


def noise(seconds: float, seed: int = 1) -> Pcm:
    """Return sound that does not get smaller by being packed."""
    return Pcm(RATE, np.random.default_rng(seed).integers(-9_000, 9_000, round(RATE * seconds), np.int16))


def settings(**memory: object) -> MemorySettings:
    return config.load(environment={}, flags={f"memory.{name}": value for name, value in memory.items()}).memory


@asynccontextmanager
async def opened(folder: Path, **memory: object):
    sounds = Sounds(folder, settings(**memory))
    async with sounds.opened():
        yield sounds


async def heard(stored: AsyncGenerator[Pcm, None] | None) -> np.ndarray | None:
    if stored is None:
        return None
    async with aclosing(stored):
        return np.concatenate([piece.samples async for piece in stored])


async def keep_answer(sounds: Sounds, job: str, pcm: Pcm) -> None:
    async with sounds.recording(job, pcm.rate) as recorder:
        for at in range(0, len(pcm.samples), 1_600):
            recorder.push(pcm.samples[at : at + 1_600])


async def keep_utterance(sounds: Sounds, job: str, pcm: Pcm) -> None:
    async with sounds.keeping(job, pcm):
        pass


async def names(sounds: Sounds) -> list[str]:
    return [f"{entry.kind}/{entry.job}" for entry in await sounds.entries()]


async def until(sounds: Sounds, *left: str) -> None:
    async with asyncio.timeout(30):
        while sorted(await names(sounds)) != sorted(left):
            await asyncio.sleep(0.01)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def until_there_are(folder: Path, *left: str) -> None:
    async with asyncio.timeout(30):
        while files(folder) != sorted(left):
            await asyncio.sleep(0.01)


async def test_what_was_said_is_given_back_to_the_sample(tmp_path):
    said = noise(2.5)
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", said)
        assert np.array_equal(await heard(await sounds.stored(SoundKind.UTTERANCE, "A1")), said.samples)
        assert (
            await sounds.stored(SoundKind.UTTERANCE, "A2") is None
            and await sounds.stored(SoundKind.ANSWER, "A1") is None
        )
    assert files(tmp_path) == ["utterances/A1.flac"]


async def test_only_the_owner_of_the_process_may_read_the_files(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", noise(0.1))
    assert (tmp_path / "utterances").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "utterances" / "A1.flac").stat().st_mode & 0o777 == 0o600


async def test_an_answer_that_is_recorded_is_given_back_from_any_sample(tmp_path):
    answer = noise(3.0)
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", answer)
        assert np.array_equal(await heard(await sounds.stored(SoundKind.ANSWER, "A1")), answer.samples)
        assert np.array_equal(await heard(await sounds.stored(SoundKind.ANSWER, "A1", 20_000)), answer.samples[20_000:])
    assert files(tmp_path) == ["answers/A1.flac", "answers/A1.json"]


async def test_an_answer_that_does_not_come_to_its_end_is_not_kept(tmp_path):
    async with opened(tmp_path) as sounds:
        with pytest.raises(ZeroDivisionError):
            async with sounds.recording("A1", RATE) as recorder:
                recorder.push(noise(1.0).samples)
                raise ZeroDivisionError
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
        await until_there_are(tmp_path)


async def test_an_answer_that_is_cancelled_while_the_disk_takes_the_rest_leaves_nothing(tmp_path):
    async with opened(tmp_path) as sounds:
        free, made = threading.Event(), asyncio.Event()

        async def speak() -> None:
            async with sounds.recording("A1", RATE) as recorder:
                recorder.push(noise(0.5).samples)
                await sounds.entries()
                sounds.later(free.wait)
                recorder.push(noise(0.5).samples)
                made.set()

        speaking = asyncio.create_task(speak())
        await made.wait()
        speaking.cancel()
        await asyncio.wait([speaking])
        free.set()
        await until_there_are(tmp_path)


async def test_an_answer_whose_job_is_deleted_while_it_is_spoken_is_not_kept(tmp_path):
    async with opened(tmp_path) as sounds:
        async with sounds.recording("A1", RATE) as recorder:
            recorder.push(noise(0.5).samples)
            await sounds.entries()
            sounds.forget("A1", SoundKind.ANSWER)
            recorder.push(noise(0.5).samples)
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
        await until_there_are(tmp_path)


async def test_what_was_said_is_forgotten_when_its_question_is_refused(tmp_path):
    async with opened(tmp_path) as sounds:
        with pytest.raises(Busy):
            async with sounds.keeping("A1", noise(1.0)):
                raise Busy("queue_full", "full")
        assert await sounds.stored(SoundKind.UTTERANCE, "A1") is None
        await until_there_are(tmp_path)


async def test_the_quota_drops_the_oldest_answers_first(tmp_path):
    one = noise(1.0)
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A0", one)
    size = (tmp_path / "utterances" / "A0.flac").stat().st_size
    async with opened(tmp_path, audio_bytes=size * 3) as sounds:
        for job in ("A1", "A2", "A3", "A4"):
            await keep_answer(sounds, job, one)
        assert await names(sounds) == ["answers/A3", "answers/A4", "utterances/A0"]
        for job in ("A5", "A6", "A7"):
            await keep_utterance(sounds, job, one)
        assert await names(sounds) == ["utterances/A5", "utterances/A6", "utterances/A7"]


async def test_a_smaller_quota_counts_for_what_is_there_already(tmp_path):
    async with opened(tmp_path) as sounds:
        for job in ("A1", "A2"):
            await keep_answer(sounds, job, noise(1.0))
    async with opened(tmp_path, audio_bytes=0) as sounds:
        assert await names(sounds) == []
    assert files(tmp_path) == []


async def test_a_file_that_a_killed_server_was_writing_is_gone_after_the_next_start(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "A1.0123abcd.part").write_bytes(b"fLaC")
    async with opened(tmp_path) as sounds:
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
    assert files(tmp_path) == []


async def made(*parts: tuple[str | None, Pcm]) -> AsyncGenerator[Piece, None]:
    for text, pcm in parts:
        yield Piece(text, pcm.samples)


async def captioned(spoken: tuple[int, AsyncGenerator[Piece, None]] | None) -> list[tuple[str | None, int]]:
    """Return the captions of an answer, each with its first sample."""
    assert spoken is not None
    captions, at = [], 0
    async with aclosing(spoken[1]) as pieces:
        async for piece in pieces:
            if piece.text is not None:
                captions.append((piece.text, at))
            at += len(piece.samples)
    return captions


async def test_an_answer_is_kept_with_its_captions(tmp_path):
    parts = ("First,", noise(2.0)), (None, noise(1.5)), ("second.", noise(0.01)), ("Third.", noise(3.0))
    async with opened(tmp_path) as sounds:
        async for _ in sounds.recorded("A1", RATE, made(*parts)):
            pass
        assert await captioned(await sounds.spoken("A1")) == [("First,", 0), ("second.", 56_000), ("Third.", 56_160)]
        (tmp_path / "answers" / "A1.json").write_text("nothing of the kind")
        assert await captioned(await sounds.spoken("A1")) == []
        assert await sounds.spoken("A2") is None
        sounds.forget("A1", SoundKind.ANSWER)
        await until_there_are(tmp_path)


async def test_captions_keep_where_their_words_are_heard(tmp_path):
    async def marked() -> AsyncGenerator[Piece, None]:
        yield Piece("Of two takes.", noise(1.0).samples, ((0, 2, 10), (3, 6, 8_000)))
        yield Piece(None, noise(1.0).samples, ((7, 13, 5),))
        yield Piece("Next.", noise(1.0).samples, ((0, 5, 100),))

    async with opened(tmp_path) as sounds:
        async for _ in sounds.recorded("A1", RATE, marked()):
            pass
        again = await sounds.spoken("A1")
        assert again is not None
        async with aclosing(again[1]) as pieces:
            kept = [(piece.text, piece.words) async for piece in pieces if piece.text]
    assert kept == [("Of two takes.", ((0, 2, 10), (3, 6, 8_000), (7, 13, 16_005))), ("Next.", ((0, 5, 100),))]


async def test_captions_without_a_sound_are_gone_after_the_next_start(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "A1.json").write_text("[]")
    async with opened(tmp_path):
        await until_there_are(tmp_path)


async def test_a_damaged_file_is_as_good_as_none_and_goes(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", noise(1.0))
        path = tmp_path / "answers" / "A1.flac"
        path.write_bytes(b"nothing of the kind")
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
        assert not path.exists()


async def test_a_folder_that_cannot_be_written_loses_the_sound_and_nothing_else(tmp_path):
    (tmp_path / "utterances").write_text("in the way")
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", noise(0.1))
        assert await sounds.stored(SoundKind.UTTERANCE, "A1") is None
        assert sounds.lost == 1


async def test_a_disk_that_refuses_loses_the_sound_and_says_so(tmp_path):
    async with opened(tmp_path) as sounds:
        await sounds.entries()
        (tmp_path / "answers").rmdir()
        await keep_answer(sounds, "A1", noise(1.0))
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
        assert sounds.lost == 1


async def test_sound_that_is_made_faster_than_it_can_be_written_is_given_up(tmp_path):
    async with opened(tmp_path) as sounds:
        async with sounds.recording("A1", RATE) as recorder:
            silence = np.zeros(MAX_WAITING // 2 + 1, np.int16)
            for _ in range(4):
                recorder.push(silence)
        assert await sounds.stored(SoundKind.ANSWER, "A1") is None
        assert sounds.lost == 1


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
