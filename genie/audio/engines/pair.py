"""Two PocketSphinx decoders that hear the same utterance: one expects commands, the other anything."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.denoise import Denoiser
from genie.audio.engines.sphinx import MARK
from genie.audio.engines.spotter import LONGEST_S, Spotter
from genie.audio.pcm import Int16

HOLD_S = 1.2
"""Seconds of sound before the first of it is decoded.

The decoder subtracts the mean of the sound's spectrum (microphone, room, level), which it cannot know at the start:
with the mean of this much, rather than the built-in guess, a fifth fewer dictated words are wrong on spoken clips.
To begin earlier and once more with this much shows words half a second sooner, but changed what was heard in the end.
"""

AGAIN_S = 4.0
"""Seconds of an utterance that are kept, to hear it once more when speech goes on after it seemed to be over."""

MARGIN_PER_S = 0.01
"""How much likelier than dictation a command must be, as a difference of logarithmic scores for each second of sound.

Measured on 59 spoken clips: commands score 0.08 to 0.5 above dictation, other sentences at most 0.01.
"""

BLOCK = 3_200
"""Samples that are decoded together, so that the same is heard however the sound came: a busy machine gave it in longer
pieces, and "jumped so for the lazy dog" became "jumped over the lazy dog". For 0.2 s at most a partial waits."""

STEP = 8_000
"""Samples given to the library at once: of a longer stretch it silently drops frames (seen with 5.1.1 at 80,000)."""

LATE = 30
"""Frames (of 10 ms) by which a reading may end before the sound does: a search that died ends where it died."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a decoder understands: a text, its logarithmic score, and whether it reaches to the end of the sound."""

    text: str
    score: float
    whole: bool


class Pair:
    """Hear one utterance at a time with both decoders and believe the likelier reading.

    Said into an answer, one that is nothing but a phrase of the spotter's is believed to be that: both are too sure of
    longer sentences.
    """

    def __init__(self, dictation: Any, command: Any | None, spellings: Mapping[str, str], spotter: Spotter) -> None:
        """Take the decoders, how the user spells words of their own, and what spots the shortest utterances."""
        self._spotter = spotter
        self._decoders = [dictation] if command is None else [dictation, command]
        self._spellings = spellings
        self._guess = dictation.get_cmn()
        self._forget()

    def _forget(self) -> None:
        self._kept: list[Int16] = []
        self._waiting: Int16 = np.zeros(0, np.int16)
        self._samples = 0
        self._running = False
        self._ended = False
        self._mean = ""
        self._into_answer = False
        self._spotted = ""
        self._denoiser = Denoiser()
        self._texts = [""] * len(self._decoders)
        self._believed = 0

    @property
    def text(self) -> str:
        """The likelier text so far, empty for the first 1.2 s and where nobody spoke."""
        return self._spotted or (self._texts[self._believed] if self._denoiser.spoken else "")

    def expect(self, mean: str) -> None:
        """Decode the next utterance with this mean of the spectrum, and its first sample at once."""
        self._mean = mean

    def expect_a_stop(self) -> None:
        """Take the next utterance for one that is said into an answer: it may be a phrase of the spotter's."""
        self._into_answer = True

    def hear(self, samples: Int16) -> None:
        """Take the next samples, shape (n,)."""
        if not len(samples):
            return
        self._samples += len(samples)
        if self._samples <= AGAIN_S * LISTENING_RATE or not self._running:
            self._kept.append(samples)
        if self._ended:
            self._ended, self._spotted = False, ""
            self._waiting = np.concatenate(self._kept)  # it was not the end: all of it once more
        else:
            self._waiting = np.concatenate((self._waiting, samples))
        while len(self._waiting) >= (size := self._wanted()) > 0:
            self._take(size)

    def pause(self) -> None:
        """The utterance may be over: read it to its end, unless it is too long to be read once more if it is not."""
        if not self._ended and self._samples <= AGAIN_S * LISTENING_RATE:
            self._finish()

    def end(self) -> str:
        """End the utterance and return its text."""
        if not self._ended:
            self._finish()
        text = self.text
        self._forget()
        return text

    def _wanted(self) -> int:
        """Return how many samples are to be decoded together next."""
        if self._mean:
            return len(self._waiting)
        return BLOCK if self._running else round(HOLD_S * LISTENING_RATE)

    def _take(self, size: int) -> None:
        """Decode the next samples; with the first of them their noise and the mean of their spectrum are known."""
        samples, self._waiting = self._waiting[:size], self._waiting[size:]
        if self._running:
            self._decode(self._denoiser.clean(samples))
            return
        self._denoiser = Denoiser()
        clean = self._denoiser.clean(samples)
        mean = self._mean or self.mean(clean)
        for decoder in self._decoders:
            decoder.set_cmn(mean)
            decoder.start_utt()
        self._running = True
        self._decode(clean)

    def _stop(self) -> None:
        if self._running:
            for decoder in self._decoders:
                decoder.end_utt()
        self._running = False

    def _finish(self) -> None:
        """Read the utterance to its end, unless it is one of the spotter's phrases: that is known sooner."""
        self._ended = True
        if self._into_answer and self._samples <= LONGEST_S * LISTENING_RATE:
            self._spotted = self._spotter.spot(np.concatenate([np.zeros(0, np.int16), *self._kept]))
        if self._spotted:
            self._stop()
            return
        if len(self._waiting):
            self._take(len(self._waiting))
        if self._running:
            self._decode(self._denoiser.rest())
            self._stop()
            self._read()

    def mean(self, samples: Int16) -> str:
        """Return the spectrum's mean over these samples, as the library writes it; not amid an utterance."""
        decoder = self._decoders[-1]
        decoder.set_cmn(self._guess)
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), True, True)  # no search, the whole at once: a millisecond
        mean: str = decoder.get_cmn()
        decoder.end_utt()
        return self._guess if "nan" in mean else mean

    def _decode(self, samples: Int16) -> None:
        for start in range(0, len(samples), STEP):
            step = samples[start : start + STEP].tobytes()
            for decoder in self._decoders:
                decoder.process_raw(step, False, False)
        self._read()

    def _read(self) -> None:
        """Take each decoder's reading; one that ends without any keeps the text it had."""
        readings = [_reading(decoder) for decoder in self._decoders]
        for place, reading in enumerate(readings):
            if reading is not None:
                self._texts[place] = self._spelled(reading.text)
        dictated, command = readings[0], readings[-1]
        if len(readings) == 2 and command is not None:
            self._believed = int(command.whole and (dictated is None or self._likelier(command, dictated)))

    def _likelier(self, command: Reading, dictated: Reading) -> bool:
        return command.score - dictated.score > MARGIN_PER_S * self._samples / LISTENING_RATE

    def _spelled(self, text: str) -> str:
        """Write the user's own words as the user does."""
        words = (word.rstrip(MARK) if word.endswith(MARK) else None for word in text.split())
        return " ".join(
            said if own is None else self._spellings.get(own, own)
            for said, own in zip(text.split(), words, strict=True)
        )


def _reading(decoder: Any) -> Reading | None:
    """Return what a decoder understands so far, None when it understands nothing."""
    hypothesis = decoder.hyp()
    if not hypothesis or not hypothesis.hypstr or hypothesis.score <= 0:
        return None
    end = max(segment.end_frame for segment in decoder.seg())
    return Reading(str(hypothesis.hypstr), math.log(hypothesis.score), end >= decoder.n_frames() - LATE)
