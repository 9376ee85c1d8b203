import time

import numpy as np
import pytest

from genie import config
from genie.audio.engine import Spoken
from genie.audio.frames import FRAME, FRAME_S
from genie.audio.loudness import SILENCE, Loudness
from genie.audio.overlap import ECHO_LIKELY, LATELY_S, Overlap
from genie.audio.pcm import Float32
from genie.audio.segmenter import FAINT, HYSTERESIS
from tests.fakes import FakeTranscriber, buzz
from tests.room import room, silence, texts

SETTINGS, VAD = config.load(environment={}).barge_in, config.load(environment={}).vad


class Mouth:
    """A mouth that says one sentence all the time, and notes what it is told."""

    def __init__(self, spoken: str = "It is half past three in Vienna.") -> None:
        self.sounding = True
        self.spoken = spoken
        self.told: list[str] = []
        self.asked_of = 0.0

    def sounds(self, at: float) -> bool:
        self.asked_of = at
        return self.sounding

    def levels(self, at: float, steps: int) -> Float32:
        return np.repeat(SILENCE, steps, axis=0)

    def said(self) -> str:
        return self.spoken

    def hold(self) -> None:
        self.told.append("hold")

    def go_on(self) -> None:
        self.told.append("go_on")

    def stop(self) -> None:
        self.told.append("stop")


def speak(overlap: Overlap, seconds: float, text: str = "") -> None:
    for _ in range(round(seconds / FRAME_S)):
        overlap.follow(FRAME_S, speaks=True, text=text)


def test_who_speaks_on_is_asked():
    mouth = Mouth()
    overlap = Overlap(mouth, SETTINGS, "en")
    speak(overlap, 1.6)
    assert mouth.told == ["hold", "stop"]
    mouth.sounding = False
    assert overlap.judge("what about tomorrow") is None


def test_words_that_genie_has_just_said_neither_stop_it_nor_are_asked():
    mouth = Mouth()
    overlap = Overlap(mouth, SETTINGS, "en")
    speak(overlap, 0.3)
    speak(overlap, 2.0, text="half past three")
    assert mouth.told == ["hold", "go_on"]
    assert overlap.judge("half past three in vienna") == "echo"


def test_a_listening_that_ends_lets_genie_go_on():
    mouth = Mouth()
    overlap = Overlap(mouth, SETTINGS, "en")
    speak(overlap, 0.4)
    overlap.close()
    assert mouth.told == ["hold", "go_on"]


def test_in_silence_everything_is_heard_as_it_is():
    mouth = Mouth()
    mouth.sounding = False
    overlap = Overlap(mouth, SETTINGS, "en")
    assert overlap.hear(np.zeros(FRAME, np.int16), 0.032, 0.7) == 0.7
    speak(overlap, 1.0)
    assert overlap.judge("mhm") is None and mouth.told == []


class Loud(Mouth):
    """A mouth that says what the microphone hears."""

    def levels(self, at: float, steps: int) -> Float32:
        return self.heard

    heard = np.repeat(SILENCE, 2, axis=0)


def test_an_echo_begins_no_utterance_and_is_kept_for_one_that_begins_behind_it():
    mouth, chance = Loud(), np.random.default_rng(1)
    overlap = Overlap(mouth, SETTINGS, "en")
    certain, played = [], Loudness(16_000)
    for number in range(60):
        loudness = 10 ** chance.uniform(2.5, 3.5)
        frame = (chance.normal(size=FRAME) * loudness).clip(-32_000, 32_000).astype(np.int16)
        mouth.heard = played.push(frame)
        certain.append(overlap.hear(frame, (number + 1) * FRAME_S, 0.9))
    assert {*certain[30:]} == {ECHO_LIKELY}
    assert FAINT < ECHO_LIKELY < VAD.threshold - HYSTERESIS


def test_a_microphone_that_was_away_is_heard_into_what_sounds_now():
    mouth, frame = Mouth(), np.zeros(FRAME, np.int16)
    overlap = Overlap(mouth, SETTINGS, "en")
    overlap.hear(frame, 60.0, 0.0)  # a minute before, by what comes next
    for number in range(round(LATELY_S / FRAME_S)):
        overlap.hear(frame, number * FRAME_S, 0.0)
    assert time.monotonic() - mouth.asked_of < 30


class Told(FakeTranscriber):
    """An ear that keeps what it is told of each utterance before."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Spoken] = []

    def open(self, stream: str, spoken: Spoken) -> None:
        self.told.append(spoken)
        super().open(stream, spoken)


@pytest.mark.parametrize("sounding", [True, False])
async def test_the_ear_knows_what_is_said_into_an_answer(sounding: bool):
    mouth, ear = Mouth(), Told()
    mouth.sounding = sounding
    async with room(ear) as here:
        listening = here.listen("hands_free", overlap=Overlap(mouth, SETTINGS, "en"))
        listening.push(silence(0.5) + buzz(0.6) + silence(1.0))
        listening.stop()
        await texts(listening)
    assert ear.told == [Spoken("en", into_answer=sounding)]
