"""Moves on their way to the disk: in order, whoever is gone, and without a trace when they cannot be written."""

import asyncio

from genie.errors import Conflict, Unavailable
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import QueueName
from genie.queues.journal import QueueEvent
from tests.contracts import NOW, question


async def test_moves_that_share_a_commit_are_shown_in_the_order_of_their_numbers(tmp_path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board = Board(journal, todo_limit=1_000, done_limit=1_000)
        seen: list[QueueEvent] = []
        with board.observed(seen.append):
            await asyncio.gather(*(board.push(question(f"{n:03}")) for n in range(200)))
            await asyncio.gather(*(board.start(f"{n:03}", "local", NOW) for n in range(200)))
        assert [event.seq for event in seen] == list(range(1, 601))
        assert [event.size for event in seen[:200]] == list(range(1, 201))
        assert board.since("local", 590) == seen[590:]


async def test_a_seq_counts_what_the_queues_show_and_nothing_that_is_only_written():
    board = Board(MemoryJournal(), todo_limit=3, done_limit=2)
    pushing = asyncio.create_task(board.push(question("a")))
    while not pushing.done():
        assert board.seq("local") == len(board.jobs(QueueName.TODO, "local"))
        await asyncio.sleep(0)
    assert board.seq("local") == 1


async def test_a_push_that_is_cancelled_while_it_is_written_is_shown_all_the_same(tmp_path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board = Board(journal, todo_limit=10, done_limit=10)
        pushing = asyncio.create_task(board.push(question("a")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        pushing.cancel()
        await board.settled()
        assert [job.id for job in board.jobs(QueueName.TODO, "local")] == ["a"] == [j.id for j in await journal.jobs()]


async def test_moves_of_one_job_happen_one_after_the_other(tmp_path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board = Board(journal, todo_limit=10, done_limit=10)
        await board.push(question("a"))
        moves = [board.start("a", "local", NOW), board.cancel("a", "local", NOW), board.cancel("a", "local", NOW)]
        results = await asyncio.gather(*moves, return_exceptions=True)
        assert [getattr(result, "status", None) for result in results[:2]] == ["running", "cancelled"]
        assert isinstance(results[2], Conflict)


class FailingJournal(MemoryJournal):
    """A journal that refuses while it is told to, a moment after it was asked."""

    failing = False

    async def record(self, *args, **kwargs) -> list[int]:
        failing = self.failing
        await asyncio.sleep(0)
        if failing:
            raise Unavailable("storage_full", "no space")
        return await super().record(*args, **kwargs)


async def test_what_could_not_be_written_leaves_no_trace():
    journal = FailingJournal()
    board = Board(journal, todo_limit=4, done_limit=2)
    for name in "ab":
        await board.push(question(name))
    journal.failing = True
    lost = [board.push(question("c")), board.move("b", "local", "a"), board.edit("a", "local", "x")]
    assert all(isinstance(each, Unavailable) for each in await asyncio.gather(*lost, return_exceptions=True))
    journal.failing = False
    assert [(job.id, job.question, job.position) for job in board.jobs(QueueName.TODO, "local")] == [
        ("a", "question a", 0),
        ("b", "question b", 1),
    ]
    await board.push(question("d"))
    assert [job.id for job in board.jobs(QueueName.TODO, "local")] == ["a", "b", "d"]


async def test_sizes_are_right_although_a_move_before_fails():
    journal = FailingJournal()
    board = Board(journal, todo_limit=4, done_limit=2)
    seen: list[QueueEvent] = []
    with board.observed(seen.append):
        journal.failing = True
        refused = asyncio.ensure_future(board.push(question("a")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        journal.failing = False
        await board.push(question("b"))
        assert isinstance((await asyncio.gather(refused, return_exceptions=True))[0], Unavailable)
    assert [(event.queue, event.change, event.job.id, event.size) for event in seen] == [("todo", "added", "b", 1)]
