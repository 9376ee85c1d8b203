import asyncio
import itertools
from collections.abc import Callable
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
        self.taken_back: list[str] = []
        self.listenings: list[Listening] = []
        self.waits_s = 30.0
        self.lanes = Lane(lambda: self.engine, name="ear"), Lane(FakeDetector, name="detector")
        self.session = Session("local", "UTC", "en", history_limit=0)
        self.outbox = Outbox(SETTINGS.server)
        self.session.attach(self.outbox)
        self.hearing = Hearing(self.session, self._listen, self._question, self._take_back, lambda: self.waits_s)
        self.hearing.arrive("socket")
        self._numbers = itertools.count(1)

    def _listen(self, start: ListenStart) -> Listening:
        ears = Ears(self.lanes[0], self.lanes[1], SETTINGS.stt, SETTINGS.vad, Spoken("en"))
        name = f"s{next(self._numbers)}"
        listening = Listening(start.mode, 16_000, lambda: ears, self.session.hear, name, self.session.utterances)
        self.listenings.append(listening)
        return listening

    async def _take_back(self, job: str) -> bool:
        self.taken_back.append(job)
        return True

    async def _question(self, said: Said, timeline) -> str:
        if "word1" not in said.text:
            raise ZeroDivisionError
        self.asked.append(said.text)
        return f"job{len(self.asked)}"

    async def say(self, ref: str, pcm: bytes = SPEECH, *, until: str = "hear") -> None:
        """Press, speak, wait until the engine has something to do, and release."""
        count = self.engine.calls.count(until)
        self.hearing.start(ListenStart())
        self.hearing.push(pcm)
        await self.until(lambda: self.engine.calls.count(until) > count)
        self.hearing.stop(ref)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.01)

    def hearing_s(self) -> float:
        """Return the seconds of speech in what is being said."""
        return self.listenings[-1].speech_s

    def heard(self) -> int:
        """Return how many samples the engine was fed."""
        return sum(self.engine.heard.values())

    async def told(self, kind: type[Message], ref: str | None) -> Message:
        """Take what is sent, until a message of this kind and ref comes."""
        async with asyncio.timeout(30):
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
        one.hearing.leave("socket")
        one.engine.free.set()
        accepted = await one.told(Accepted, None)
    assert one.asked == ["word0 word1"] and accepted.job == "job1"


async def test_a_socket_that_goes_while_the_button_is_held_counts_as_its_release():
    async with ear() as one:
        one.hearing.start(ListenStart(ref="start"))
        one.hearing.push(SPEECH)
        await one.until(lambda: one.heard() > 12_000)
        one.hearing.leave("socket")
        accepted = await one.told(Accepted, None)
    assert accepted.job == "job1" and one.asked == ["word0 word1"]


async def test_half_a_word_waits_for_the_next_socket_and_goes_on_there():
    async with ear() as one:
        one.hearing.start(ListenStart())
        one.hearing.push(buzz(0.3))
        await one.until(lambda: one.hearing_s() > 0.2)
        one.hearing.leave("socket")
        one.hearing.arrive("next")
        one.hearing.push(SPEECH)
        one.hearing.stop("stop")
        assert (await one.told(Accepted, "stop")).job == "job1"
    assert one.asked == ["word0 word1"]


async def test_hands_free_goes_on_with_the_next_socket():
    async with ear() as one:
        one.hearing.start(ListenStart(mode="hands_free"))
        one.hearing.push(SPEECH)
        await one.until(lambda: one.heard() > 12_000)
        one.hearing.leave("socket")
        one.hearing.arrive("next")
        assert one.hearing.start(ListenStart(mode="hands_free", ref="again")) == Accepted(ref="again")
        one.hearing.push(SPEECH)
        one.hearing.stop("stop")
        assert (await one.told(Accepted, "stop")).job == "job1"
    assert one.asked == ["word0 word1 word2 word3"]


async def test_a_button_pressed_after_a_lost_socket_begins_anew():
    async with ear() as one:
        one.hearing.start(ListenStart(mode="hands_free"))
        one.hearing.push(SPEECH)
        await one.until(lambda: one.heard() > 12_000)
        one.hearing.leave("socket")
        one.hearing.arrive("next")
        await one.say("stop", buzz(1.2))
        await one.told(Accepted, "stop")
        await one.until(lambda: not one.engine.open_streams)
    assert one.asked == ["word0 word1"]


async def test_nobody_who_comes_back_is_waited_for_no_longer_than_that():
    async with ear() as one:
        one.waits_s = 0.01
        one.hearing.start(ListenStart(mode="hands_free"))
        one.hearing.push(SPEECH)
        await one.until(lambda: one.heard() > 12_000)
        [listening] = [task for task in asyncio.all_tasks() if task.get_name() == "listening"]
        one.hearing.leave("socket")
        await one.until(listening.done)
        await one.until(lambda: not one.engine.open_streams)
        one.hearing.arrive("next")
        assert one.hearing.start(ListenStart(ref="start")) == Accepted(ref="start")
    assert one.asked == []


async def test_an_older_socket_that_goes_late_takes_nothing_along():
    async with ear() as one:
        one.hearing.arrive("next")
        one.hearing.start(ListenStart())
        one.hearing.leave("socket")
        one.hearing.push(SPEECH)
        one.hearing.stop("stop")
        assert (await one.told(Accepted, "stop")).job == "job1"


async def test_what_is_said_on_soon_is_asked_as_one_and_the_first_question_is_taken_back():
    async with ear() as one:
        one.hearing.start(ListenStart(mode="hands_free"))
        one.hearing.push(buzz(1.2) + bytes(32_000) + buzz(1.2) + bytes(32_000))
        await one.until(lambda: len(one.asked) == 2)
        one.hearing.stop("stop")
        assert (await one.told(Accepted, "stop")).job == "job2"
    assert one.taken_back == ["job1"]
    assert one.asked[1].startswith(f"{one.asked[0]} word0")


async def test_a_question_that_was_taken_back_is_asked_again_when_nobody_comes_back_to_end_it():
    async with ear() as one:
        one.waits_s = 0.01
        one.hearing.start(ListenStart(mode="hands_free"))
        one.hearing.push(buzz(1.2) + bytes(32_000) + buzz(0.5))
        await one.until(lambda: bool(one.taken_back))
        one.hearing.leave("socket")
        await one.until(lambda: len(one.asked) == 2)
    assert one.asked[1].startswith(one.asked[0])


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
