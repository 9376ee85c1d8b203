"""The peers of `bench.jobs`: huey and persist-queue, each pushing no-op jobs and keeping their results in SQLite."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import SqliteHuey, signals
from huey.consumer import Consumer
from huey.storage import SqliteStorage
from persistqueue import SQLiteAckQueue

QUESTION = "what is two plus two"
ANSWER = "four"
POLL_S = 0.001
"""How often an idle worker of huey looks: its own default, 0.1 s, would measure that."""


def _produce(jobs: int, producers: int, push: Callable[[], object], done: threading.Event) -> float:
    """Push from so many threads at once and return the seconds until everything is done."""

    def produce() -> None:
        for _ in range(jobs // producers):
            push()

    threads = [threading.Thread(target=produce) for _ in range(producers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    done.wait()
    seconds = time.perf_counter() - began
    for thread in threads:
        thread.join()
    return seconds


def huey_queue(folder: Path, jobs: int, producers: int, synchronous: str, *, workers: int) -> float:
    """SqliteHuey in WAL mode with worker threads, results stored."""

    class Storage(SqliteStorage):  # type: ignore[misc]  # huey sets FULL or OFF, not NORMAL
        def _create_connection(self) -> sqlite3.Connection:
            connection: sqlite3.Connection = super()._create_connection()
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            return connection

    logging.getLogger("huey").setLevel(logging.WARNING)
    queue = SqliteHuey("bench", filename=str(folder / "huey.sqlite3"), storage_class=Storage, timeout=30)
    done, count, counting = threading.Event(), [0], threading.Lock()

    @queue.task()  # type: ignore[untyped-decorator]
    def no_op(question: str) -> str:
        return ANSWER

    @queue.signal(signals.SIGNAL_COMPLETE)  # type: ignore[untyped-decorator]
    def completed(*_: Any) -> None:  # the result is stored before this
        with counting:
            count[0] += 1
            if count[0] == jobs:
                done.set()

    consumer = Consumer(
        queue, workers=workers, periodic=False, initial_delay=POLL_S, max_delay=POLL_S, check_worker_health=False
    )
    consumer.start()
    try:
        return _produce(jobs, producers, lambda: no_op(QUESTION), done)
    finally:
        consumer.stop(graceful=True)
        queue.storage.close()


def persist_queue(
    folder: Path, jobs: int, producers: int, synchronous: str, *, consumers: int, keeps_result: bool = True
) -> float:
    """SQLiteAckQueue; a result is written into its item before that is acknowledged.

    One consumer asks for the item after the last one: without that each `get` looks through all that are done.
    """

    class Queue(SQLiteAckQueue):  # type: ignore[misc]  # persist-queue leaves SQLite's default, FULL
        def _new_db_connection(self, *given: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = super()._new_db_connection(*given)
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            return connection

    queue = Queue(str(folder), multithreading=True)
    done, count, counting = threading.Event(), [0], threading.Lock()

    def consume() -> None:
        last = None
        while True:
            in_order = consumers == 1 and last is not None
            item = queue.get(id=last if in_order else None, next_in_order=in_order, raw=True)
            last = item["pqid"]
            if item["data"] is None:
                queue.ack(id=last)
                return
            if keeps_result:
                queue.update({**item["data"], "answer": ANSWER}, id=last)
            queue.ack(id=last)
            with counting:
                count[0] += 1
                if count[0] == jobs:
                    done.set()

    threads = [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in threads:
        thread.start()
    try:
        return _produce(jobs, producers, lambda: queue.put({"question": QUESTION}), done)
    finally:
        for _ in threads:
            queue.put(None)
        for thread in threads:
            thread.join()
        queue.close()
