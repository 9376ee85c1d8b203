import asyncio

import pytest

from genie.errors import Busy, Conflict, NotFound
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Heard, JobError, QueueName, Timeline
from genie.queues.journal import QueueEvent
from tests.contracts import NOW, question


@pytest.fixture
def board():
    return Board(MemoryJournal(), todo_limit=3, done_limit=2)


@pytest.fixture
def events(board):
    seen: list[QueueEvent] = []
    with board.observed(seen.append):
        yield seen


def told(events: list[QueueEvent]) -> list[tuple]:
    return [(event.queue, event.change, event.job.id, event.size) for event in events]


async def test_a_claim_is_taken_back_by_the_session_that_has_it_only():
    board = Board(MemoryJournal(), todo_limit=10, done_limit=10)
    await board.push(question("a"))
    assert await board.claim("a", "local", "s1")
    await board.disclaim("a", "local", "s2")
    assert board.find("a", "local").spoken_by == "s1"
    await board.disclaim("a", "local", "s1")
    assert board.find("a", "local").spoken_by is None
    assert await board.claim("a", "local", "s2")


async def test_a_question_travels_todo_run_done(board, events):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    await board.complete("a", "local", NOW, answer="42", agent="math")
    assert told(events) == [
        ("todo", "added", "a", 1),
        ("todo", "removed", "a", 0),
        ("run", "added", "a", 1),
        ("run", "removed", "a", 0),
        ("done", "added", "a", 1),
    ]
    assert events[-1].job.answer == "42"


async def test_events_of_a_user_are_numbered_without_gaps(board, events):
    await board.push(question("a"))
    await board.push(question("b", user="ann"))
    await board.start("a", "local", NOW)
    assert [event.seq for event in events if event.job.user == "local"] == [1, 2, 3]
    assert [event.seq for event in events if event.job.user == "ann"] == [1]
    assert board.seq("local") == 3


async def test_an_event_carries_the_job_as_it_is_after_the_move(board, events):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    assert all(event.job.status == "running" and event.job.queue == "run" for event in events[1:])


async def test_a_full_todo_refuses_the_newest_and_keeps_the_rest(board):
    for name in "abc":
        await board.push(question(name))
    with pytest.raises(Busy, match="queue_full"):
        await board.push(question("d"))
    assert [job.id for job in board.jobs(QueueName.TODO, "local")] == ["a", "b", "c"]


async def test_one_users_full_todo_does_not_refuse_another(board):
    for name in "abc":
        await board.push(question(name))
    await board.push(question("d", user="ann"))
    assert [job.id for job in board.jobs(QueueName.TODO, "ann")] == ["d"]


async def test_the_same_key_is_the_same_job(board, events):
    first, second = await asyncio.gather(board.push(question("a", key="k")), board.push(question("b", key="k")))
    assert first.id == second.id == "a"
    assert len(events) == 1


async def test_a_key_is_free_again_when_its_job_is_deleted(board):
    await board.push(question("a", key="k"))
    await board.cancel("a", "local", NOW)
    await board.delete("a", "local")
    assert (await board.push(question("b", key="k"))).id == "b"


async def test_jobs_in_todo_know_their_position(board):
    for name in "abc":
        await board.push(question(name))
    assert [job.position for job in board.jobs(QueueName.TODO, "local")] == [0, 1, 2]


async def test_another_users_job_is_not_found(board):
    await board.push(question("a", user="ann"))
    with pytest.raises(NotFound, match="no_such_job"):
        await board.cancel("a", "local", NOW)
    assert board.find("a", "ann").status == "pending"


async def test_a_finished_job_cannot_be_cancelled(board):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    await board.complete("a", "local", NOW, answer="x", agent="math")
    with pytest.raises(Conflict, match="already_finished"):
        await board.cancel("a", "local", NOW)


async def test_an_unfinished_job_cannot_be_deleted(board):
    await board.push(question("a"))
    with pytest.raises(Conflict, match="not_finished"):
        await board.delete("a", "local")


