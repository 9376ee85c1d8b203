"""A recording's way from upload to transcript, with an engine that fails, waits or is taken away in the middle."""

import asyncio
import io
import os
import resource
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genie.audio.engine import Card, Segment, Spoken, Stretch
from genie.audio.engines.slot import Slot, Small
from genie.audio.recording import RATE, Sound
from genie.errors import Busy, GenieError, NotFound, StageFailed
from genie.memory.journal import MemoryJournal
from genie.memory.recordings import Recordings
from genie.memory.transcripts import Transcripts
from genie.messages import Progress
from genie.queues.board import Board
from genie.queues.job import Job, JobError, Kind
from genie.transcribing import BEGINNING, Transcribing, push, transcribe

MOST = resource.RLIM_INFINITY
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Counting:
    """Hear a word each second, a stretch for every ten of them; fail at some of the seconds, once each or always."""

    def __init__(self, *fails_at: int, always: bool = False) -> None:
        self.fails_at = list(fails_at)
        self.always = always
        self.free = threading.Event()
        self.free.set()
        self.starts: list[float] = []

    def describe(self) -> Card:
        return Card(name="counting")

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        self.starts.append(start_s)
        seconds = len(recording) / RATE
        for begin in range(int(start_s), int(seconds), 10):
            yield Stretch(float(begin))
            self.free.wait(20)
            if begin in self.fails_at:
                if not self.always:
                    self.fails_at.remove(begin)
                raise StageFailed("engine_died", "it died")
            words = " ".join(f"n{second}" for second in range(begin, begin + 10))
            yield Stretch(begin + 10.0, (Segment(float(begin), begin + 10.0, words),))
        yield Stretch(seconds)


