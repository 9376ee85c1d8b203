"""An echo is told from a voice: clips play the parts of genie and of its user, a few random taps that of the room."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from genie import config
from genie.audio.echo import Echo
from genie.audio.loudness import BANDS, Envelope

CLIPS = Path(__file__).parent.parent / "clips"
RATE, VOICE_RATE, FRAME = 16_000, 22_050, 512
ECHO = config.load(environment={}).barge_in.echo
Sound = NDArray[np.float64]


def clip(*names: str) -> Sound:
    return np.concatenate([soundfile.read(CLIPS / f"{name}.wav", dtype="int16")[0] for name in names]).astype(float)


def room(sound: Sound, delay_ms: int, level_db: float) -> Sound:
    """Return what a microphone hears of a loudspeaker, without its voice's low notes, over a quarter of a second."""
    chance = np.random.default_rng(delay_ms)
    taps = chance.normal(size=RATE // 4) * np.exp(-np.arange(RATE // 4) / (0.04 * RATE))
    taps[0] = 3.0
    echoed = np.diff(np.convolve(sound, taps)[: len(sound)], prepend=0.0)
    echoed *= np.sqrt((sound**2).mean() / (echoed**2).mean()) * 10 ** (level_db / 20)
    return np.concatenate((np.zeros(delay_ms * RATE // 1_000), echoed))[: len(sound)]


def taken_for_echo(microphone: Sound, played: Sound, speaks: Sound) -> float:
    """Return for how much of what is spoken into the microphone it is taken for an echo of what is played."""
    envelope, echo = Envelope(VOICE_RATE), Echo()
    envelope.add(soxr.resample(played, RATE, VOICE_RATE).astype(np.int16))
    noise = np.random.default_rng(1).normal(size=len(microphone)) * 18.0  # -65 dB
    heard = np.clip(microphone + noise, -32_768, 32_767).astype(np.int16)
    loud = np.array([np.sqrt((speaks[at : at + FRAME] ** 2).mean()) for at in range(0, len(speaks) - FRAME, FRAME)])
    verdicts = []
    for number, level in enumerate(loud):
        start = number * FRAME
        echo.push(heard[start : start + FRAME], envelope.before((start + FRAME) * VOICE_RATE // RATE, 2))
        if level > loud.max() / 10:
            verdicts.append(echo.likeness() >= ECHO)
    return float(np.mean(verdicts))


GENIE = clip("old_house", "window", "quick_brown_fox")
USERS = ["time_in_tokyo", "date_today", "until_christmas"]


def saying(user: str, at_s: float = 2.0) -> Sound:
    """Return what a user says, so long after genie has begun."""
    voice = np.zeros(len(GENIE))
    start = round(at_s * RATE)
    voice[start : start + len(clip(user))] = clip(user)
    return voice


@pytest.mark.parametrize("delay_ms", [20, 200, 400])
@pytest.mark.parametrize("level_db", [0, -10, -20])
def test_what_a_room_sends_back_is_an_echo_nearly_from_the_first_word_on(delay_ms: int, level_db: int):
    echoed = room(GENIE, delay_ms, level_db)
    assert taken_for_echo(echoed, GENIE, echoed) > 0.88


@pytest.mark.parametrize("user", USERS)
def test_a_voice_is_none(user: str):
    assert taken_for_echo(saying(user), GENIE, saying(user)) < 0.03


@pytest.mark.parametrize("at_s", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("user", USERS)
def test_most_of_a_voice_in_the_first_moment_of_the_first_answer_is_none(user: str, at_s: float):
    voice = saying(user, at_s)
    assert taken_for_echo(voice, GENIE, voice) < 0.4


@pytest.mark.parametrize(("level_db", "lost"), [(-20, 0.05), (-10, 0.15), (0, 0.45)])
@pytest.mark.parametrize("user", USERS)
def test_a_voice_over_an_echo_is_heard(user: str, level_db: int, lost: float):
    voice = saying(user)
    assert taken_for_echo(voice + room(GENIE, 200, level_db), GENIE, voice) < lost


def test_an_echo_that_is_turned_up_stays_one():
    echoed = room(GENIE, 100, -20)
    echoed[3 * RATE :] *= 4
    assert taken_for_echo(echoed, GENIE, echoed) > 0.9


def test_while_nothing_is_played_nothing_is_an_echo():
    assert taken_for_echo(GENIE, np.zeros(len(GENIE)), GENIE) == 0


def test_1_never_takes_anything_for_an_echo():
    echo = Echo()
    for _ in range(80):
        frame = np.random.default_rng(1).normal(size=FRAME) * 3_000
        echo.push(frame.astype(np.int16), np.full((2, BANDS), -30.0, np.float32))
        assert echo.likeness() < 1
