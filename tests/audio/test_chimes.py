"""Chimes: bounded, without clicks, the same each time, and each another."""

import itertools

import numpy as np
import pytest

from genie.audio.chimes import NAMES, PEAK, chime

RATES = (8_000, 16_000, 22_050, 24_000, 48_000)

BOTH = list(itertools.product(NAMES, RATES))


@pytest.mark.parametrize(("name", "rate"), BOTH)
def test_a_chime_is_short_and_no_louder_than_speech(name, rate):
    sound = chime(name, rate)
    assert 0.7 < len(sound) / rate < 1.3
    assert np.abs(sound.astype(int)).max() == pytest.approx(PEAK * 32_768, rel=0.01)


@pytest.mark.parametrize(("name", "rate"), BOTH)
def test_a_chime_does_not_click(name, rate):
    """It begins and ends in silence, and no step is larger than its highest part at its loudest could make."""
    sound = chime(name, rate).astype(float)
    assert np.abs(sound[[0, -1]]).max() <= 1
    steps = np.abs(np.diff(sound))
    assert steps.max() <= 2 * np.pi * 5_000 / rate * PEAK * 32_768
    edge = round(0.001 * rate)
    assert steps[:edge].max() < 0.1 * steps.max() and steps[-edge:].max() < 0.01 * steps.max()


@pytest.mark.parametrize("name", NAMES)
def test_a_chime_is_the_same_each_time_and_sounds_alike_at_every_rate(name):
    assert (chime(name, 16_000) == chime(name, 16_000)).all()
    pitches = {round(loudest_hz(chime(name, rate), rate), -1) for rate in RATES}
    assert max(pitches) - min(pitches) <= 10


def test_each_chime_is_another():
    sounds = [chime(name, 24_000).tobytes() for name in NAMES]
    assert len(set(sounds)) == len(NAMES)


def loudest_hz(sound: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 4 * rate))
    return float(spectrum.argmax() / 4)
