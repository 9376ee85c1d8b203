"""What has ended goes when it is too much or too old: in the background, and for good."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from genie.errors import Unavailable
from genie.memory.database import NAME
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job, QueueName
from genie.queues.journal import Journal
from genie.queues.retention import STEP, Retention

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def question(name: str, **fields) -> Job:
    return Job(id=name, question=f"question {name}", created_at=NOW, **fields)


def made(
    journal: Journal, *, done_limit: int = 1_000, days: float = 30, now: datetime = NOW
) -> tuple[Board, Retention]:
    board = Board(journal, todo_limit=1_000, done_limit=done_limit)
    return board, Retention(board, journal, days=days, clock=lambda: now)


async def answer(board: Board, *names: str, user: str = "local", at: datetime = NOW) -> None:
    for name in names:
        await board.push(question(name, user=user))
    for name in names:
        await board.start(name, user, at)
    await asyncio.gather(*(board.complete(name, user, at, answer="secret", agent="test") for name in names))


def left(board: Board, user: str = "local", queue: QueueName = QueueName.DONE) -> list[str]:
    return [job.id for job in board.jobs(queue, user)]


async def test_of_each_user_the_oldest_that_are_too_many_go():
    board, retention = made(MemoryJournal(), done_limit=2)
    await answer(board, *(f"a{number:03}" for number in range(STEP + 10)))
    await answer(board, "b0", "b1", user="ann")
    await retention.trim()
    assert left(board) == [f"a{STEP + 8:03}", f"a{STEP + 9:03}"]
    assert left(board, "ann") == ["b0", "b1"]


async def test_what_is_too_old_goes_however_few_there_are():
    board, retention = made(MemoryJournal(), now=NOW + timedelta(days=31))
    await answer(board, "a")
    await answer(board, "b", at=NOW + timedelta(days=2))
    await board.push(question("c"))
    await board.cancel("c", "local", NOW)
    await retention.trim()
    assert left(board) == ["b"] and left(board, queue=QueueName.DEAD) == []


async def test_what_waits_or_runs_stays_however_old_it_is():
    board, retention = made(MemoryJournal(), now=NOW + timedelta(days=99))
    for name in "ab":
        await board.push(question(name))
    await board.start("a", "local", NOW)
    await retention.trim()
    assert (left(board, queue=QueueName.RUN), left(board, queue=QueueName.TODO)) == (["a"], ["b"])


async def test_what_becomes_too_much_goes_while_the_server_runs():
    board, retention = made(MemoryJournal(), done_limit=1)
    changed = asyncio.Event()
    working = asyncio.create_task(retention.serve())
    with board.observed(lambda _: changed.set()):
        await answer(board, "a", "b", "c")
        async with asyncio.timeout(10):
            while left(board) != ["c"]:
                changed.clear()
                await changed.wait()
    working.cancel()
    await asyncio.wait([working])


class FullJournal(MemoryJournal):
    """A journal whose disk is full when it is to forget."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def tidy(self, before: datetime) -> None:
        self.asked.set()
        raise Unavailable("storage_full", "no space")


async def test_a_full_disk_does_not_end_it():
    journal = FullJournal()
    _, retention = made(journal)
    working = asyncio.create_task(retention.serve())
    await journal.asked.wait()
    done, _ = await asyncio.wait([working], timeout=0)
    assert not done
    working.cancel()
    await asyncio.wait([working])


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_job_is_gone_from_the_file(tmp_path: Path, restarted: bool):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board, _ = made(journal)
        await answer(board, "a", "b")
        await board.delete("a", "local")
        if not restarted:
            await journal.tidy(NOW)
        told = await journal.history("a", "local")
        assert len(told) == 6 and (told[-1][1].change, told[-1][1].job.question) == ("removed", "")
    if restarted:
        journal = SqliteJournal(tmp_path, kept=1_000)
        async with journal.opened():
            await journal.tidy(NOW)
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        events = await journal.events(100)
        assert {event.job.question for event in events if event.job.id == "a"} == {""}
        assert {event.job.question for event in events if event.job.id == "b"} == {"question b"}
        assert [job.id for job in await journal.jobs()] == ["b"]
    assert b"question a" not in (tmp_path / NAME).read_bytes()


async def test_old_events_go_from_the_file_and_the_others_keep_their_numbers(tmp_path: Path):
    journal = SqliteJournal(tmp_path, kept=10_000)
    async with journal.opened():
        board, _ = made(journal)
        await answer(board, *(f"a{number:03}" for number in range(400)))
        cutoff = datetime.now(UTC)
        await answer(board, "b")
        await journal.tidy(cutoff)
        seqs = [event.seq for event in await journal.events(10_000)]
    assert seqs == list(range(2_001, 2_006))


async def test_the_history_of_a_job_tells_when_it_was_where(tmp_path: Path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board, _ = made(journal)
        await answer(board, "a", "ab")
        history = await journal.history("a", "local")
        assert [(str(event.queue), event.change) for _, event in history] == [
            ("todo", "added"), ("todo", "removed"), ("run", "added"), ("run", "removed"), ("done", "added")
        ]  # fmt: skip
        assert all(event.job.id == "a" for _, event in history)
        assert history[0][0] <= history[-1][0] <= datetime.now(UTC)
        assert await journal.history("a", "ann") == []
