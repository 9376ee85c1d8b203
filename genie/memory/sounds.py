"""The sound that is kept: what a user said until its job has ended, and spoken answers until they are old.

One thread owns the files, so that no disk holds up the event loop, and what is removed after it was written is gone.
`recorded` keeps the answer that passes through it, `spoken` gives it back with its captions: a delivery uses the first,
a replay the second.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from genie.audio.pcm import Pcm, Piece
from genie.errors import GenieError, NotFound, StageFailed, Unavailable
from genie.memory.captions import Cutter
from genie.memory.kept_sound import KeptSound
from genie.memory.recorder import Recorder
from genie.memory.renditions import Renditions
from genie.memory.shelf import Entry, Shelf, SoundKind
from genie.queues.job import QueueName
from genie.queues.journal import QueueEvent
from genie.settings import MemorySettings

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

DISK_S = 10.0
"""Seconds the disk may take for one step; a slower one loses the sound, never the question."""

END_S = 1.0
"""Seconds for what is being written when the server ends."""


class Sounds:
    """Keep the sound of jobs. It belongs to who owns the job: ask the board before you give it away.

    `lost` counts the sounds that could not be kept.
    """

    def __init__(self, folder: Path, settings: MemorySettings) -> None:
        self._shelf = Shelf(folder, settings.audio_bytes)
        self._keep_audio = settings.keep_audio
        self._thread = ThreadPoolExecutor(1, "sounds")
        self._work: set[asyncio.Task[None]] = set()
        self._recorders: dict[str, set[Recorder]] = {}
        self.renditions = Renditions()
        self.lost = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take over what earlier servers kept, and keep what comes for as long as the context lasts."""
        self.later(self._take_over)
        try:
            yield
        finally:
            for recorder in [recorder for recorders in self._recorders.values() for recorder in recorders]:
                recorder.abandon()
            if self._work:
                await asyncio.wait(self._work, timeout=END_S)
            self._thread.shutdown(wait=False)  # it ends when it has done what it was told

    @asynccontextmanager
    async def keeping(self, job: str, said: Pcm) -> AsyncIterator[None]:
        """Write what was said while the body records its job; forget it when that fails."""
        writing = asyncio.wrap_future(self._thread.submit(self._shelf.put, SoundKind.UTTERANCE, job, said))
        writing.add_done_callback(partial(self._note_loss, job))
        try:
            yield
        except BaseException:
            self.forget(job, SoundKind.UTTERANCE)
            raise
        finally:
            await asyncio.wait([writing], timeout=DISK_S)

    async def opened_sound(self, kind: SoundKind, job: str) -> KeptSound | None:
        """Return a sound, open and to be closed, or None when it is not kept."""
        try:
            reader = await self.run(self._shelf.opened, kind, job)
            return KeptSound(self, reader, partial(self._drop_damaged, kind, job))
        except (NotFound, StageFailed, Unavailable) as error:
            self._note_unread(job, error)
            return None

    @asynccontextmanager
    async def recording(self, job: str, rate: int) -> AsyncIterator[Recorder]:
        """Keep what is pushed as the answer of a job, unless the body raises or the job goes before it ends."""
        recorder = Recorder(self, self._shelf, job, rate, self._lose)
        self._recorders.setdefault(job, set()).add(recorder)
        try:
            async with recorder:
                yield recorder
        finally:
            self._recorders[job].discard(recorder)
            if not self._recorders[job]:
                del self._recorders[job]

    async def recorded(self, job: str, rate: int, sounds: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
        """Yield the sound of an answer on; keep it, with its captions, when it comes to its end."""
        async with self.recording(job, rate) as recorder, aclosing(sounds):
            async for piece in sounds:
                recorder.push(piece.samples, piece.text, piece.words)
                yield piece

    async def spoken(self, job: str) -> tuple[int, AsyncGenerator[Piece, None]] | None:
        """Return the rate (Hz) and the sound of a kept answer with its captions, None when it is not kept."""
        if (sound := await self.opened_sound(SoundKind.ANSWER, job)) is None:
            return None
        pieces = self._captioned(job, sound)
        try:
            first = await anext(pieces, None)
        except StageFailed:  # it is damaged, and was dropped
            return None
        except Unavailable as error:
            self._note_unread(job, error)
            return None
        return (sound.rate, _chained(first, pieces)) if first is not None else None

    def follow(self, event: QueueEvent) -> None:
        """Let go of what a move leaves without a reason: an observer of the board."""
        job = event.job
        if event.change == "removed" and event.queue in (QueueName.DONE, QueueName.DEAD):
            kinds = tuple(SoundKind) if job.finished else (SoundKind.ANSWER,)  # deleted, or to be answered again
            self.forget(job.id, *kinds)
        elif event.change == "added" and job.finished and job.timeline.speech_end and not self._keep_audio:
            self.forget(job.id, SoundKind.UTTERANCE)

    def forget(self, job: str, *kinds: SoundKind) -> None:
        """Remove sounds of a job, also those that are being made."""
        if SoundKind.ANSWER in kinds:
            for recorder in self._recorders.get(job, ()):
                recorder.abandon()
        self.renditions.forget(job, *kinds)
        for kind in kinds:
            self.later(self._shelf.remove, kind, job)

    async def entries(self) -> list[Entry]:
        """Return everything that is kept, the oldest of each kind first."""
        return await self.run(self._shelf.entries)

    async def remove_parts(self, before: float) -> int:
        """Remove files that were begun and never ended, older than `before` (s since 1970); return how many."""
        return await self.run(self._shelf.remove_parts, before)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function on the thread; raises what it raises, or Unavailable `storage_slow`."""
        try:
            work = self._thread.submit(function, *args, **kwargs)
        except RuntimeError as error:
            raise Unavailable("storage_closed", "the server ends") from error
        try:
            async with asyncio.timeout(DISK_S):
                return await asyncio.wrap_future(work)
        except TimeoutError as error:
            raise Unavailable("storage_slow", f"the disk did not answer within {DISK_S:g} s") from error

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do work that asks the thread; the end waits for it a moment."""
        task = asyncio.create_task(work, name="recorder")
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    def later(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run a function on the thread when its turn comes; nobody waits for it."""
        with suppress(RuntimeError):  # the thread has been ended: the next server sweeps
            self._thread.submit(function, *args, **kwargs)

    def _take_over(self) -> None:
        try:
            self._shelf.open()
        except OSError as error:
            log.warning("sounds_not_kept", extra={"reason": error.strerror})

    async def _captioned(self, job: str, sound: KeptSound) -> AsyncGenerator[Piece, None]:
        """Yield an answer in parts, each with the caption that begins there, and close it."""
        try:
            cutter = Cutter(await self.run(self._shelf.captions, SoundKind.ANSWER, job))
            async with aclosing(sound.pcm()) as blocks:
                async for samples in blocks:
                    for piece in cutter.push(samples):
                        yield piece
        finally:
            sound.close()

    def _drop_damaged(self, kind: SoundKind, job: str, error: StageFailed) -> None:
        """Forget a sound that broke off while it was read: whoever asks again has it made anew."""
        self._note_unread(job, error)
        self.forget(job, kind)

    def _note_unread(self, job: str, error: GenieError) -> None:
        if not isinstance(error, NotFound):
            log.warning("sound_not_read", extra={"job": job, "code": error.code})

    def _note_loss(self, job: str, writing: asyncio.Future[None]) -> None:
        if not writing.cancelled() and (error := writing.exception()) is not None:
            self._lose(job, error)

    def _lose(self, job: str, error: BaseException) -> None:
        self.lost += 1
        log.warning("sound_lost", extra={"job": job, "code": getattr(error, "code", type(error).__name__)})


async def _chained(first: Piece, rest: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece
