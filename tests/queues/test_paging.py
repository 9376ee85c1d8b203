"""A queue read page by page, while jobs come and go."""

from datetime import UTC, datetime, timedelta

import pytest

from genie.errors import NotFound
from genie.memory.journal import MemoryJournal
from genie.queues.board import Board
from genie.queues.job import Job, QueueName, Status
from genie.queues.paging import STEP, Wanted, page

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def question(number: int, **fields) -> Job:
    made = {"id": f"{number:04}", "question": f"question {number}", "created_at": NOW + timedelta(seconds=number)}
    return Job(**made | fields)


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def board(journal):
    return Board(journal, todo_limit=10_000, done_limit=10_000)


async def finish(board: Board, *numbers: int) -> None:
    for number in numbers:
        job = await board.push(question(number))
        await board.start(job.id, "local", NOW)
        await board.complete(job.id, "local", NOW + timedelta(seconds=number), answer=f"answer {number}", agent="test")


async def ids(board: Board, name: QueueName = QueueName.DONE, **fields) -> tuple[str, str | None]:
    found = await page(board, name, "local", **{"limit": 3} | fields)
    return " ".join(job.id.lstrip("0") for job in found.jobs), found.next


async def test_pages_follow_each_other_to_the_end(board):
    await finish(board, *range(1, 8))
    first, after = await ids(board)
    second, then = await ids(board, after=after)
    assert (first, second) == ("1 2 3", "4 5 6")
    assert await ids(board, after=then) == ("7", None)


async def test_a_page_that_ends_with_the_queue_has_no_next(board):
    await finish(board, 1, 2, 3)
    assert await ids(board) == ("1 2 3", None)


async def test_the_newest_come_first_where_that_is_asked(board):
    await finish(board, *range(1, 6))
    first, after = await ids(board, newest=True)
    await finish(board, 6)
    assert first == "5 4 3"
    assert await ids(board, newest=True, after=after) == ("2 1", None)


@pytest.mark.parametrize("newest", [False, True])
async def test_a_page_goes_on_where_it_was_although_its_last_job_is_gone(board, newest):
    await finish(board, *range(1, 7))
    _, after = await ids(board, newest=newest)
    for job in board.ids(QueueName.DONE, "local")[2:4]:
        await board.delete(job, "local")
    assert await ids(board, newest=newest, after=after) == ("2 1" if newest else "5 6", None)


async def test_a_page_of_todo_goes_on_although_the_job_before_it_was_started(board):
    for number in range(1, 6):
        await board.push(question(number))
    first, after = await ids(board, QueueName.TODO)
    for number in range(1, 4):
        await board.start(f"{number:04}", "local", NOW)
    assert (first, await ids(board, QueueName.TODO, after=after)) == ("1 2 3", ("4 5", None))


async def test_a_page_goes_on_over_a_restart(board, journal):
    await finish(board, *range(1, 6))
    _, after = await ids(board)
    again = Board(journal, todo_limit=10, done_limit=10)
    await again.restore(NOW)
    await again.delete("0003", "local")
    assert await ids(again, after=after) == ("4 5", None)


async def test_a_page_may_come_after_a_job_of_the_queue_but_not_after_an_unknown_one(board):
    await finish(board, 1, 2)
    assert await ids(board, after="0001") == ("2", None)
    with pytest.raises(NotFound, match="no_such_job"):
        await ids(board, after="nobody")


async def test_only_what_is_wanted_is_returned_and_counted(board):
    await finish(board, *range(1, 9))
    even = await ids(board, limit=2, wanted=lambda job: int(job.id) % 2 == 0)
    assert even[0] == "2 4"
    assert await ids(board, after=even[1], wanted=lambda job: int(job.id) % 2 == 0) == ("6 8", None)


async def test_a_long_queue_is_looked_through(board):
    for number in range(STEP + 5):
        await board.push(question(number))
    last = await ids(board, QueueName.TODO, wanted=lambda job: int(job.id) >= STEP + 3)
    assert last == (f"{STEP + 3} {STEP + 4}", None)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted(status=Status.PENDING), True),
        (Wanted(status=Status.FAILED), False),
        (Wanted(session="s1"), True),
        (Wanted(session="s2"), False),
        (Wanted(text="QUESTION 5"), True),
        (Wanted(text="forty"), True),
        (Wanted(text="fifty"), False),
        (Wanted(since=NOW + timedelta(seconds=5)), True),
        (Wanted(since=NOW + timedelta(seconds=6)), False),
        (Wanted(until=NOW + timedelta(seconds=5)), False),
        (Wanted(until=NOW + timedelta(seconds=6)), True),
    ],
)
def test_a_job_fits_all_that_is_wanted(wanted, fits):
    assert wanted.fits(question(5, session="s1", answer="Forty")) is fits
