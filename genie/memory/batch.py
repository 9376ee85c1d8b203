"""Records that share one transaction, as the rows they come to."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from genie.queues.job import Job
from genie.queues.journal import Step

TRIM_EVERY = 256
"""Numbers of a user after which old events are forgotten: what is kept may be so many more."""

MOVE = """
    INSERT INTO job (id, user, place, job) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET job = excluded.job, place = excluded.place
"""
CHANGE = "UPDATE job SET job = ? WHERE id = ?"
FORGET = "DELETE FROM job WHERE id = ?"
EVENT = "INSERT INTO event (user, seq, at, steps, job) VALUES (?, ?, ?, ?, ?)"
COUNT = "INSERT INTO counter (user, seq) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET seq = excluded.seq"
TRIM = "DELETE FROM event WHERE user = ? AND seq <= ?"


@dataclass(frozen=True, slots=True)
class Record:
    """One call of `record`, and who waits for it."""

    job: Job
    steps: Sequence[Step]
    keep: bool
    seqs: asyncio.Future[list[int]]


@dataclass(slots=True)
class Position:
    """Where numbers stand: the newest seq of each user, and the places before and behind all jobs."""

    seqs: dict[str, int] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    def number(self, record: Record) -> list[int]:
        """Return the seqs of a record."""
        seq = self.seqs.get(record.job.user, 0)
        self.seqs[record.job.user] = seq + len(record.steps)
        return list(range(seq + 1, seq + 1 + len(record.steps)))

    def place(self, *, first: bool) -> int:
        """Return a place before all jobs, or behind them."""
        if first:
            self.first -= 1
            return self.first
        self.last += 1
        return self.last


@dataclass(slots=True)
class Batch:
    """What one transaction writes, as rows."""

    moved: list[tuple[str, str, int, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[tuple[str]] = field(default_factory=list)
    events: list[tuple[str, int, float, str, str]] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    trims: list[tuple[str, int]] = field(default_factory=list)

    def add(self, record: Record, seqs: list[int], position: Position, now: float) -> None:
        """Add what a record comes to, numbered by `seqs`; `now` is in seconds since 1970."""
        job, text = record.job, record.job.model_dump_json(exclude_none=True)
        added = next((step for step in record.steps if step.change == "added"), None)
        if not record.keep:
            self.forgotten.append((job.id,))
        elif added is not None:
            self.moved.append((job.id, job.user, position.place(first=added.first), text))
        else:
            self.changed.append((text, job.id))
        steps = " ".join(f"{step.queue} {step.change} {step.size}" for step in record.steps)
        self.events.append((job.user, seqs[0], now, steps, text))

    def count(self, user: str, old: int, new: int, kept: int) -> None:
        """Note a user's newest number, and now and then which events are too old."""
        self.counts.append((user, new))
        if new // TRIM_EVERY > old // TRIM_EVERY:
            self.trims.append((user, new - kept))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write every row, within a transaction of the caller. Blocking."""
        for statement, rows in (
            (MOVE, self.moved),
            (CHANGE, self.changed),
            (FORGET, self.forgotten),
            (EVENT, self.events),
            (COUNT, self.counts),
            (TRIM, self.trims),
        ):
            if rows:
                connection.executemany(statement, rows)
