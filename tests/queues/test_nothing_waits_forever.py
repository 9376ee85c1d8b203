"""Whatever is done with jobs, in whatever order and however often the journal fails: each one that waits is started."""

import asyncio
import random
from datetime import UTC, datetime

import pytest

from genie.errors import GenieError, Unavailable
from genie.memory.journal import MemoryJournal
from genie.queues.board import Board
from genie.queues.job import Job, JobError, Kind, QueueName

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
USERS = ("ann", "bob", "cid")
QUEUES = (QueueName.TODO, QueueName.RUN, QueueName.DONE, QueueName.DEAD)


class Unsteady(MemoryJournal):
    """A journal that takes its time and refuses now and then, until it is told to be steady."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.steady = False
        self._turn = asyncio.Lock()

    async def record(self, *args, **kwargs) -> list[int]:
        async with self._turn:
            for _ in range(self.chance.randrange(4)):
                await asyncio.sleep(0)
            if not self.steady and self.chance.random() < 0.1:
                raise Unavailable("storage_full", "no space")
            return await super().record(*args, **kwargs)


class Hand:
    """Do something at random with a board."""

    def __init__(self, board: Board, chance: random.Random) -> None:
        self.board = board
        self.chance = chance
        self.number = 0

    def pick(self, user: str, queue: QueueName) -> str:
        return self.chance.choice(self.board.ids(queue, user) or ["nobody"])

    def somewhere(self, user: str) -> str:
        return self.pick(user, self.chance.choice(QUEUES))

    def question(self, user: str) -> Job:
        self.number += 1
        return Job(
            id=f"{self.number:05}",
            question="q",
            user=user,
            session=self.chance.choice(("s1", "s2", "s3")),
            priority=self.chance.choice(("low", "normal", "normal", "high")),
            same_as=self.somewhere(user) if self.chance.random() < 0.4 else None,
            created_at=NOW,
        )

    async def act(self) -> None:
        board, user = self.board, self.chance.choice(USERS)
        todo, run, dead = (self.pick(user, queue) for queue in (QueueName.TODO, QueueName.RUN, QueueName.DEAD))
        before = self.chance.choice((None, self.pick(user, QueueName.TODO)))
        error = JobError(code="crashed", message="it broke")
        deeds = (
            lambda: board.push(self.question(user)),
            lambda: board.push(self.question(user)),
            lambda: board.start(todo, user, NOW),
            lambda: board.complete(run, user, NOW, answer="a", agent="test"),
            lambda: board.fail(run, user, NOW, error),
            lambda: board.requeue(run, user),
            lambda: board.retry(dead, user),
            lambda: board.edit(todo, user, self.chance.choice(("q", "r"))),
            lambda: board.move(todo, user, before),
            lambda: board.cancel(self.somewhere(user), user, NOW),
            lambda: board.delete(self.somewhere(user), user),
            lambda: board.pause(user, paused=self.chance.random() < 0.5),
        )
        try:
            await self.chance.choice(deeds)()
        except GenieError:
            return  # it could not be done: that is an answer too


async def work_off(board: Board) -> None:
    """Run what waits, as a worker with one place does, until it finds nothing."""
    while (job := board.next(Kind.QUESTION, {})) is not None:
        await board.start(job.id, job.user, NOW)
        await board.complete(job.id, job.user, NOW, answer="a", agent="test")


@pytest.mark.parametrize("seed", range(12))
async def test_each_job_that_waits_is_started_in_the_end(seed: int):
    chance = random.Random(seed)
    journal = Unsteady(chance)
    board = Board(journal, todo_limit=1_000, done_limit=1_000, at_once={Kind.QUESTION: 1})
    hand = Hand(board, chance)
    for _ in range(60):
        await asyncio.gather(*(hand.act() for _ in range(chance.randrange(1, 8))))
    journal.steady = True
    restored = Board(journal, todo_limit=1_000, done_limit=1_000)
    for user in USERS:
        await board.pause(user, paused=False)
        for job in board.ids(QueueName.RUN, user):
            await board.complete(job, user, NOW, answer="a", agent="test")
        assert board.size(QueueName.TODO, user) == len(board.jobs(QueueName.TODO, user))
    await restored.restore(NOW)
    for user in USERS:
        assert restored.ids(QueueName.TODO, user) or not board.ids(QueueName.TODO, user)
        order = [job.id for job in board.jobs(QueueName.TODO, user)]
        assert [job.id for job in restored.jobs(QueueName.TODO, user)] == order
    for each in (board, restored):
        await work_off(each)
        assert each.sizes()[QueueName.TODO] == 0
        assert not each._schedule._lines and not each._followers._of
