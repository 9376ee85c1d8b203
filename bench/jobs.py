"""How many durable jobs pass a second, from push to done, against the queues of others that keep theirs in SQLite.

Each run is a fresh process on the same file system. Producers push no-op jobs one after the other, each push on disk
before the next; the clock stops when the last result is. Where a peer can be set up in several ways, the best of them
counts. Runs of all contestants are interleaved; shown are medians and the span of the repeats.

    python -m bench.jobs [--repeats 5] [--jobs 3200] [--folder DIR] [--json FILE]   # needs the extra "bench"
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import uvloop
from ulid import ULID

from bench.job_peers import huey_queue, persist_queue
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import QueueEvent
from genie.queues.worker import Outcome, Worker

Synchronous = Literal["FULL", "NORMAL"]
Contestant = Callable[[Path, int, int, Synchronous], float]
"""Return the seconds that so many jobs of so many producers took in this folder."""

GOAL = 2.0
GENIE = "genie"
QUESTION = "what is two plus two"
AT_ONCE = 32
"""Jobs that genie's worker runs at once."""

CONTESTANTS: tuple[str, ...] = (
    GENIE,
    "huey, 1 worker",
    "huey, 4 workers",
    "persist-queue, 1 consumer",
    "persist-queue, 4",
)
ASIDE = "persist-queue, no result"
"""Less work than the others do: its jobs leave no answer. Shown, not compared."""


@dataclass(frozen=True)
class Cell:
    """One line of the table: jobs a second of each contestant."""

    synchronous: Synchronous
    producers: int
    rates: dict[str, list[float]]

    @property
    def best_peer(self) -> str:
        return max((name for name in self.rates if name not in (GENIE, ASIDE)), key=self.median)

    @property
    def ratio(self) -> float:
        return self.median(GENIE) / self.median(self.best_peer)

    def median(self, name: str) -> float:
        return statistics.median(self.rates[name])


def run_genie(folder: Path, jobs: int, producers: int, synchronous: Synchronous) -> float:
    """Board, worker and journal in one process, as in the server."""
    return uvloop.run(_genie(folder, jobs, producers, synchronous))


async def _genie(folder: Path, jobs: int, producers: int, synchronous: Synchronous) -> float:
    journal = SqliteJournal(folder, kept=10_000, synchronous=synchronous)
    async with journal.opened():
        board = Board(journal, todo_limit=jobs, done_limit=jobs)
        worker = Worker(board, _no_op, limits={Kind.QUESTION: AT_ONCE}, timeout_s=60, clock=_now)
        done = asyncio.Event()

        def count(event: QueueEvent) -> None:
            if event.queue is QueueName.DONE and event.size == jobs:
                done.set()

        with board.observed(count):
            working = asyncio.create_task(worker.serve())
            began = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for _ in range(producers):
                    group.create_task(_produce(board, jobs // producers))
            await done.wait()
            seconds = time.perf_counter() - began
            working.cancel()
            await asyncio.wait([working])
    return seconds


async def _produce(board: Board, jobs: int) -> None:
    for _ in range(jobs):
        await board.push(Job(id=str(ULID()), question=QUESTION, created_at=_now()))


async def _no_op(job: Job) -> Outcome:
    return Outcome(answer="four", agent="none")


def _now() -> datetime:
    return datetime.now(UTC)


def contestant(name: str) -> Contestant:
    """Return how to run one, by its name: functions do not travel between processes well."""
    match name:
        case "genie":
            return run_genie
        case "huey, 1 worker" | "huey, 4 workers":
            return lambda *given: huey_queue(*given, workers=int(name.split()[1]))
        case "persist-queue, 1 consumer":
            return lambda *given: persist_queue(*given, consumers=1)
        case "persist-queue, 4":
            return lambda *given: persist_queue(*given, consumers=4)
        case _:
            return lambda *given: persist_queue(*given, consumers=1, keeps_result=False)


def measure(name: str, parent: str | None, jobs: int, producers: int, synchronous: Synchronous) -> float:
    """Return jobs a second of one run, after a small one to warm up."""
    run = contestant(name)
    with tempfile.TemporaryDirectory(dir=parent) as warm, tempfile.TemporaryDirectory(dir=parent) as folder:
        run(Path(warm), 2 * producers, producers, synchronous)
        seconds = run(Path(folder), jobs, producers, synchronous)
    return jobs / seconds


def compare(parent: str | None, repeats: int, jobs: int) -> list[Cell]:
    """Run everybody in every cell, in turns."""
    settings: list[tuple[Synchronous, int]] = [("FULL", 1), ("FULL", 32), ("NORMAL", 1), ("NORMAL", 32)]
    cells = [Cell(synchronous, producers, {}) for synchronous, producers in settings]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        for _ in range(repeats):
            for cell in cells:
                for name in (*CONTESTANTS, ASIDE):
                    rate = fresh.submit(measure, name, parent, jobs, cell.producers, cell.synchronous).result()
                    cell.rates.setdefault(name, []).append(rate)
    return cells


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--jobs", type=int, default=3_200)
    options.add_argument("--folder", help="where the files are made; the temporary folder may be in memory")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    if chosen.jobs % AT_ONCE:
        options.error(f"--jobs must be a multiple of {AT_ONCE}: every producer pushes as many")
    load = os.getloadavg()[0]
    cells = compare(chosen.folder, chosen.repeats, chosen.jobs)
    print(f"load before: {load:.2f}, {chosen.jobs} jobs a run, {chosen.repeats} runs each, jobs/s: median (span)")
    for cell in cells:
        print(f"\n{cell.synchronous}, {cell.producers} producer(s): {cell.ratio:.2f} × {cell.best_peer}; goal {GOAL:g}")
        for name, rates in cell.rates.items():
            print(f"  {name:28}{cell.median(name):8.0f}  ({min(rates):.0f} to {max(rates):.0f})")
    if chosen.json:
        report = {"load": load, "cells": [{**asdict(cell), "ratio": cell.ratio} for cell in cells]}
        chosen.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
