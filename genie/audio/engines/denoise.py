"""Take steady noise (fan, hiss, hum) off speech as it arrives. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genie.audio.pcm import Int16

SIZE = 512
"""Samples whose spectrum is looked at together: 32 ms."""

HOP = 128

QUIET = 0.15
"""Part of the sound that is taken for pauses: what a frequency holds there is noise."""

EVEN = 1.4
"""How much louder than its quietest moments steady noise is in pauses (1.15 at most, measured); more, and what is taken
for noise is speech without a pause: four human clips, which have 2.2 to 32, are heard worse without it."""

FAINT = 1e4
"""How much louder than noise speech is (40 dB) where noise does no harm."""

SMOOTH = 8
"""Spectra that are averaged before the quietest are looked for: a single one is quiet by chance."""

BIAS = 1.3
"""How much louder noise is than in its quietest moments."""

LEAST = 0.2
"""What is left of noise: a deeper hole in the spectrum is as strange to an acoustic model as the noise was."""

KEEP = 0.96
"""Weight of the last spectrum in what is taken for speech: without it single frequencies flicker."""

MEMORY = 625
"""Spectra (5 s) from which the noise is known: it may change."""

VOICED = slice(8, 128)
"""250 to 4,000 Hz, where speech is."""

OPEN = 0.35
"""Part of a spectrum's voiced range that passes where somebody speaks; steady noise reaches 0.32 at most (measured)."""

SHORTEST = 8
"""Open spectra (64 ms) without which nobody spoke."""

Samples = NDArray[Any]
Spectra = NDArray[np.float64]


class Denoiser:
    """Wiener filter with a decision-directed estimate of the speech (Ephraim and Malah 1984, section V).

    The noise is what each frequency holds in the quietest part of the sound so far (Stahl, Fischer and Bippus 2000),
    so the first samples should be a second or so, given at once: they also tell whether there is any.
    It takes 7 ms for each second of sound.
    """

    def __init__(self) -> None:
        self._window = np.sqrt(np.hanning(SIZE + 1)[:-1])
        self._waiting: Samples = np.zeros(SIZE - HOP)
        self._sum: Samples = np.zeros(SIZE - HOP)
        self._lead = SIZE - HOP
        self._behind = 0
        self._power = np.zeros((0, SIZE // 2 + 1))
        self._speech = np.zeros(SIZE // 2 + 1)
        self._open = 0
        self._noisy: bool | None = None

    @property
    def spoken(self) -> bool:
        """Say whether anything but steady noise was heard."""
        return self._open >= SHORTEST

    def clean(self, samples: Int16) -> Int16:
        """Take the next samples, shape (n,), and return what is ready: of noisy sound all but the last 32 ms."""
        sound = np.concatenate((self._waiting, samples))
        raw = sound[len(sound) - len(samples) - self._behind :]
        clean = self._filtered(samples)
        if self._noisy is False:
            self._behind = 0
            return raw.astype(np.int16)
        self._behind += len(samples) - len(clean)
        return clean

    def rest(self) -> Int16:
        """Return the last of the clean sound, which is then as long as what came in."""
        return self._filtered(np.zeros(SIZE, np.int16))[: self._behind]

    def _filtered(self, samples: Int16) -> Int16:
        sound = np.concatenate((self._waiting, samples))
        if len(sound) < SIZE:
            self._waiting = sound
            return np.zeros(0, np.int16)
        frames = np.lib.stride_tricks.sliding_window_view(sound, SIZE)[::HOP]
        self._waiting = sound[len(frames) * HOP :]
        spectra = np.fft.rfft(frames * self._window)
        gains = self._gains(np.abs(spectra) ** 2)
        return self._joined(np.fft.irfft(spectra * gains, SIZE) * self._window)

    def _gains(self, power: Spectra) -> Spectra:
        """Return what part of each frequency passes, all of it where there is no steady noise."""
        passes = np.empty_like(power)
        for place, ratio in enumerate(power / self._noise(power)):
            speech = KEEP * self._speech + (1 - KEEP) * np.maximum(ratio - 1, 0)
            passes[place] = np.maximum(speech / (1 + speech), LEAST)
            self._speech = passes[place] ** 2 * ratio
        self._open += int((passes[:, VOICED].mean(axis=1) > OPEN).sum())
        return passes if self._noisy else np.ones_like(passes)

    def _noise(self, power: Spectra) -> Spectra:
        """Return the noise's power at each frequency, shape (257,)."""
        known = np.concatenate((self._power, power))
        self._power = known[-MEMORY:]
        sums = np.cumsum(known, axis=0)
        smooth = (sums[SMOOTH:] - sums[:-SMOOTH]) / SMOOTH if len(known) > SMOOTH else known
        if self._noisy is None:
            self._noisy = _noisy(smooth)
        noise: Spectra = BIAS * np.quantile(smooth, QUIET, axis=0)
        return noise + 1.0  # the power of digital silence is not nought, and one is far below a sample's rounding

    def _joined(self, frames: Spectra) -> Int16:
        """Overlap the frames with what came before and return the samples that no later frame changes."""
        sound = np.zeros(len(frames) * HOP + SIZE - HOP)
        sound[: SIZE - HOP] = self._sum
        for place, frame in enumerate(frames):
            sound[place * HOP : place * HOP + SIZE] += frame
        ready = len(frames) * HOP
        self._sum = sound[ready:]
        lead = min(self._lead, ready)
        self._lead -= lead
        clean: Int16 = (sound[lead:ready] * (2 * HOP / SIZE)).round().clip(-32768, 32767).astype(np.int16)
        return clean


def _noisy(smooth: Spectra) -> bool:
    """Say whether the pauses hold even noise that is loud beside the speech."""
    lowest, quiet, loud = np.quantile(smooth.sum(axis=1), (0.02, QUIET, 0.9))
    return bool(quiet <= EVEN * lowest and loud < FAINT * quiet)
