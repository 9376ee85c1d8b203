"""Whether the microphone hears what genie plays: their loudness, band by band, goes up and down alike. Pure.

A room delays, weakens and colours what it echoes, but leaves its envelope as it is: the likeness is the correlation of
log energies in a few bands, over the last moments, at the best of all delays that devices have.
"""

from collections import deque
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from genie.audio.engine import LISTENING_RATE
from genie.audio.pcm import Float32, Int16

STEP_S = 0.016
"""Seconds of one step of an envelope: half a frame of the detector."""

EDGES_HZ = (200.0, 450.0, 900.0, 1_600.0, 2_600.0, 4_000.0)
"""Between these lie the bands: what small loudspeakers play, and what speech has."""

BANDS = len(EDGES_HZ) - 1
FLOOR_DB = -75.0
"""What is quieter counts as silence."""

WINDOW = 44
"""Steps that are compared (0.7 s): two syllables and a pause tell one voice from another."""

DELAYS = 38
"""Steps by which an echo may be late (0.6 s): loudspeaker, air, microphone and the way here."""

KEPT_S = 12.0
"""Seconds of an envelope that are kept: sound is sent a few seconds before it is played."""

SILENCE: Float32 = np.full((1, BANDS), FLOOR_DB, np.float32)


def levels(samples: Int16, rate: int) -> Float32:
    """Return the loudness (dB of full scale) of whole steps of a sound, band by band, shape (steps, BANDS)."""
    step = round(STEP_S * rate)
    steps = samples[: len(samples) - len(samples) % step].reshape(-1, step).astype(np.float32) / np.float32(32768.0)
    power = np.abs(np.fft.rfft(steps * np.hanning(step).astype(np.float32), axis=1)) ** 2 / step**2
    edges = np.searchsorted(np.fft.rfftfreq(step, 1 / rate), EDGES_HZ)
    bands = np.stack([power[:, a:b].sum(axis=1) for a, b in pairwise(edges)], axis=1)
    loud: Float32 = np.maximum(10 * np.log10(bands + 1e-12), FLOOR_DB).astype(np.float32)
    return loud


class Envelope:
    """The loudness of a speech that is played, by its samples."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._step = round(STEP_S * rate)
        self._left = np.zeros(0, np.int16)
        self._levels: deque[Float32] = deque(maxlen=round(KEPT_S / STEP_S))
        self._count = 0

    def add(self, samples: Int16) -> None:
        """Take the next samples, shape (n,)."""
        joined = np.concatenate((self._left, samples))
        whole = len(joined) - len(joined) % self._step
        self._left = joined[whole:]
        self._levels.extend(levels(joined[:whole], self._rate))
        self._count += whole // self._step

    def before(self, sample: int, steps: int) -> Float32:
        """Return the loudness of the steps up to a sample, shape (steps, BANDS); silence where nothing is known."""
        end = sample // self._step - (self._count - len(self._levels))
        wanted = [self._levels[at] if 0 <= at < len(self._levels) else SILENCE[0] for at in range(end - steps, end)]
        return np.stack(wanted)


class Echo:
    """Compare a microphone with what is played meanwhile, frame by frame."""

    def __init__(self) -> None:
        self._heard: Float32 = np.repeat(SILENCE, WINDOW, axis=0)
        self._played: Float32 = np.repeat(SILENCE, WINDOW + DELAYS, axis=0)

    def push(self, frame: Int16, played: Float32) -> None:
        """Take a frame of the microphone, shape (n,) at `LISTENING_RATE`, and the loudness of what was played then."""
        heard = levels(frame, LISTENING_RATE)
        self._heard = np.concatenate((self._heard[len(heard) :], heard))
        self._played = np.concatenate((self._played[len(played) :], played))

    def likeness(self) -> float:
        """Return how alike the two are, at the best delay: 0 (not at all) to 1."""
        heard = self._heard - self._heard.mean(axis=0)
        windows = sliding_window_view(self._played, WINDOW, axis=0).transpose(0, 2, 1)
        played = windows - windows.mean(axis=1, keepdims=True)
        products = np.einsum("wb,dwb->d", heard, played)
        powers = np.sqrt((heard**2).sum() * (played**2).sum(axis=(1, 2)))
        return float(max(0.0, np.max(products / np.maximum(powers, 1.0))))