async def test_a_dead_job_is_retried_at_the_end_of_todo(board):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    await board.fail("a", "local", NOW, JobError(code="llm_timeout", message="late"))
    await board.push(question("b"))
    retried = await board.retry("a", "local")
    assert [job.id for job in board.jobs(QueueName.TODO, "local")] == ["b", "a"]
    assert retried.error is None and retried.status == "pending"


async def test_a_dead_job_is_not_retried_into_a_full_todo(board):
    await board.push(question("a"))
    await board.cancel("a", "local", NOW)
    for name in "bcd":
        await board.push(question(name))
    with pytest.raises(Busy, match="queue_full"):
        await board.retry("a", "local")
    assert board.ids(QueueName.DEAD, "local") == ["a"]


async def test_a_completed_job_cannot_be_retried(board):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    await board.complete("a", "local", NOW, answer="x", agent="math")
    with pytest.raises(Conflict, match="bad_transition"):
        await board.retry("a", "local")


async def test_a_stage_is_noted_once(board, events):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    events.clear()
    later = NOW.replace(hour=13)
    await board.amend("a", "local", first_audio=NOW)
    amended = await board.amend("a", "local", first_audio=later)
    assert amended.timeline.first_audio == NOW
    assert [event.change for event in events] == ["changed"], "what is known already is no event"


async def test_a_retried_job_forgets_how_far_the_attempt_before_came(board):
    await board.push(question("a", timeline=Timeline(pushed=NOW)))
    await board.start("a", "local", NOW)
    await board.amend("a", "local", first_text=NOW, first_audio=NOW)
    await board.fail("a", "local", NOW, JobError(code="llm_timeout", message="late"))
    assert (await board.retry("a", "local")).timeline == Timeline(pushed=NOW)
    late = await board.amend("a", "local", Heard(text="Sorry", samples=1, sample_rate=8_000), heard_until=NOW)
    assert late.heard is None and late.timeline == Timeline(pushed=NOW), "its last speech was stopped a moment ago"


async def test_a_board_restores_what_its_journal_kept():
    journal = MemoryJournal()
    board = Board(journal, todo_limit=3, done_limit=2)
    await board.push(question("a", key="k"))
    await board.push(question("b"))
    await board.cancel("b", "local", NOW)
    again = Board(journal, todo_limit=3, done_limit=2)
    await again.restore(NOW)
    assert [job.id for job in again.jobs(QueueName.TODO, "local")] == ["a"]
    assert [job.id for job in again.jobs(QueueName.DEAD, "local")] == ["b"]
    assert (await again.push(question("c", key="k"))).id == "a"


async def test_a_restart_keeps_the_order_in_which_jobs_were_done():
    journal = MemoryJournal()
    board = Board(journal, todo_limit=9, done_limit=9)
    for name, twin in (("a", None), ("b", "a"), ("c", None)):
        await board.push(question(name))
        await board.start(name, "local", NOW)
        await board.complete(name, "local", NOW, answer="x", same_as=twin)
    again = Board(journal, todo_limit=9, done_limit=9)
    await again.restore(NOW)
    assert again.ids(QueueName.DONE, "local") == ["a", "b", "c"]


async def crashed(journal: MemoryJournal) -> Board:
    """Return the board of the next life, after one in which job "a" was being run."""
    board = Board(journal, todo_limit=10, done_limit=10)
    await board.restore(NOW)
    await board.start("a", "local", NOW)
    again = Board(journal, todo_limit=10, done_limit=10)
    await again.restore(NOW)
    return again


async def test_what_was_running_at_a_crash_runs_again_before_everything_that_waits():
    journal = MemoryJournal()
    board = Board(journal, todo_limit=10, done_limit=10)
    for name in "ab":
        await board.push(question(name))
    again = await crashed(journal)
    assert [job.id for job in again.jobs(QueueName.TODO, "local")] == ["a", "b"]
    assert [job.id for job in await journal.jobs()] == ["a", "b"]
    done = await again.start("a", "local", NOW)
    done = await again.complete("a", "local", NOW, answer="x", agent="test")
    assert done.error is None


