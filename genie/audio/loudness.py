"""How loud a sound is, band by band, in steps of 16 ms. Pure."""

from collections import deque

import numpy as np

from genie.audio.pcm import Float32, Int16

STEP_S = 0.016
"""Seconds from one step to the next: half a frame of the detector. Each is heard with the one before it."""

EDGES_HZ = (200, 350, 500, 700, 950, 1_250, 1_650, 2_200, 3_000, 4_200, 6_000)
"""Between these lie the bands: what small loudspeakers play, and where a voice has its tones and its hiss."""

BANDS = len(EDGES_HZ) - 1
FLOOR_DB = -85.0
"""What is quieter counts as silence, dB of full scale."""

KEPT_S = 12.0
"""Seconds of an envelope that are kept: sound is sent a few seconds before it is played."""

SILENCE: Float32 = np.full((1, BANDS), FLOOR_DB, np.float32)


class Loudness:
    """Take the samples of one stream at `rate` Hz, and say how loud its steps are."""

    def __init__(self, rate: int) -> None:
        self._step = round(STEP_S * rate)
        self._window = (np.hanning(2 * self._step) / (2 * self._step)).astype(np.float32)
        self._edges = np.searchsorted(np.fft.rfftfreq(2 * self._step, 1 / rate), EDGES_HZ)
        self._left = np.zeros(self._step, np.float32)

    def push(self, samples: Int16) -> Float32:
        """Take the next samples, shape (n,), and return the steps that are whole now in dB, shape (steps, BANDS)."""
        sound = np.concatenate((self._left, samples.astype(np.float32) / np.float32(32_768.0)))
        count = max(0, len(sound) // self._step - 1)
        self._left = sound[count * self._step :]
        halves = sound[: (count + 1) * self._step].reshape(-1, self._step)
        spectra = np.fft.rfft(np.concatenate((halves[:-1], halves[1:]), axis=1) * self._window, axis=1)
        power = np.pad(np.abs(spectra) ** 2, ((0, 0), (0, 1)))  # a slow rate has no high bands
        power = np.add.reduceat(power, self._edges, axis=1)[:, :BANDS]
        loud: Float32 = (10 * np.log10(power + 10 ** (FLOOR_DB / 10))).astype(np.float32)
        return loud


class Envelope:
    """The loudness of a speech that is played, by its samples."""

    def __init__(self, rate: int) -> None:
        self._step = round(STEP_S * rate)
        self._loudness = Loudness(rate)
        self._levels: deque[Float32] = deque(maxlen=round(KEPT_S / STEP_S))
        self._count = 0

    def add(self, samples: Int16) -> None:
        """Take the next samples, shape (n,)."""
        levels = self._loudness.push(samples)
        self._levels.extend(levels)
        self._count += len(levels)

    def before(self, sample: int, steps: int) -> Float32:
        """Return the loudness of the steps up to a sample, shape (steps, BANDS); silence where nothing is known."""
        end = sample // self._step - (self._count - len(self._levels))
        wanted = [self._levels[at] if 0 <= at < len(self._levels) else SILENCE[0] for at in range(end - steps, end)]
        return np.stack(wanted)
