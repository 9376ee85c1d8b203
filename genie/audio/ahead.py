"""Sound that is made while what comes before it is heard: a little ahead, and no more."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from genie.audio.pcm import Piece


async def ahead(sounds: AsyncGenerator[Piece, None], most: int) -> AsyncGenerator[Piece, None]:
    """Yield sounds in order while the next ones are being made; none is begun while `most` samples wait.

    What goes wrong with the making is raised behind all that was made before. Closing this ends the making at once.
    """
    waiting = _Waiting(most)
    making = asyncio.create_task(waiting.fill(sounds), name="making-ahead")
    try:
        while (piece := await waiting.take()) is not None:
            yield piece
        await making
    finally:
        making.cancel()
        await asyncio.wait([making])
        if not making.cancelled():
            making.exception()  # whoever closed this does not want to know


class _Waiting:
    """Sounds that were made and not taken. Who makes them waits while they are too many, who takes them while none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: deque[Piece] = deque()
        self._samples = 0
        self._over = False
        self._changed = asyncio.Event()

    async def fill(self, sounds: AsyncGenerator[Piece, None]) -> None:
        try:
            async with aclosing(sounds):
                async for piece in sounds:
                    self._pieces.append(piece)
                    self._samples += len(piece.samples)
                    self._changed.set()
                    while self._samples >= self._most:
                        await self._change()
        finally:
            self._over = True
            self._changed.set()

    async def take(self) -> Piece | None:
        """Return the next sound, None when there will be none."""
        while not self._pieces and not self._over:
            await self._change()
        if not self._pieces:
            return None
        piece = self._pieces.popleft()
        self._samples -= len(piece.samples)
        self._changed.set()
        return piece

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
