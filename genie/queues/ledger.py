"""Moves on their way: planned, written to the journal, then shown."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import ChangeName, Journal, QueueEvent, Step
from genie.queues.standing import UNMEASURED, Standing

DELTA: Mapping[ChangeName, int] = MappingProxyType({"added": 1, "removed": -1, "changed": 0})


@dataclass(frozen=True, slots=True)
class _Move:
    """A move on its way: the state it leads to, the one it comes from, and the queues it touches.

    `name` keeps others from beginning.
    """

    name: str
    job: Job
    old: Job | None
    steps: Sequence[Step]
    keep: bool


class Ledger(Standing):
    """Record moves. Each one is written first and shown to observers afterwards, in one order."""

    def __init__(self, journal: Journal, at_once: Mapping[Kind, int] = UNMEASURED) -> None:
        super().__init__(at_once)
        self._journal = journal
        self._sizes: Counter[tuple[QueueName, str]] = Counter()
        self._moves: dict[str, asyncio.Future[Any]] = {}

    @property
    def epoch(self) -> str:
        return self._journal.epoch

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event that was shown: the queues hold what came up to it, and no more.

        The journal may be ahead for a moment: a client that was given its seq would take the next event for an old one.
        """
        return self._shown.get(user, self._journal.seq(user))

    def since(self, user: str, seq: int) -> list[QueueEvent] | None:
        """Return the user's events after `seq`, or None when some of them are no longer known."""
        missed = self._recent.since(user, seq, self.seq(user))
        return None if missed is None else [self._as_known(event) for event in missed]

    def _as_known(self, event: QueueEvent) -> QueueEvent:
        """Return an event without what its job was about, if that was deleted meanwhile."""
        known = any(queue.get(event.job.id, event.job.user) for queue in self._queues.values())
        return event if known else replace(event, job=event.job.erased())

    async def pause(self, user: str, *, paused: bool = True) -> None:
        """Start none of a user's jobs from now on, also after a restart, or start them again; what runs goes on."""
        name = f"pause {user}"
        await self._free(name)
        self._moves[name] = held = asyncio.ensure_future(self._journal.pause(user, paused=paused))
        held.add_done_callback(partial(self._show_pause, name, user, paused))
        await asyncio.shield(held)

    def _show_pause(self, name: str, user: str, paused: bool, held: asyncio.Future[None]) -> None:
        del self._moves[name]
        if not held.cancelled() and held.exception() is None:
            self._hold(user, paused)

    async def settled(self) -> None:
        """Return when every move that was begun is written and shown."""
        while self._moves:
            await asyncio.wait(self._moves.values())

    async def _free(self, name: str) -> None:
        """Return when no move of this job is on its way: one happens at a time; those of other jobs share commits."""
        while (move := self._moves.get(name)) is not None:
            await asyncio.wait([move])

    async def _record(
        self, job: Job, steps: Sequence[Step], *, keep: bool = True, name: str | None = None, old: Job | None = None
    ) -> Job:
        """Write a move to the journal, then show it; it goes on although whoever asked for it is gone.

        Sizes and places count what is being written too. Nothing may be awaited between a plan and its record.
        """
        sized = [self._sized(step, job.user) for step in steps]
        move = _Move(name or job.id, job, old, sized, keep)
        self._shown.setdefault(job.user, self._journal.seq(job.user))
        self._moves[move.name] = ended = asyncio.get_running_loop().create_future()
        written = asyncio.ensure_future(self._journal.record(job, sized, keep=keep))
        written.add_done_callback(partial(self._show, move, ended))
        return await asyncio.shield(ended)

    def _show(self, move: _Move, ended: asyncio.Future[Job], written: asyncio.Future[list[int]]) -> None:
        """Change the queues, whose observers tell ours, by a move that is written.

        A journal answers in the order in which it was asked, so that changes are shown in the order of their seqs.
        """
        del self._moves[move.name]
        if written.cancelled():  # as the server ends: what is on the disk counts when it starts again
            ended.cancel()
            return
        if (error := written.exception()) is not None:
            self._take_back(move)
            ended.set_exception(error)
            return
        try:
            self._change(move.job, move.steps, written.result(), kept=move.keep)
        finally:
            ended.set_result(move.job)

    def _take_back(self, move: _Move) -> None:
        """Forget the plan of a move that could not be written."""
        for step in move.steps:
            self._sizes[step.queue, move.job.user] -= DELTA[step.change]
            if step.queue is QueueName.TODO and step.change == "added":
                self._schedule.remove(move.job)
        if move.old is not None:
            self._schedule.line(move.old.user).put(move.old)

    def _sized(self, step: Step, user: str) -> Step:
        self._sizes[step.queue, user] += DELTA[step.change]
        return Step(step.queue, step.change, self._sizes[step.queue, user], step.first)
