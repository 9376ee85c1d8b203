from datetime import UTC, datetime

import pytest

from genie import config, messages
from genie.audio.speech_line import SpeechLine
from genie.errors import Busy
from genie.memory.journal import MemoryJournal
from genie.queues.board import Board
from genie.queues.job import Job
from genie.rest.hub import MAX_AWAY, SHOWN, Hub
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SERVER = config.load(environment={}).server


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def board():
    return Board(MemoryJournal(), todo_limit=1_000, done_limit=1_000)


@pytest.fixture
def hub(board, clock):
    return Hub(board, max_connections=2, max_per_address=1, resume_s=60, clock=clock)


def session(user: str = "local", *topics: str) -> Session:
    one = Session(user=user, timezone="UTC", locale="en", history_limit=2)
    one.topics |= set(topics)
    return one


def with_a_line(one: Session) -> Session:
    """Give a session what it needs to speak; nothing is spoken here."""
    one.loudspeaker = Loudspeaker(one, *[lambda *_: None] * 4)
    one.speeches = SpeechLine(one.loudspeaker, lambda: None, 1)
    return one


def joined(hub: Hub, one: Session) -> Outbox:
    outbox = Outbox(SERVER)
    hub.join(one, outbox)
    return outbox


def question(name: str, user: str = "local") -> Job:
    return Job(id=name, question=name, user=user, created_at=NOW)


async def received(outbox: Outbox) -> list[str]:
    return [messages.decode_server(await outbox.take()).type for _ in range(len(outbox))]


async def test_only_followers_of_a_queue_are_told_of_it(hub, board):
    follower, other = joined(hub, session("local", "todo")), joined(hub, session("local", "done"))
    with board.observed(hub.publish_event):
        await board.push(question("a"))
    assert (await received(follower), await received(other)) == (["todo_update"], [])


async def test_nobody_is_told_of_another_users_jobs(hub, board):
    outbox = joined(hub, session("local", "todo"))
    with board.observed(hub.publish_event):
        await board.push(question("a", user="ann"))
    assert len(outbox) == 0


async def test_a_follower_of_two_matching_topics_is_told_once(hub, board):
    outbox = joined(hub, session("local", "todo", "job:a"))
    with board.observed(hub.publish_event):
        await board.push(question("a"))
    assert await received(outbox) == ["todo_update"]


async def test_of_a_long_queue_the_next_jobs_are_told_and_its_size(hub, board):
    one = session()
    for number in range(SHOWN + 50):
        await board.push(question(f"{number:03}"))
    told = hub.state(one, ["todo"])
    assert [job.id for job in told.state["todo"]] == [f"{number:03}" for number in range(SHOWN)]
    assert told.sizes == {"todo": SHOWN + 50} and told.seq == SHOWN + 50


async def test_of_a_long_done_the_newest_jobs_are_told(hub, board):
    for number in range(SHOWN + 50):
        await board.push(question(f"{number:03}"))
        await board.start(f"{number:03}", "local", NOW)
        await board.complete(f"{number:03}", "local", NOW, answer="x", agent="test")
    told = hub.state(session(), ["done"])
    assert [told.state["done"][0].id, told.state["done"][-1].id] == ["050", f"{SHOWN + 49:03}"]


def test_a_session_is_remembered_for_a_while(hub, clock):
    one = session()
    hub.leave(one, joined(hub, one))
    clock.now = 59
    assert hub.find(one.session, "local") is one
    clock.now = 61
    assert hub.find(one.session, "local") is None


async def test_a_user_who_comes_and_goes_lets_nobody_elses_session_be_forgotten(hub, clock):
    ann = session("ann")
    hub.leave(ann, joined(hub, ann))
    bobs = [session("bob") for _ in range(MAX_AWAY + 1)]
    for one in bobs:
        clock.now += 0.01
        hub.leave(one, joined(hub, one))
    assert hub.forget_old() == {"bob"}
    assert hub.find(ann.session, "ann") is ann
    assert hub.find(bobs[0].session, "bob") is None and hub.find(bobs[1].session, "bob") is bobs[1]


def test_a_session_is_only_found_by_its_user(hub):
    one = session()
    joined(hub, one)
    assert hub.find(one.session, "ann") is None


async def test_an_older_socket_is_let_go_and_its_end_does_not_detach_the_newer_one(hub):
    one = session()
    older, newer = joined(hub, one), joined(hub, one)
    assert await older.take() is None
    hub.leave(one, older)
    assert one.outbox is newer


def test_a_full_house_refuses_the_next(hub):
    with hub.admitted("a"), hub.admitted("b"), pytest.raises(Busy, match="too_many_connections"), hub.admitted("c"):
        pass
    with hub.admitted("c"):
        pass


def test_an_address_that_has_its_share_is_refused_and_others_are_not(hub):
    with hub.admitted("a"), pytest.raises(Busy, match=r"server\.max_connections_per_address"), hub.admitted("a"):
        pass
    with hub.admitted("a"), hub.admitted("b"):
        pass


async def test_a_user_who_may_not_come_in_any_more_is_shown_out_at_once(hub):
    ann, bob = joined(hub, session("ann")), joined(hub, session("bob"))
    ann.put("not for ann any more")
    hub.evict("ann")
    assert await ann.take() is None and ann.goodbye[0] == 1008
    assert not bob.closed


async def test_the_named_listener_hears_else_the_newest_that_plays(hub):
    first, second, silent = (with_a_line(session()) for _ in range(3))
    joined(hub, first)
    joined(hub, second)
    silent.topics.discard("speech")
    joined(hub, silent)
    assert hub.listener("local", first.session) is first
    assert hub.listener("local", "unknown") is second
    assert hub.listener("ann") is None


async def test_whoever_hears_genie_already_is_the_listener_for_as_long_as_that_lasts(hub):
    first, second = with_a_line(session()), with_a_line(session())
    joined(hub, first)
    joined(hub, second)
    first.loudspeaker.speech_began(1, None, 16_000, "nobody")
    first.loudspeaker.speech_frame(1, 0, bytes(32_000))
    assert hub.listener("local") is first
    assert hub.listener("local", second.session) is second
    first.loudspeaker.speech_ended(1, 16_000, "completed", None)
    assert hub.listener("local") is first  # the rest is still being played
    first.loudspeaker.played(1, 16_000)
    assert hub.listener("local") is second
