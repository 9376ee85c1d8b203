import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.denoise import Denoiser
from genie.audio.pcm import Int16

SECOND = LISTENING_RATE


def noise(seconds: float, loudness: float) -> Int16:
    samples: Int16 = (np.random.default_rng(1).normal(size=round(seconds * SECOND)) * loudness).astype(np.int16)
    return samples


def words(seconds: float, loudness: float) -> Int16:
    """Return what is like speech: a rich buzz in syllables, after a pause of 0.4 s and with pauses."""
    t = np.arange(round(seconds * SECOND)) / SECOND
    buzz = sum(np.sin(2 * np.pi * 140 * n * t) for n in range(1, 24))
    loud = (np.sin(2 * np.pi * 2.2 * t) > -0.3) & (t > 0.4)
    samples: Int16 = (buzz * loud * loudness / 4).astype(np.int16)
    return samples


def cleaned(samples: Int16, step: int = SECOND // 2, first: int = SECOND) -> tuple[Int16, Denoiser]:
    denoiser = Denoiser()
    cuts = [0, *range(first, len(samples), step), len(samples)]
    parts = [denoiser.clean(samples[start:end]) for start, end in itertools.pairwise(cuts)]
    return np.concatenate([*parts, denoiser.rest()]), denoiser


def power(samples: Int16) -> float:
    return float(np.mean(samples.astype(np.float64) ** 2))


@settings(max_examples=50)
@given(st.integers(0, 5_000), st.integers(50, 2_000))
def test_what_comes_out_is_as_long_as_what_came_in(length: int, step: int) -> None:
    assert len(cleaned(noise(length / SECOND, 300), step, first=step)[0]) == length


def test_sound_without_noise_is_left_as_it_is() -> None:
    sound = words(3.0, 4_000)
    assert np.abs(cleaned(sound)[0].astype(int) - sound).max() <= 1


def test_steady_noise_becomes_faint() -> None:
    hiss = noise(4.0, 500)
    clean, denoiser = cleaned(hiss)
    assert power(clean) < 0.1 * power(hiss) and not denoiser.spoken


@pytest.mark.parametrize("loudness", [150, 500])
def test_speech_comes_out_of_the_noise(loudness: int) -> None:
    speech, hiss = words(4.0, 4_000), noise(4.0, loudness)
    clean, denoiser = cleaned(speech + hiss)
    assert denoiser.spoken and power(clean - speech) < 0.5 * power(hiss)


def test_speech_that_begins_at_once_is_not_taken_for_noise() -> None:
    t = np.arange(3 * SECOND) / SECOND
    sound = words(3.4, 4_000)[round(0.4 * SECOND) :] + (np.sin(2 * np.pi * 300 * t) * 2_000 * (1.2 + np.sin(9 * t)) / 2)
    sound = sound.astype(np.int16)
    assert np.abs(cleaned(sound)[0].astype(int) - sound).max() <= 1


def test_silence_is_no_speech() -> None:
    assert not cleaned(np.zeros(2 * SECOND, np.int16))[1].spoken
