"""A text that comes in parts, as the pieces in which it is spoken."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from genie.audio.sentences import SentenceSplitter, Written


class Script:
    """Read a text one part ahead, and give it back piece by piece."""

    def __init__(self, text: AsyncIterator[str]) -> None:
        self._text = text
        self._splitter = SentenceSplitter()
        self._reading: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether it is known that nothing more is to be spoken."""
        return self._splitter.ended

    async def take(self, limit: int, patience_s: float | None = None) -> Written | None:
        """Return the next piece, of about `limit` letters at most, or None at the end.

        Text that may go on is waited for; after `patience_s` what is complete of it is taken as it is.
        """
        clock = asyncio.get_running_loop().time
        until = None if patience_s is None else clock() + patience_s
        while not self.ended:
            late = until is not None and clock() >= until
            if (piece := self._splitter.take(limit, now=late)) is not None:
                self._read_on()
                return piece
            await asyncio.wait([self._read_on()], timeout=None if late or until is None else until - clock())
        return None

    async def aclose(self) -> None:
        """Read no further."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        if isinstance(self._text, AsyncGenerator):
            await self._text.aclose()

    def _read_on(self) -> asyncio.Task[None]:
        """Return the task that reads the next part, or the last one that found the end."""
        if self._reading is not None and self._reading.done():
            self._reading.result()
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(), name="script")
        return self._reading

    async def _read(self) -> None:
        part = await anext(self._text, None)
        if part is None:
            self._splitter.close()
        else:
            self._splitter.push(part)
