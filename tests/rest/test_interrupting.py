"""Somebody speaks while genie does, hands-free: over a real socket, with engines that hear what the test says."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from genie import messages
from genie.audio.engine import Heard
from genie.errors import GenieError
from genie.messages import Accepted, Ask, AudioEnd, AudioHold, ListenStart, Transcript
from tests.fakes import FakeTranscriber, buzz
from tests.model import slow_model, story
from tests.near import near
from tests.serving import Client

STEP_S = 0.02
RATE = 16_000


class Told(FakeTranscriber):
    """Hear what the test says is said."""

    text = ""

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        return [Heard("", self.text) for _ in streams]

    def finish(self, stream: str) -> Heard:
        return Heard(self.text)


class Talk:
    """A client whose microphone is open, and what its ear hears."""

    def __init__(self, one: Client, ear: Told) -> None:
        self.one = one
        self.ear = ear
        self._microphone = asyncio.create_task(self._listen())
        self._said: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear_answer(self) -> None:
        """Ask for something long, and wait for its first sound."""
        assert isinstance(await self.one.request(Ask(text=story(0))), Accepted)
        self.one.sound.clear()
        async with asyncio.timeout(10):
            while not self.one.sound:
                await self.one.receive()

    def say(self, text: str, seconds: float) -> None:
        """Say something, as the ear will understand it; silence follows."""
        self.ear.text = text
        sound = buzz(seconds)
        for at in range(0, len(sound), 640):
            self._said.put_nowait(sound[at : at + 640])

    async def final(self) -> Transcript:
        return await self.one.wait(Transcript, lambda transcript: transcript.final)

    async def end(self) -> None:
        self._microphone.cancel()
        await asyncio.wait([self._microphone])

    async def _listen(self) -> None:
        silence = np.zeros(320, np.int16).tobytes()
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            await self.one.send(silence if self._said.empty() else self._said.get_nowait())
            at += STEP_S
            await asyncio.sleep(max(0.0, at - loop.time()))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    ear = Told()
    async with slow_model() as settings, near(tmp_path, *settings, ear=lambda: ear) as genie, genie.client() as one:
        await one.request(ListenStart(mode="hands_free"))
        talk = Talk(one, ear)
        yield talk
        await talk.end()


async def test_a_cough_makes_genie_pause_and_go_on(talk: Talk):
    await talk.hear_answer()
    talk.say("", 0.5)
    assert (await talk.one.wait(AudioHold)).on
    assert not (await talk.one.wait(AudioHold)).on
    assert (await talk.final()).dropped == "noise"
    assert (await talk.one.wait(AudioEnd)).reason == "completed"


async def test_who_goes_along_is_not_answered(talk: Talk):
    await talk.hear_answer()
    talk.say("Mhm.", 0.6)
    final = await talk.final()
    assert (final.committed, final.dropped) == ("Mhm.", "backchannel")
    assert (await talk.one.wait(AudioEnd)).reason == "completed"
    assert len([message for message in talk.one.seen if isinstance(message, messages.Answer)]) == 1


async def test_who_has_something_to_say_stops_genie_and_is_answered(talk: Talk):
    await talk.hear_answer()
    talk.say("what is two plus two", 1.2)
    assert (await talk.one.wait(AudioEnd)).reason == "stopped"
    final = await talk.final()
    assert (final.committed, final.dropped) == ("what is two plus two", None)
    answer = await talk.one.wait(messages.Answer, lambda answer: "4" in answer.text)
    assert answer.text == "2 plus 2 is 4."


async def test_stop_stops_genie_and_asks_nothing(talk: Talk):
    await talk.hear_answer()
    talk.say("Stop.", 0.5)
    assert (await talk.one.wait(AudioEnd)).reason == "stopped"
    assert (await talk.final()).dropped == "stop"


async def test_words_of_genies_own_are_not_answered(talk: Talk):
    await talk.hear_answer()
    talk.say("part 0 part 1", 0.6)
    assert (await talk.final()).dropped == "echo"
    assert (await talk.one.wait(AudioEnd)).reason == "completed"


async def test_what_is_held_goes_on_when_its_microphone_is_closed(talk: Talk):
    await talk.hear_answer()
    talk.say("", 5.0)
    assert (await talk.one.wait(AudioHold)).on
    await talk.one.request(messages.ListenCancel())
    assert not (await talk.one.wait(AudioHold)).on
