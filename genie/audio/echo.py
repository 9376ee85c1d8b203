"""Whether the microphone hears what genie plays, its user, or both. Pure.

As echo cancellers tell "double talk" from an echo, but by loudness in bands alone: a client's clock is known to some
ten milliseconds only, and a browser's canceller leaves a rest that no filter can follow. How late the echo comes is
where both envelopes correlate best (WebRTC's `delay_estimator` does so with one bit a band). How loud it is, band by
band, is a low quantile of the differences over the last seconds, which somebody who speaks meanwhile hardly raises
(Martin's minimum statistics, 2001). The user is what exceeds the echo that is to be expected (WebRTC AEC3's
`dominant_nearend_detector`), over a few steps and all bands.
"""

from collections import deque

import numpy as np

from genie.audio.engine import LISTENING_RATE
from genie.audio.loudness import BANDS, FLOOR_DB, STEP_S, Loudness
from genie.audio.pcm import Float32, Int16

DELAYS = 40
"""Steps by which an echo may be late (0.64 s): loudspeaker, air, microphone and the way here."""

REVERB = 0.5
"""What is left of the power of an echo one step later: a room that is silent after a third of a second."""

NEAR = 2
"""Steps by which the delay may be wrong: a client's reports are not evenly late."""

LATELY_S, LONG_S, MEAN_S = 0.5, 4.0, 1.0
"""Over these seconds (of an exponential window) the likeness, the delay and the mean loudness are taken."""

PATH = 190
"""Steps (3 s) in which genie sounds that tell how loud its echo is."""

KNOWN = 56
"""Of these, so many (0.9 s) are needed before they are trusted, as the latest echo has come by then."""

BLIND = 24
"""In so many (0.4 s), once in a listening, whatever sounds may be the echo: they are too few to be alike or not."""

BY_CHANCE = 0.35
"""Likeness of two voices at the best of all delays, taken off until the delay is known: who spoke into the first moment
of the first answer was not heard."""

AT_FIRST_DB = -10.0
"""How loud an echo is taken to be until then, against the loudest of what was played at any delay."""

QUANTILE, FIRST = 0.3, 0.6
"""Of the differences between microphone and loudspeaker that is taken for the echo's: who speaks raises the rest. The
first ones were taken at another delay, and are too low."""

QUIET_DB, LOUD_DB, DEEP_DB = -65.0, -60.0, 35.0
"""What is played more quietly than the first is not heard; a band plays that is louder than the second and not
further below the loudest one than the third (dB)."""

MARGIN_DB, MOST_DB = 6.0, 20.0
"""What exceeds the echo by no more is one yet; what exceeds it by more than both counts no more."""

EXCESS = 8
"""Steps (0.13 s) over which the excess is averaged."""

NOISE_DB, FIRST_NOISE_DB = 3.0, -50.0
"""So far above its floor a band is still noise; where the floor is taken to be at first."""

NOISE_RISE_DB, NOISE_FALL = 0.03, 0.3
"""By so much the floor rises in a step (2 dB a second), and by this share it falls to what is quieter."""

SURE = 0.85
"""From this likeness on it is an echo, however loud: somebody has turned it up."""

HEARD = 0.35
"""Likeness that each dB of excess takes away."""


class Correlation:
    """The correlation of one row of values with others, over an exponential window of some seconds."""

    def __init__(self, seconds: float, others: int) -> None:
        self._share = STEP_S / seconds
        self._products = np.zeros(others, np.float32)
        self._theirs = np.full(others, 1.0, np.float32)
        self._own = 1.0

    def push(self, products: Float32, theirs: Float32, own: float) -> None:
        """Take the sums of a step: each other's product with it, each other's square, and its own."""
        self._products += self._share * (products - self._products)
        self._theirs += self._share * (theirs - self._theirs)
        self._own += self._share * (own - self._own)

    def all(self) -> Float32:
        """Return the correlation with each other, -1..1."""
        likeness: Float32 = self._products / np.sqrt(self._theirs * self._own + 1e-9)
        return likeness


