"""Who was not there to see a recording done finds that in the inbox: once, and nobody else does."""

import asyncio
from datetime import UTC, datetime

import pytest

from genie import config
from genie.asker import Nobody
from genie.errors import Busy
from genie.memory.journal import MemoryJournal
from genie.notifications import Notifications
from genie.queues.board import Board
from genie.queues.job import Job, Kind, QueueName, Status
from genie.queues.journal import QueueEvent
from genie.rest.announcer import NOT_TRANSCRIBED, TRANSCRIBED, Announcer
from genie.rest.hub import Hub
from genie.rest.outbox import Outbox
from genie.rest.session import Session

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = config.load(environment={})


@pytest.fixture
def hub() -> Hub:
    board = Board(MemoryJournal(), todo_limit=10, done_limit=10)
    return Hub(board, max_connections=9, max_per_address=9, resume_s=60, clock=lambda: 0.0)


def announcer_of(hub: Hub, admit=lambda user: None) -> Announcer:
    kept = Notifications(MemoryJournal(), lambda: SETTINGS.notify)
    return Announcer(kept, hub, lambda: SETTINGS, lambda user: Nobody(user, "UTC", "en"), admit, lambda: NOW)


def ended(status: Status = Status.COMPLETED, kind: Kind = Kind.TRANSCRIPTION, name: str = "r") -> QueueEvent:
    job = Job(id=name, kind=kind, question="r.flac", user="ann", created_at=NOW).moved(Status.RUNNING).moved(status)
    return QueueEvent(1, job.queue, "added", job, 1)


async def told(announcer: Announcer, user: str = "ann") -> list[str]:
    await asyncio.gather(*announcer.telling, return_exceptions=True)
    return sorted(one.text for one in announcer.notifications.of(user))


async def test_a_recording_that_is_done_while_nobody_looks_is_told_once_until_that_is_read(hub):
    announcer = announcer_of(hub)
    announcer.follow(ended())
    assert await told(announcer) == [TRANSCRIBED]
    announcer.follow(ended(name="s"))
    announcer.follow(ended(Status.FAILED))
    assert await told(announcer) == [NOT_TRANSCRIBED, TRANSCRIBED]
    await announcer.notifications.read("ann")
    announcer.follow(ended(name="t"))
    assert await told(announcer) == [NOT_TRANSCRIBED, TRANSCRIBED, TRANSCRIBED]
    assert not any(one.unheard for one in announcer.notifications.of("ann"))  # it is nothing to be woken for


async def test_what_is_cancelled_or_no_recording_is_not_told(hub):
    announcer = announcer_of(hub)
    announcer.follow(ended(Status.CANCELLED))
    announcer.follow(ended(kind=Kind.QUESTION))
    assert await told(announcer) == []


@pytest.mark.parametrize("topic", [str(QueueName.DONE), "job:r"])
async def test_whoever_follows_the_queue_or_the_job_sees_it_there(hub, topic):
    announcer = announcer_of(hub)
    looking = Session(user="ann", timezone="UTC", locale="en", history_limit=1, topics={topic})
    outbox = Outbox(SETTINGS.server)
    hub.join(looking, outbox)
    announcer.follow(ended())
    assert await told(announcer) == []
    hub.leave(looking, outbox)
    announcer.follow(ended())
    assert await told(announcer) == [TRANSCRIBED]


async def test_a_user_who_is_told_too_much_is_not_told_of_it(hub, caplog):
    def refuse(user: str) -> None:
        raise Busy("rate_limited", "too much")

    announcer = announcer_of(hub, refuse)
    announcer.follow(ended())
    assert await told(announcer) == [] and not announcer.telling
    assert "not_announced" in caplog.text
