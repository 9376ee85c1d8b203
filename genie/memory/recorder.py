"""A sound that is being made, on its way to the disk: it never waits for the disk, and holds little of it in memory."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, ParamSpec, Protocol, Self, TypeVar

import numpy as np

from genie.audio.pcm import Int16, Words
from genie.errors import GenieError, Unavailable
from genie.memory.captions import Caption
from genie.memory.flac import FlacWriter
from genie.memory.shelf import Shelf, SoundKind

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

MAX_WAITING = 2_097_152
"""Samples that may wait for the disk (4 MiB, 87 s at 24 kHz); behind a disk as slow as that the sound is given up."""


class Disk(Protocol):
    """Run blocking functions on the thread that owns the shelf, and what calls them."""

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]: ...

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...

    def later(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None: ...


class Recorder:
    """Keep the sound of one answer: `push` it as it is made, `finish` when it came to its end, else `abandon` it.

    As a context it does the last two by itself: it keeps what was pushed unless its body raises or is cancelled.
    Nothing here raises for the disk's sake: a sound that cannot be kept is lost, logged and counted.
    """

    def __init__(self, disk: Disk, shelf: Shelf, job: str, rate: int, lost: Callable[[str, GenieError], None]) -> None:
        self._disk = disk
        self._shelf = shelf
        self._job = job
        self._rate = rate
        self._lost = lost
        self._writer: FlacWriter | None = None
        self._waiting: list[Int16] = []
        self._count = 0
        self._samples = 0
        self._captions: list[Caption] = []
        self._writing: asyncio.Task[None] | None = None
        self._over = False

    def push(self, samples: Int16, text: str | None = None, words: Words = ()) -> None:
        """Take the next samples, shape (n,), at once; they must not be changed afterwards.

        `text` begins with them, and so many of its words, or of what was begun before, are in them.
        """
        if self._over:
            return
        if text is not None:
            self._captions.append(Caption(text, self._samples, words))
        elif words and self._captions:
            self._captions[-1] = self._captions[-1].grown(words, self._samples)
        self._samples += len(samples)
        if self._count > MAX_WAITING:
            self._give_up(Unavailable("storage_slow", "the disk takes sound slower than it is made"))
            return
        self._waiting.append(samples)
        self._count += len(samples)
        if self._writing is None:
            self._writing = self._disk.start(self._write())

    async def finish(self) -> None:
        """Keep the sound: it has come to its end. Nothing is kept of a sound that had no samples."""
        while self._writing is not None:
            await asyncio.wait([self._writing])
        if self._over or self._writer is None:
            return
        self._over = True
        try:
            await self._disk.run(self._shelf.take, SoundKind.ANSWER, self._job, self._writer, self._captions)
        except GenieError as error:
            self._lost(self._job, error)
        finally:
            self._disk.later(self._writer.abandon)

    def abandon(self) -> None:
        """Let the sound go; harmless after `finish`."""
        if self._over:
            return
        self._over = True
        self._waiting.clear()
        if self._writing is None:
            self._disk.later(self._drop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self.finish()
        finally:
            self.abandon()  # also what is cancelled while the disk still takes the rest

    async def _write(self) -> None:
        """Write what waits until nothing does."""
        try:
            writer = await self._disk.run(self._begin) if self._writer is None else self._writer
            while self._waiting:
                samples, self._waiting = np.concatenate(self._waiting), []
                self._count = 0
                await self._disk.run(writer.write, samples)
        except GenieError as error:
            self._give_up(error)
        finally:
            self._writing = None
            if self._over:
                self._disk.later(self._drop)

    def _begin(self) -> FlacWriter:
        """Open the file, on the thread: whoever waits may be gone by then, and the file is known all the same."""
        self._writer = self._shelf.begin(SoundKind.ANSWER, self._job, self._rate)
        return self._writer

    def _drop(self) -> None:
        """Remove what was written, on the thread."""
        if self._writer is not None:
            self._writer.abandon()

    def _give_up(self, error: GenieError) -> None:
        if not self._over:
            self._lost(self._job, error)
        self.abandon()