class Echo:
    """Compare a microphone with what is played meanwhile, frame by frame."""

    def __init__(self) -> None:
        self._loudness = Loudness(LISTENING_RATE)
        self._power = np.zeros(BANDS, np.float32)
        self._played = np.full((DELAYS, BANDS), FLOOR_DB, np.float32)
        """What is played with its reverberation, the newest step first."""
        self._played_mean = np.full((DELAYS, BANDS), FLOOR_DB, np.float32)
        self._heard_mean = np.full(BANDS, FLOOR_DB, np.float32)
        self._began = False
        self._noise = np.full(BANDS, FIRST_NOISE_DB, np.float32)
        self._lately, self._long = Correlation(LATELY_S, DELAYS), Correlation(LONG_S, DELAYS)
        self._path = np.full((PATH, BANDS), np.inf, np.float32)
        """Heard against played (dB), step by step; infinite where a band did not play."""
        self._steps = 0
        self._gain = np.full(BANDS, AT_FIRST_DB, np.float32)
        self._excess: deque[float] = deque(maxlen=EXCESS)

    def push(self, frame: Int16, played: Float32) -> None:
        """Take a frame of the microphone, shape (n,) at `LISTENING_RATE`, and the loudness of what was played then."""
        for heard, step in zip(self._loudness.push(frame), played, strict=True):
            self._take(heard, step)
        self._learn()

    def likeness(self) -> float:
        """Return how much what is heard is like an echo, and no more than that: 0 (not at all) to 1."""
        if self._played.max() <= LOUD_DB:
            return 0.0
        if self._steps < BLIND:
            return SURE
        lately, at = self._lately.all(), self._delay
        excess = HEARD * sum(self._excess) / EXCESS
        if not self._known:
            return max(0.0, float(lately.max()) - BY_CHANCE - excess)
        alike = float(lately[max(0, at - NEAR) : at + NEAR + 1].max())
        return alike if alike >= SURE else max(0.0, alike - excess)

    @property
    def _known(self) -> bool:
        return self._steps >= KNOWN

    @property
    def _delay(self) -> int:
        return int(self._long.all().argmax())

    def _take(self, heard: Float32, played: Float32) -> None:
        self._power = 10 ** (played / 10) + REVERB * self._power
        played_db = np.maximum(10 * np.log10(self._power), QUIET_DB)
        self._played = np.concatenate((played_db[None], self._played[:-1]))
        below = heard < self._noise
        self._noise += np.where(below, NOISE_FALL * (heard - self._noise), NOISE_RISE_DB)
        audible = np.maximum(heard, self._noise + NOISE_DB)
        if not self._began:  # what was before is not known: it was no silence
            self._played[:] = self._played_mean[:] = played_db
            self._heard_mean, self._began = audible, True
        self._correlate(audible)
        expected = self._played[self._delay]
        plays = expected > max(LOUD_DB, float(expected.max()) - DEEP_DB)
        if plays.any():
            self._path[self._steps % PATH] = np.where(plays, heard - expected, np.inf)
            self._steps += 1
        if not self._known:
            expected = self._played.max(axis=0)
        excess = heard - np.maximum(expected + self._gain, self._noise + NOISE_DB) - MARGIN_DB
        self._excess.append(float(excess.clip(0.0, MOST_DB).mean()))

    def _correlate(self, heard: Float32) -> None:
        self._played_mean += STEP_S / MEAN_S * (self._played - self._played_mean)
        self._heard_mean += STEP_S / MEAN_S * (heard - self._heard_mean)
        played, here = self._played - self._played_mean, heard - self._heard_mean
        sums = played @ here, np.einsum("db,db->d", played, played), float(here @ here)
        self._lately.push(*sums)
        self._long.push(*sums)

    def _learn(self) -> None:
        """Find how loud the echo is in each band; in one that has not played it is that of the others."""
        known = np.isfinite(self._path).sum(axis=0)
        if not self._known or not known.any():
            return
        ordered = np.sort(self._path, axis=0)
        quantile = FIRST - (FIRST - QUANTILE) * min(1.0, self._steps / PATH)
        gain = ordered[(quantile * np.maximum(0, known - 1)).astype(int), np.arange(BANDS)]
        self._gain = np.where(known > 0, gain, np.median(gain[known > 0])).astype(np.float32)
