import asyncio
import itertools
from contextlib import asynccontextmanager

from genie import config
from genie.audio.engine import Spoken
from genie.audio.lane import Lane
from genie.audio.listening import Listening, Said
from genie.audio.transcription import Ears
from genie.messages import Accepted, ErrorMessage, ListenStart, Message, Transcript, decode_server
from genie.rest.hearing import Hearing
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.fakes import FakeDetector, FakeTranscriber, buzz

SETTINGS = config.load(environment={})
SPEECH = buzz(1.0)


class Ear:
    """A socket's hearing over fake engines, what was asked, and what the client is told."""

    def __init__(self) -> None:
        self.engine = FakeTranscriber()
        self.asked: list[str] = []
        self.lanes = Lane(lambda: self.engine, name="ear"), Lane(FakeDetector, name="detector")
        self.session = Session("local", "UTC", "en", history_limit=0)
        self.outbox = Outbox(SETTINGS.server)
        self.session.attach(self.outbox)
        self.hearing = Hearing(self.session, self._listen, self._question)
        self._numbers = itertools.count(1)

    def _listen(self, session: Session, start: ListenStart) -> Listening:
        ears = Ears(self.lanes[0], self.lanes[1], SETTINGS.stt, SETTINGS.vad, Spoken("en"))
        name = f"s{next(self._numbers)}"
        return Listening(start.mode, 16_000, lambda: ears, session.hear, name, session.utterances)

    async def _question(self, session: Session, said: Said, timeline) -> str:
        if "word1" not in said.text:
            raise ZeroDivisionError
        self.asked.append(said.text)
        return f"job{len(self.asked)}"

    async def say(self, ref: str, pcm: bytes = SPEECH, *, until: str = "hear") -> None:
        """Press, speak, wait until the engine has something to do, and release."""
        count = self.engine.calls.count(until)
        self.hearing.start(ListenStart())
        self.hearing.push(pcm)
        async with asyncio.timeout(5):
            while self.engine.calls.count(until) == count:
                await asyncio.sleep(0.01)
        self.hearing.stop(ref)

    async def told(self, kind: type[Message], ref: str | None) -> Message:
        """Take what is sent, until a message of this kind and ref comes."""
        async with asyncio.timeout(5):
            while True:
                message = decode_server(str(await self.outbox.take()))
                if isinstance(message, kind) and message.ref == ref:
                    return message


@asynccontextmanager
async def ear():
    one = Ear()
    try:
        yield one
    finally:
        one.engine.free.set()
        await one.hearing.cancel()
        for lane in one.lanes:
            lane.close()


async def test_what_was_said_to_its_end_is_asked_also_when_the_socket_goes_while_it_is_decoded():
    async with ear() as one:
        one.engine.free.clear()
        await one.say("stop")
        await one.hearing.leave()
        one.engine.free.set()
        accepted = await one.told(Accepted, None)
    assert one.asked == ["word0 word1"] and accepted.job == "job1"


async def test_what_was_being_said_is_forgotten_when_the_socket_goes():
    async with ear() as one:
        one.hearing.start(ListenStart())
        one.hearing.push(SPEECH)
        await one.hearing.leave()
        one.hearing.start(ListenStart())
    assert one.asked == []


async def test_a_cancel_forgets_what_is_being_said_and_not_the_question_before():
    async with ear() as one:
        one.engine.free.clear()
        await one.say("first")
        one.hearing.start(ListenStart())
        await one.hearing.cancel()
        one.engine.free.set()
        accepted = await one.told(Accepted, "first")
    assert accepted.job == "job1"


async def test_a_stop_is_answered_when_a_cancel_overtakes_it():
    async with ear() as one:
        one.engine.free.clear()
        await one.say("stop")
        await one.hearing.cancel()
        accepted = await one.told(Accepted, "stop")
        one.engine.free.set()
    assert accepted.job is None and one.asked == []


async def test_a_mistake_is_a_coded_error_and_the_next_turn_is_heard():
    async with ear() as one:
        await one.say("one", SPEECH[: len(SPEECH) * 3 // 5])
        assert (await one.told(ErrorMessage, "one")).code == "internal"
        await one.say("two")
        assert (await one.told(Accepted, "two")).job == "job1"


async def test_nothing_of_a_cancelled_turn_is_told_afterwards():
    async with ear() as one:
        one.engine.free.clear()
        await one.say("stop")
        await one.hearing.cancel()
        one.engine.free.set()
        await one.lanes[0].call(FakeTranscriber.describe)
        one.outbox.close()
        frames = []
        while (frame := await one.outbox.take()) is not None:
            frames.append(decode_server(str(frame)))
    assert not any(isinstance(m, Transcript) for m in frames)
