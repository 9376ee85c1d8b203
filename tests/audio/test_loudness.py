from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from genie.audio.loudness import BANDS, EDGES_HZ, FLOOR_DB, Envelope, Loudness

RATE = 16_000
SOUND = soundfile.read(Path(__file__).parent.parent / "clips" / "time.wav", dtype="int16")[0]


def test_where_nothing_is_known_is_silence():
    envelope = Envelope(RATE)
    envelope.add(np.full(1_000, 9_000, np.int16))
    assert envelope.before(0, 3).shape == (3, BANDS)
    assert (envelope.before(10**6, 2) == FLOOR_DB).all()


def test_an_envelope_is_the_same_however_it_comes():
    whole, parts = Envelope(RATE), Envelope(RATE)
    whole.add(SOUND)
    for start in range(0, len(SOUND), 1_001):
        parts.add(SOUND[start : start + 1_001])
    assert np.array_equal(whole.before(9_000, 30), parts.before(9_000, 30))
    assert np.array_equal(whole.before(256 * 30, 30), Loudness(RATE).push(SOUND)[:30])


def test_a_tone_is_in_its_band():
    for rate in (16_000, 22_050, 24_000):
        for band, (low, high) in enumerate(pairwise(EDGES_HZ)):
            tone = 16_384 * np.sin(2 * np.pi * (low + high) / 2 * np.arange(rate) / rate)
            loud = Loudness(rate).push(tone.astype(np.int16))[10]
            assert int(loud.argmax()) == band
            assert abs(loud[band] - loud.max()) < 1
