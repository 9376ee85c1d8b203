"""Forget what has ended when it is too much or too old: in the background, in small steps."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from genie.errors import GenieError, NotFound
from genie.queues.board import Board
from genie.queues.job import Job
from genie.queues.journal import Journal, QueueEvent

log = logging.getLogger(__name__)

STEP = 64
"""Jobs forgotten in one commit: what clients want comes between."""

EVERY_S = 60.0
"""Seconds between two looks at what has become too old."""

GATHER_S = 0.5
"""Seconds for which the jobs that are too many gather, so that they go in one commit."""


class Retention:
    """Keep finished jobs for `days`, and of each user as many as the board's limit; events for `days` too."""

    def __init__(self, board: Board, journal: Journal, *, days: float, clock: Callable[[], datetime]) -> None:
        self._board = board
        self._journal = journal
        self._kept = timedelta(days=days)
        self._clock = clock
        self._wake = asyncio.Event()

    async def serve(self) -> None:
        """Tidy up at the start, each minute, and when there is too much, until cancelled."""
        with self._board.observed(self._notice):
            while True:
                await self._try(self.trim, self._tidy_journal)
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_S):
                        await self._trim_as_it_comes()

    async def trim(self) -> None:
        """Forget the finished jobs that are too many or too old."""
        while surplus := self._board.surplus(self._clock() - self._kept, STEP):
            await asyncio.gather(*(self._forget(job) for job in surplus))

    async def _trim_as_it_comes(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_S)
            self._wake.clear()
            await self._try(self.trim)

    async def _tidy_journal(self) -> None:
        await self._journal.tidy(self._clock() - self._kept)

    async def _try(self, *steps: Callable[[], Awaitable[None]]) -> None:
        for step in steps:
            try:
                await step()
            except GenieError as error:  # such as a full disk: it is tried again
                log.warning("not_tidied", extra={"code": error.code})

    async def _forget(self, job: Job) -> None:
        with suppress(NotFound):  # its user deleted it at the same moment
            await self._board.delete(job.id, job.user)

    def _notice(self, event: QueueEvent) -> None:
        if event.change == "added" and event.job.finished and event.size > self._board.done_limit:
            self._wake.set()
