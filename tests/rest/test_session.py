import asyncio
from contextlib import asynccontextmanager

import pytest

from genie import config, messages
from genie.audio.lane import Lane
from genie.audio.speech import Manner, SpeechLine
from genie.errors import Busy, Unavailable
from genie.rest.outbox import Outbox
from genie.rest.session import MAX_TOPICS, Session
from tests.fakes import RATE, FakeSynthesizer

LIMITS = config.load(environment={}).server


@asynccontextmanager
async def speaking(voice=None):
    """A session whose speeches are made by a fake voice, and the stages that it noted."""
    lane, noted = Lane(FakeSynthesizer, name="fake"), []
    session = Session("local", "UTC", "en", lambda user, job, stage: noted.append((job, stage)), history_limit=2)
    session.speeches = SpeechLine(session, voice or (lambda: (lane, RATE, "fake")), ahead_s=0.2)
    task = asyncio.create_task(session.speeches.run())
    try:
        yield session, noted
    finally:
        task.cancel()
        await asyncio.wait([task])
        lane.close()


def say(session: Session, text: str, job: str = "j") -> None:
    speech = session.speeches.reserve(job, Manner())
    speech.feed(text)
    speech.close()


async def until(outbox: Outbox, kind: type[messages.Message]) -> messages.Message:
    """Take what is sent, until a message of this kind comes."""
    async with asyncio.timeout(5):
        while True:
            frame = await outbox.take()
            if isinstance(frame, str) and isinstance(message := messages.decode_server(frame), kind):
                return message


async def until_sound(outbox: Outbox) -> None:
    async with asyncio.timeout(5):
        while not isinstance(await outbox.take(), bytes):
            continue


async def test_a_speech_without_a_voice_is_a_coded_error():
    def no_voice():
        raise Unavailable("engine_unavailable", "the voice is being loaded")

    async with speaking(no_voice) as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        say(session, "Hello.")
        assert (await until(outbox, messages.ErrorMessage)).code == "engine_unavailable"


async def test_an_answer_waits_for_a_client_that_is_away():
    async with speaking() as (session, noted):
        say(session, "Hello.")
        for _ in range(10):  # time enough to begin
            await asyncio.sleep(0)
        assert noted == []
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        began = await until(outbox, messages.AudioUpdate)
        end = await until(outbox, messages.AudioEnd)
    assert began.speech == end.speech == 1 and end.reason == "completed"


async def test_a_new_socket_hears_nothing_of_a_speech_that_began_at_the_old_one():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 200, job="a")
        say(session, "Second.", job="b")
        await until_sound(old)
        session.detach(old)
        session.attach(new)
        first = await new.take()
    assert isinstance(first, str)
    began = messages.decode_server(first)
    assert isinstance(began, messages.AudioUpdate) and began.job == "b"


async def test_a_speech_is_heard_once_however_often_its_end_is_told():
    async with speaking() as (session, noted):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        say(session, "Hello.")
        end = await until(outbox, messages.AudioEnd)
        for _ in range(3):
            session.played(end.speech, end.samples)
    assert noted == [("j", "first_audio"), ("j", "heard_until")]


async def test_a_transcript_that_waits_is_replaced_by_one_of_its_own_utterance_only():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        for utterance, text in ((1, "what"), (1, "what is"), (2, "and")):
            session.hear(messages.Transcript(utterance=utterance, committed="", tentative=text))
        told = [messages.decode_server(str(await outbox.take())) for _ in range(2)]
    assert [(m.utterance, m.tentative) for m in told] == [(1, "what is"), (2, "and")]


async def test_one_topic_too_many_is_refused_and_the_rest_stay():
    async with speaking() as (session, _):
        session.follow(f"job:{number}" for number in range(MAX_TOPICS - 1))
        with pytest.raises(Busy, match="too_many_topics"):
            session.follow(["job:x"])
        session.follow(["answers"])
        assert len(session.topics) == MAX_TOPICS
