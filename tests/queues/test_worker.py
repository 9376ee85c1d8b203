import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from genie.errors import Conflict, StageFailed, Unavailable
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job, Kind, QueueName
from genie.queues.worker import Outcome, Worker

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def question(name: str, **fields) -> Job:
    return Job(id=name, question=name, created_at=NOW, **fields)


class Agent:
    """Run jobs until each is released; remember how many ran at once."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.most = 0
        self.released = asyncio.Event()
        self.entered = asyncio.Semaphore(0)

    async def run(self, job: Job) -> Outcome:
        self.running.append(job.id)
        self.most = max(self.most, len(self.running))
        self.entered.release()
        try:
            if job.question == "crash":
                raise ZeroDivisionError
            if job.question == "refuse":
                raise StageFailed("llm_timeout", "late")
            await self.released.wait()
        finally:
            self.running.remove(job.id)
        return Outcome(answer=f"answer {job.id}", agent="test")


class GatedJournal(MemoryJournal):
    """A journal that writes when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def record(self, *args, **kwargs) -> list[int]:
        self.asked.set()
        await self.gate.wait()
        return await super().record(*args, **kwargs)

    def shut(self) -> None:
        self.asked.clear()
        self.gate.clear()


@asynccontextmanager
async def working(
    agent: Agent,
    *,
    at_once: int = 2,
    timeout_s: float = 30.0,
    journal: MemoryJournal | None = None,
    able: Callable[[Kind], bool] = lambda kind: True,
):
    limits = {Kind.QUESTION: at_once}
    board = Board(journal or MemoryJournal(), todo_limit=100, done_limit=100, at_once=limits)
    worker = Worker(board, agent.run, limits=limits, timeout_s=timeout_s, clock=lambda: NOW, able=able)
    task = asyncio.create_task(worker.serve())
    try:
        yield board, worker
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(board: Board, name: QueueName, count: int) -> list[Job]:
    """Wait until a queue holds this many jobs."""
    changed = asyncio.Event()
    with board.observed(lambda _: changed.set()):
        async with asyncio.timeout(10):
            while len(jobs := board.jobs(name, "local")) != count:
                changed.clear()
                await changed.wait()
    return jobs


async def test_a_job_is_answered():
    agent = Agent()
    agent.released.set()
    async with working(agent) as (board, _):
        await board.push(question("a"))
        [done] = await until(board, QueueName.DONE, 1)
    assert (done.answer, done.agent, done.status) == ("answer a", "test", "completed")
    assert done.timeline.started == NOW and done.timeline.done == NOW


async def test_jobs_wait_for_what_they_need():
    agent, able = Agent(), set[Kind]()
    agent.released.set()
    async with working(agent, able=able.__contains__) as (board, worker):
        await board.push(question("a"))
        await board.push(question("b"))
        worker.look_again()
        await asyncio.sleep(0)
        assert len(board.jobs(QueueName.TODO, "local")) == 2
        able.add(Kind.QUESTION)
        worker.look_again()
        await until(board, QueueName.DONE, 2)


async def test_no_more_jobs_run_at_once_than_allowed():
    agent = Agent()
    async with working(agent, at_once=2) as (board, _):
        for name in "abcde":
            await board.push(question(name))
        await agent.entered.acquire()
        await agent.entered.acquire()
        assert len(board.jobs(QueueName.TODO, "local")) == 3
        agent.released.set()
        await until(board, QueueName.DONE, 5)
    assert agent.most == 2


async def test_a_failure_is_the_jobs_own():
    agent = Agent()
    agent.released.set()
    async with working(agent) as (board, _):
        await board.push(question("refuse"))
        await board.push(question("fine"))
        [dead] = await until(board, QueueName.DEAD, 1)
        [done] = await until(board, QueueName.DONE, 1)
    assert dead.error is not None and dead.error.code == "llm_timeout"
    assert done.id == "fine"


async def test_a_crash_is_told_without_its_inner_text(caplog):
    agent = Agent()
    async with working(agent) as (board, _):
        await board.push(question("crash"))
        [dead] = await until(board, QueueName.DEAD, 1)
    assert dead.error is not None and dead.error.code == "internal"
    assert "job_crashed" in caplog.text


async def test_a_job_that_takes_too_long_fails():
    async with working(Agent(), timeout_s=0.05) as (board, _):
        await board.push(question("a"))
        [dead] = await until(board, QueueName.DEAD, 1)
    assert dead.error is not None and dead.error.code == "job_timeout"


async def test_a_running_job_can_be_cancelled():
    agent = Agent()
    async with working(agent) as (board, worker):
        await board.push(question("a"))
        await agent.entered.acquire()
        cancelled = await worker.cancel("a", "local")
        assert cancelled.status == "cancelled"
        assert agent.running == []


