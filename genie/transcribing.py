"""One recording's way: upload, job, samples, stretches of text, transcript."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from ulid import ULID

from genie.audio.engine import Card, Spoken, Stretch, Transcriber
from genie.audio.engines.slot import Slot
from genie.audio.recording import Recording
from genie.audio.spool import probe
from genie.audio.transcript import Transcript
from genie.errors import Busy, StageFailed, Unavailable
from genie.memory.recordings import Recordings
from genie.memory.transcripts import Transcripts
from genie.messages import Progress
from genie.queues.board import Board
from genie.queues.job import Job, Kind, Priority, Timeline
from genie.queues.journal import QueueEvent
from genie.queues.worker import Outcome

log = logging.getLogger(__name__)

BEGINNING = 2_000
"""Characters of a transcript that stand in its job as the answer: the whole is fetched, not sent to every client."""

TOLD_EVERY_S = 0.3
"""Seconds between two messages about one job's progress."""

Publish = Callable[[str, str, Progress], None]
"""Give a message about a job (its user, its id) to whoever follows it."""


@dataclass(frozen=True, slots=True)
class Transcribing:
    """The parts that recordings pass through."""

    board: Board
    recordings: Recordings
    transcripts: Transcripts
    ear: Slot[Transcriber]
    publish: Publish
    admit: Callable[[str], None]
    """Refuse a job of a user who asks too often."""
    max_seconds: Callable[[], float]
    clock: Callable[[], datetime]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take over what earlier servers kept, and keep what comes for as long as the context lasts."""
        await asyncio.to_thread(self.recordings.open)
        await asyncio.to_thread(self.transcripts.open)
        try:
            yield
        finally:
            self.transcripts.close()

    def follow(self, event: QueueEvent) -> None:
        """Let go of what a move leaves without a reason: an observer of the board."""
        self.recordings.follow(event)
        self.transcripts.follow(event)

    async def sweep(self) -> None:
        """Remove what no job needs."""
        await self.recordings.sweep(self.board.known)
        await self.transcripts.sweep(self.board.known)


async def push(
    scribe: Transcribing,
    file: BinaryIO,
    name: str,
    user: str,
    spoken: Spoken,
    *,
    key: str | None = None,
    priority: Priority = "normal",
) -> Job:
    """Queue a recording and return its job once both are kept; what is no sound is refused at once.

    The beginning is decoded for that; what is wrong further on fails the job.
    """
    scribe.admit(user)
    await asyncio.to_thread(probe, file, max_seconds=scribe.max_seconds())
    now = scribe.clock()
    job = Job(
        id=str(ULID()),
        kind=Kind.TRANSCRIPTION,
        question=name,
        user=user,
        created_at=now,
        timeline=Timeline(pushed=now),
        key=key or None,
        priority=priority,
    )
    pushed = None
    try:
        await scribe.recordings.keep(job.id, file)
        await scribe.transcripts.begin(job.id, name, spoken)
        pushed = await scribe.board.push(job)
    finally:
        if pushed is None or pushed.id != job.id:
            scribe.recordings.forget(job.id)
            scribe.transcripts.forget(job.id)
    return pushed


async def transcribe(scribe: Transcribing, job: Job) -> Outcome:
    """Hear the recording of a job, from where an earlier attempt came to."""
    progress = _Course(scribe, job)
    async with scribe.recordings.heard(job.id, scribe.max_seconds(), progress.read) as recording:
        transcript = await scribe.transcripts.settled(job.id)
        progress.begin(recording.seconds, transcript.until_s)
        transcript, card = await _hear(scribe, job, recording, transcript, progress)
        await scribe.transcripts.end(job.id, recording.seconds)
    return Outcome(answer=beginning(transcript), agent=card.name)


async def _hear(
    scribe: Transcribing, job: Job, recording: Recording, transcript: Transcript, progress: "_Course"
) -> tuple[Transcript, Card]:
    """Add to the transcript to its end. An engine that fails after it went on, or that another one takes over from, is
    asked again from there; so it is when the disk did not take what was heard.
    """
    await scribe.ear.settled.wait()
    while True:
        lane, card, begun_s = scribe.ear.lane, scribe.ear.card, transcript.until_s
        heard = lane.iterate(Transcriber.transcribe, recording, transcript.spoken, begun_s)
        try:
            async with aclosing(heard):
                async for stretch in heard:
                    await _add(scribe, job, transcript, stretch)
                    progress.reach(stretch.until_s)
            return transcript, card
        except (StageFailed, Unavailable, Busy) as error:
            kept = await scribe.transcripts.settled(job.id)  # what the disk took too late counts as well
            kept.until_s = max(kept.until_s, transcript.until_s)
            if kept.until_s <= begun_s:
                raise
            transcript = kept
            log.info("transcription_goes_on", extra={"job": job.id, "code": error.code, "at_s": transcript.until_s})


async def _add(scribe: Transcribing, job: Job, transcript: Transcript, stretch: Stretch) -> None:
    if stretch.segments:
        await scribe.transcripts.add(job.id, stretch)
        if not _is_long(transcript):
            transcript.segments.extend(stretch.segments)
    transcript.until_s = stretch.until_s


def _is_long(transcript: Transcript) -> bool:
    return sum(len(segment.text) for segment in transcript.segments) > BEGINNING


def beginning(transcript: Transcript) -> str:
    """Return the first words of a transcript: all of a short one."""
    text = transcript.line
    if len(text) <= BEGINNING:
        return text
    return text[: BEGINNING - 2].rpartition(" ")[0] + " …"


class _Course:
    """Tell how far a job has come, not too often."""

    def __init__(self, scribe: Transcribing, job: Job) -> None:
        self._scribe = scribe
        self._job = job
        self._total: float | None = None
        self._from_s = 0.0
        self._began = self._told = time.monotonic()

    def read(self, done_s: float) -> None:
        """Say how much of the recording was decoded; how long it is shows at its end."""
        self._tell(Progress(job=self._job.id, done=done_s, note="reading"))

    def begin(self, total_s: float, from_s: float) -> None:
        """Say that it is heard from now on."""
        self._total, self._from_s, self._began = total_s, from_s, time.monotonic()
        self.reach(from_s)

    def reach(self, done_s: float) -> None:
        """Say how much of the recording was heard."""
        total = self._total or done_s
        share = done_s / total if total else 1.0
        self._scribe.board.advance(self._job.id, self._job.user, min(share, 1.0))
        done = done_s - self._from_s
        eta = (total - done_s) * (time.monotonic() - self._began) / done if done > 0 else None
        self._tell(Progress(job=self._job.id, done=done_s, total=total, note="hearing", eta=eta))

    def _tell(self, message: Progress) -> None:
        now = time.monotonic()
        if now - self._told >= TOLD_EVERY_S or message.done == message.total:
            self._told = now
            self._scribe.publish(self._job.user, self._job.id, message)
