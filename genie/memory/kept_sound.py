"""A sound that is kept, open to be read from the event loop: it stays the same, whatever becomes of its file."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import TypeVar

from genie.audio.pcm import Int16
from genie.errors import StageFailed
from genie.memory.flac import FlacReader
from genie.memory.recorder import Disk

T = TypeVar("T")


class KeptSound:
    """One sound, `samples` long at `rate` Hz, in `size` bytes of FLAC; `stamp` tells it from others in its place.

    Reading raises StageFailed `sound_damaged`, which `damaged` is told, and Unavailable `storage_slow`; `close` it in
    the end.
    """

    def __init__(
        self, disk: Disk, reader: FlacReader, damaged: Callable[[StageFailed], None] = lambda error: None
    ) -> None:
        self._disk = disk
        self._reader = reader
        self._damaged = damaged
        self.rate = reader.rate
        self.samples = reader.samples
        self.size = reader.size
        self.stamp = reader.stamp

    async def pcm(self, start: int = 0, count: int | None = None) -> AsyncGenerator[Int16, None]:
        """Yield samples from `start` on, `count` of them or all, in pieces of shape (n,)."""
        async for pcm in self._read(self._reader.read(start, count)):
            yield pcm.samples

    async def packed(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of the file from `start` up to `end`."""
        async for block in self._read(self._reader.packed(start, end)):
            yield block

    def close(self) -> None:
        """Let the file go."""
        self._disk.later(self._reader.close)

    async def _read(self, blocks: Generator[T, None, None]) -> AsyncGenerator[T, None]:
        try:
            while (block := await self._disk.run(next, blocks, None)) is not None:
                yield block
        except StageFailed as error:
            self._damaged(error)
            raise
