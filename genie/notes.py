"""What was reached of jobs besides their moves, such as an answer's first sound: noted at once, written down soon."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from genie.errors import GenieError
from genie.queues.board import Board
from genie.queues.job import Heard

MAX_NOTES = 1_000
"""Stages of timelines that wait to be written; behind a journal as slow as that further ones are not noted."""


class _Note(NamedTuple):
    """What was reached of a job, and perhaps how much of its answer was heard."""

    user: str
    job: str
    stages: dict[str, datetime]
    heard: Heard | None = None


class Notes:
    """Stages that were reached of the jobs of a board."""

    def __init__(self, board: Board, clock: Callable[[], datetime]) -> None:
        self._board = board
        self._clock = clock
        self._waiting: asyncio.Queue[_Note] = asyncio.Queue(MAX_NOTES)

    def add(self, user: str, job: str, stage: str, heard: Heard | None = None) -> None:
        """Note that a stage of a job's timeline is reached now, and what was heard; `keep` writes it down."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(_Note(user, job, {stage: self._clock()}, heard))

    async def keep(self) -> None:
        """Write down what is noted, until cancelled."""
        while True:
            one = await self._waiting.get()
            try:
                await self._board.amend(one.job, one.user, one.heard, **one.stages)
            except GenieError:
                continue  # the job was deleted while its answer was spoken, or the disk is full: it is only a note