async def test_what_was_running_at_two_crashes_is_dead():
    journal = MemoryJournal()
    board = Board(journal, todo_limit=10, done_limit=10)
    await board.push(question("a"))
    await crashed(journal)
    again = await crashed(journal)
    [dead] = again.jobs(QueueName.DEAD, "local")
    assert dead.status == "failed" and dead.error is not None and dead.error.code == "interrupted"


def test_events_that_are_no_longer_known_are_not_made_up(board):
    assert board.since("local", 5) is None
    assert board.since("local", 0) == []


async def test_a_waiting_job_knows_how_many_go_before_it(board):
    for name in "abc":
        await board.push(question(name))
    assert [board.shown(board.find(name, "local")).position for name in "abc"] == [0, 1, 2]


async def test_a_restart_keeps_the_order_of_what_waits(tmp_path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        board = Board(journal, todo_limit=100, done_limit=100)
        for number in range(6):
            await board.push(question(f"a{number}", session="a"))
        for name, priority in (("b0", "normal"), ("b1", "low"), ("b2", "high")):
            await board.push(question(name, session="b", priority=priority))
        await board.move("a5", "local", "a0")
        before = [job.id for job in board.jobs(QueueName.TODO, "local")]
        assert before == ["b2", "a5", "a0", "b0", "a1", "a2", "a3", "a4", "b1"]
    again = SqliteJournal(tmp_path, kept=1_000)
    async with again.opened():
        board = Board(again, todo_limit=100, done_limit=100)
        await board.restore(NOW)
        assert [job.id for job in board.jobs(QueueName.TODO, "local")] == before


async def test_a_move_is_told_with_the_jobs_new_place(board, events):
    jobs = [await board.push(question(name)) for name in "abc"]
    moved = await board.move("c", "local", "a")
    assert moved.position == 0 and moved.place is not None and jobs[0].place is not None
    assert moved.place < jobs[0].place
    assert told(events)[-1] == ("todo", "changed", "c", 3) and events[-1].job == moved


async def test_a_move_to_where_a_job_stands_is_no_news(board, events):
    await board.push(question("a"))
    await board.move("a", "local", "a")
    assert len(events) == 1


async def test_a_job_that_was_started_can_neither_be_edited_nor_moved(board):
    for name in "ab":
        await board.push(question(name))
    await board.start("a", "local", NOW)
    moves = (board.edit("a", "local", "x"), board.move("a", "local", None), board.move("b", "local", "a"))
    for move in moves:
        with pytest.raises(Conflict, match="not_waiting"):
            await move


async def test_an_edited_job_asks_something_else_where_it_stands(board, events):
    for name in "ab":
        await board.push(question(name))
    await board.edit("a", "local", "what else")
    assert [job.question for job in board.jobs(QueueName.TODO, "local")] == ["what else", "question b"]
    assert (events[-1].change, events[-1].job.question) == ("changed", "what else")


async def test_nobody_edits_or_moves_another_users_job(board):
    await board.push(question("a", user="ann"))
    for move in (board.edit("a", "local", "x"), board.move("a", "local", None)):
        with pytest.raises(NotFound, match="no_such_job"):
            await move


async def test_a_deleted_job_is_told_to_nobody_who_comes_later(board):
    await board.push(question("a"))
    await board.start("a", "local", NOW)
    await board.complete("a", "local", NOW, answer="secret", agent="math")
    deleted = await board.delete("a", "local")
    assert deleted.answer == "secret"
    missed = board.since("local", 0)
    assert [event.seq for event in missed] == list(range(1, 7))
    assert all((event.job.question, event.job.answer) == ("", None) for event in missed)