class Losing(Counting):
    """Count on, while the disk has no room for the words from second 20, until more is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        for stretch in super().transcribe(recording, spoken, start_s):
            (transcript,) = self.folder.glob("*.jsonl")
            full = stretch.until_s == 30.0 and len(self.starts) == 1
            resource.setrlimit(resource.RLIMIT_FSIZE, (transcript.stat().st_size + 5 if full else MOST, MOST))
            yield stretch


@dataclass
class Desk:
    """A desk without a worker, and what it told."""

    scribe: Transcribing
    told: list[Progress] = field(default_factory=list)


@asynccontextmanager
async def desk(folder: Path, engine: Counting, quota: int = 10**9) -> AsyncIterator[Desk]:
    told: list[Progress] = []
    scribe = Transcribing(
        board=Board(MemoryJournal(), todo_limit=10, done_limit=10),
        recordings=Recordings(folder, quota),
        transcripts=Transcripts(folder),
        ear=Slot(Small("counting", lambda: engine), None, 30.0),
        publish=lambda user, job, message: told.append(message),
        admit=lambda user: None,
        max_seconds=lambda: 3_600.0,
        clock=lambda: NOW,
    )
    await scribe.ear.start()
    try:
        with scribe.board.observed(scribe.follow):
            async with scribe.opened():
                yield Desk(scribe, told)
    finally:
        engine.free.set()
        scribe.ear.close()


def sound(seconds: float) -> io.BytesIO:
    file = io.BytesIO()
    soundfile.write(file, np.full(round(seconds * 16_000), 100, np.int16), 16_000, format="FLAC")
    file.seek(0)
    return file


async def started(one: Desk, seconds: float) -> Job:
    job = await push(one.scribe, sound(seconds), "talk.flac", "local", Spoken("en"))
    return await one.scribe.board.start(job.id, "local", NOW)


async def text(one: Desk, job: Job) -> str:
    return (await one.scribe.transcripts.read(job.id)).line


def counted(until: int) -> str:
    return " ".join(f"n{second}" for second in range(until))


async def test_a_recording_is_heard_to_its_end_and_its_job_tells_the_beginning(tmp_path):
    async with desk(tmp_path, Counting()) as one:
        job = await started(one, 1_000.0)
        outcome = await transcribe(one.scribe, job)
        assert await text(one, job) == counted(1_000)
    assert len(outcome.answer) <= BEGINNING and outcome.answer.startswith("n0 n1 ") and outcome.answer.endswith(" …")
    assert outcome.agent == "counting"
    assert (one.told[-1].done, one.told[-1].total) == (1_000.0, 1_000.0)


async def test_an_engine_that_dies_in_the_middle_is_asked_again_from_there(tmp_path):
    engine = Counting(20, 40)
    async with desk(tmp_path, engine) as one:
        job = await started(one, 60.0)
        assert (await transcribe(one.scribe, job)).answer == counted(60)
        assert await text(one, job) == counted(60)
    assert engine.starts == [0.0, 20.0, 40.0]


async def test_an_engine_that_dies_twice_at_one_place_fails_the_job_and_keeps_what_was_heard(tmp_path):
    async with desk(tmp_path, Counting(20, always=True)) as one:
        job = await started(one, 60.0)
        with pytest.raises(GenieError) as raised:
            await transcribe(one.scribe, job)
        assert raised.value.code == "engine_died"
        assert await text(one, job) == counted(20)


async def test_what_the_disk_did_not_take_is_heard_again(tmp_path):
    engine = Losing(tmp_path / "transcripts")
    async with desk(tmp_path, engine) as one:
        job = await started(one, 60.0)
        assert (await transcribe(one.scribe, job)).answer == counted(60)
        assert await text(one, job) == counted(60)
    assert engine.starts == [0.0, 20.0]


async def test_who_reads_does_not_hold_up_what_is_heard(tmp_path):
    async with desk(tmp_path, Counting()) as one:
        job = await started(one, 20.0)
        os.mkfifo(slow := tmp_path / "transcripts" / "SLOW.jsonl")
        reading = asyncio.create_task(one.scribe.transcripts.read("SLOW"))
        try:
            async with asyncio.timeout(8):
                assert (await transcribe(one.scribe, job)).answer == counted(20)
            assert not reading.done()
        finally:
            await asyncio.to_thread(slow.write_bytes, b"")
        with pytest.raises(NotFound):
            await reading


async def test_a_cancelled_run_does_not_wait_for_the_engine_and_the_next_goes_on(tmp_path):
    engine = Counting()
    async with desk(tmp_path, engine) as one:
        job = await started(one, 60.0)
        engine.free.clear()
        run = asyncio.create_task(transcribe(one.scribe, job))
        async with asyncio.timeout(10):
            while not engine.starts:
                await asyncio.sleep(0.01)
            run.cancel()
            await asyncio.wait([run])
        assert run.cancelled() and not engine.free.is_set()
        engine.free.set()
        assert (await transcribe(one.scribe, job)).answer == counted(60)


async def test_the_upload_goes_when_the_job_is_done_and_stays_when_it_failed(tmp_path):
    async with desk(tmp_path, Counting()) as one:
        done, failed = await started(one, 10.0), await started(one, 10.0)
        await one.scribe.board.complete(done.id, "local", NOW, answer="so")
        await one.scribe.board.fail(failed.id, "local", NOW, JobError(code="no", message="no"))
        await gone(tmp_path / "recordings" / f"{done.id}.upload")
        assert (tmp_path / "recordings" / f"{failed.id}.upload").exists()
        await one.scribe.board.delete(failed.id, "local")
        await gone(tmp_path / "recordings" / f"{failed.id}.upload")
        await gone(tmp_path / "transcripts" / f"{failed.id}.jsonl")
        with pytest.raises(NotFound):
            await transcribe(one.scribe, failed)


async def test_more_than_may_wait_is_refused_and_leaves_nothing(tmp_path):
    async with desk(tmp_path, Counting(), quota=1) as one:
        await started(one, 10.0)
        before = sorted(tmp_path.glob("*/*"))
        with pytest.raises(Busy) as raised:
            await push(one.scribe, sound(10.0), "more.flac", "local", Spoken())
        assert raised.value.code == "recordings_full"
        await one.scribe.transcripts.settled(before[1].stem)  # the thread that removes has had its turn
        assert sorted(tmp_path.glob("*/*")) == before


async def test_what_a_killed_server_left_is_swept(tmp_path):
    for name in ("recordings/ABC.pcm", "recordings/ABC.part", "recordings/ABC.upload", "transcripts/ABC.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"{}\n")
        os.utime(tmp_path / name, (0, 0))
    async with desk(tmp_path, Counting()) as one:
        await one.scribe.sweep()
        for path in sorted(tmp_path.glob("*/*")):
            await gone(path)


async def test_a_job_is_no_question(tmp_path):
    async with desk(tmp_path, Counting()) as one:
        job = await started(one, 10.0)
        assert (job.kind, job.question, job.speak, job.session) == (Kind.TRANSCRIPTION, "talk.flac", False, None)


async def gone(path: Path) -> None:
    async with asyncio.timeout(10):
        while is_there(path):
            await asyncio.sleep(0.01)


def is_there(path: Path) -> bool:
    return path.exists()