async def test_a_cancel_that_cannot_be_written_stops_the_job_is_told_and_is_written_later(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    agent = Agent()
    async with journal.opened(), working(agent, journal=journal) as (board, worker):
        await board.push(question("a"))
        await agent.entered.acquire()
        await journal._connection.execute("PRAGMA query_only = ON")
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await worker.cancel("a", "local")
        assert not agent.running
        await journal._connection.execute("PRAGMA query_only = OFF")
        [job] = await until(board, QueueName.DEAD, 1)
        assert job.status == "cancelled"


async def test_a_waiting_job_can_be_cancelled():
    async with working(Agent(), at_once=1) as (board, worker):
        await board.push(question("a"))
        await board.push(question("b"))
        await until(board, QueueName.RUN, 1)
        assert (await worker.cancel("b", "local")).status == "cancelled"
        assert [job.id for job in board.jobs(QueueName.RUN, "local")] == ["a"]


async def test_room_that_a_job_leaves_is_taken_by_the_next():
    agent = Agent()
    async with working(agent, at_once=1) as (board, worker):
        await board.push(question("a"))
        await board.push(question("b"))
        await until(board, QueueName.RUN, 1)
        await worker.cancel("a", "local")
        [job] = await until(board, QueueName.RUN, 1)
        assert job.id == "b"


async def test_what_runs_when_the_worker_ends_goes_back_to_todo():
    agent = Agent()
    async with working(agent) as (board, _):
        await board.push(question("a"))
        await until(board, QueueName.RUN, 1)
    [job] = board.jobs(QueueName.TODO, "local")
    assert job.status == "pending" and job.started_at is None


async def test_a_job_that_is_cancelled_while_it_is_started_does_not_run_on():
    agent, journal = Agent(), GatedJournal()
    async with working(agent, journal=journal) as (board, worker):
        await board.push(question("a"))
        journal.shut()
        await journal.asked.wait()
        cancelling = asyncio.create_task(worker.cancel("a", "local"))
        await asyncio.sleep(0)
        journal.gate.set()
        assert (await cancelling).status == "cancelled"
        await until(board, QueueName.DEAD, 1)
        assert agent.running == []


async def test_a_job_that_leaves_todo_while_it_is_taken_does_not_end_the_worker():
    agent, journal = Agent(), GatedJournal()
    async with working(agent, journal=journal) as (board, _):

        async def push_and_cancel() -> None:
            await board.push(question("a"))
            journal.shut()
            await board.cancel("a", "local", NOW)

        cancelling = asyncio.create_task(push_and_cancel())
        for _ in range(10):  # the worker is awake now, and waits to start the job
            await asyncio.sleep(0)
        journal.gate.set()
        await cancelling
        await board.push(question("b"))
        async with asyncio.timeout(30):
            while "b" not in agent.running:
                await agent.entered.acquire()


async def test_one_question_of_a_session_does_not_wait_for_a_thousand_of_another():
    agent = Agent()
    async with working(agent, at_once=1) as (board, _):
        for number in range(90):
            await board.push(question(f"a{number:02}", session="a"))
        await until(board, QueueName.RUN, 1)
        await board.push(question("b", session="b"))
        await board.push(question("c", session="c", user="ann"))
        started: list[str] = []
        with board.observed(lambda event: started.append(event.job.id) if event.queue == "run" else None):
            agent.released.set()
            await until(board, QueueName.DONE, 91)
    assert max(started.index("b"), started.index("c")) < 10


async def test_a_waiting_job_is_told_when_it_will_start():
    agent = Agent()
    async with working(agent, at_once=1) as (board, _):
        agent.released.set()
        await board.push(question("a"))
        await until(board, QueueName.DONE, 1)
        agent.released.clear()
        for name in "bcd":
            await board.push(question(name))
        await until(board, QueueName.RUN, 1)
        waiting = board.jobs(QueueName.TODO, "local")
    assert [(job.id, job.position) for job in waiting] == [("c", 0), ("d", 1)]
    assert all(job.eta_s is not None for job in waiting)


async def test_a_cancel_that_meets_the_end_of_its_job_says_so():
    agent, journal = Agent(), GatedJournal()
    async with working(agent, journal=journal) as (board, worker):
        await board.push(question("a"))
        await agent.entered.acquire()
        journal.shut()
        agent.released.set()
        await journal.asked.wait()  # the job has ended, and that is being written
        cancelling = asyncio.create_task(worker.cancel("a", "local"))
        await asyncio.sleep(0)
        journal.gate.set()
        with pytest.raises(Conflict, match="already_finished"):
            await cancelling
        assert board.find("a", "local").answer == "answer a"
