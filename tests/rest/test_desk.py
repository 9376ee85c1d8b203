import asyncio
import gc
import weakref

import pytest
from starlette.requests import Request

from genie import config, conversation, messages
from genie.app import furnish
from genie.audio.engines.choose import Engines
from genie.audio.engines.slot import Slot, Small
from genie.audio.speech_line import MAX_PLACES
from genie.errors import GenieError
from genie.memory.journal import MemoryJournal
from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent
from genie.rest import jobs
from genie.rest.desk import Desk
from genie.rest.outbox import Outbox
from genie.twins import equal
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber
from tests.waiting import told

SETTINGS = config.load(environment={})
HELLO = messages.Hello(protocol=1)


@pytest.fixture
async def house():
    """Everything a server is made of, with small engines; its worker runs when a test starts it."""
    slots = (Slot(Small("fake", make), None, 5.0) for make in (FakeTranscriber, FakeSynthesizer, FakeDetector))
    house = furnish(SETTINGS, engines=Engines(*slots), journal=MemoryJournal())
    await house.engines.start()
    with house.board.observed(house.hub.publish_event):
        yield house
    house.hub.close()
    house.engines.close()


async def test_a_hello_that_is_refused_changes_nothing(house):
    desk = Desk(house, lambda token: "local")
    session = desk.hello(HELLO, Outbox(SETTINGS.server))
    again = HELLO.model_copy(update={"session": session.session, "sample_rate": 8_000, "timezone": "Mars/Olympus"})
    with pytest.raises(GenieError, match="unknown_timezone"):
        desk.hello(again, Outbox(SETTINGS.server))
    assert session.sample_rate == 16_000


async def test_a_session_that_is_remembered_holds_nothing_of_its_socket(house):
    desk = Desk(house, lambda token: "local")
    outbox = Outbox(SETTINGS.server)
    session = desk.hello(HELLO, outbox)
    desk.bye(session, outbox)
    held = weakref.ref(desk), weakref.ref(outbox)
    del desk, outbox
    gc.collect()
    assert house.hub.find(session.session, "local") is session
    assert [each() for each in held] == [None, None]


async def test_a_delete_that_is_refused_leaves_the_answer_its_voice(house):
    outbox = Outbox(SETTINGS.server)
    desk = Desk(house, lambda token: "local")
    session = desk.hello(HELLO, outbox)
    job = await conversation.ask(house.talk, "what is one plus one", session)
    with pytest.raises(GenieError, match="not_finished"):
        await jobs.delete_job(house, Request({"type": "http", "headers": []}), jobs.JobParams(id=job.id))
    working = asyncio.create_task(house.worker.serve())
    assert (await told(outbox, messages.AudioUpdate)).job == job.id
    working.cancel()
    await asyncio.wait([working])


async def test_a_client_that_missed_more_than_its_outbox_takes_must_resync(house):
    desk = Desk(house, lambda token: "local")
    outbox = Outbox(SETTINGS.server)
    session = desk.hello(HELLO, outbox)
    session.follow(["todo"])
    desk.bye(session, outbox)
    nobody = house.talk.nobody("local")
    for number in range(SETTINGS.server.outbox_events + 1):
        await conversation.ask(house.talk, f"what is {number} plus one", nobody)
    again = Outbox(SETTINGS.server)
    since = {"session": session.session, "epoch": house.board.epoch, "after_seq": 0}
    desk.hello(HELLO.model_copy(update=since), again)
    assert not again.overflowed
    assert (await told(again, messages.Resync)).seq == house.board.seq("local")


def full_line(house):
    """Return a session in whose line there is no place left."""
    session = Desk(house, lambda token: "local").hello(HELLO, Outbox(SETTINGS.server))
    for _ in range(MAX_PLACES):
        session.speeches.reserve(None, session.manner())
    return session


async def test_a_question_that_finds_no_place_in_the_line_is_nobodys_twin(house):
    session = full_line(house)
    with pytest.raises(GenieError, match="too_many_speeches"):
        await conversation.ask(house.talk, "what is one plus one", session)
    asked = Job(id="a", question="what is one plus one", created_at=house.talk.clock())
    assert house.talk.twins.joined(asked, equal(asked, session.timezone, session.locale)).same_as is None
    assert not house.talk.open


async def test_an_answer_for_which_there_is_no_place_in_the_line_is_done_all_the_same(house):
    full_line(house)
    job = await conversation.ask(house.talk, "what is one plus one", house.talk.nobody("local"), speak=True)
    later: list[QueueEvent] = []
    with house.board.observed(house.mailbox.observe), house.board.observed(later.append):
        await house.board.start(job.id, "local", house.talk.clock())
        await house.board.complete(job.id, "local", house.talk.clock(), answer="2")
    assert (later[-1].queue, later[-1].change) == (QueueName.DONE, "added"), "whoever is told next, is told"
