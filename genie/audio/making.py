"""A passage that is being made, for all who want it: once, at its own pace, and only for as long as anybody does."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from genie.audio.engine import Take
from genie.errors import Unavailable


class Making:
    """Takes of one passage: whoever joins hears it from its beginning, however much of it is made.

    `made` is called with all of them when it has come to its end; `left` when it ended in any way, or nobody listens.
    A passage is as long as one breath, so that what is held of it is bounded.
    """

    def __init__(
        self,
        source: AsyncGenerator[Take, None],
        *,
        made: Callable[[tuple[Take, ...]], None],
        left: Callable[["Making"], None],
    ) -> None:
        self._takes: list[Take] = []
        self._more = asyncio.Event()
        self._listeners = 0
        self._made = made
        self._left = left
        self._task = asyncio.create_task(self._make(source), name="making")
        self._task.add_done_callback(self._end)

    async def takes(self) -> AsyncGenerator[Take, None]:
        """Yield its takes from the first one on, as they are made; raises what making them raises."""
        self._listeners += 1
        at = 0
        try:
            while at < len(self._takes) or not self._task.done():
                if at < len(self._takes):
                    yield self._takes[at]
                    at += 1
                else:
                    await self._more.wait()
            if self._task.cancelled():
                raise Unavailable("engine_unavailable", "the server ends")
            self._task.result()
        finally:
            self._listeners -= 1
            if not self._listeners and not self._task.done():
                self._left(self)
                self._task.cancel()

    async def _make(self, source: AsyncGenerator[Take, None]) -> None:
        try:
            async with aclosing(source):
                async for take in source:
                    take.samples.setflags(write=False)  # several may hear it
                    self._takes.append(take)
                    self._tell()
            self._made(tuple(self._takes))
        finally:
            self._left(self)

    def _end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # it is raised to whoever listens, if anybody still does
        self._tell()

    def _tell(self) -> None:
        """Wake everybody who waits for more."""
        self._more.set()
        self._more = asyncio.Event()
