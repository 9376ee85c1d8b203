"""Two PocketSphinx decoders that hear the same utterance: one expects commands, the other anything."""

import itertools
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.commands import Commands
from genie.audio.pcm import Int16

HOLD_S = 1.2
"""Seconds of sound before the first of it is decoded.

The decoder subtracts the mean of the sound's spectrum (microphone, room, level), which it cannot know at the start:
with the mean of this much, rather than the built-in guess, a fifth fewer dictated words are wrong on spoken clips.
"""

MARGIN_PER_S = 0.01
"""How much likelier than dictation a command must be, as a difference of logarithmic scores for each second of sound.

Measured on 59 spoken clips: commands score 0.08 to 0.5 above dictation, other sentences at most 0.01.
"""

NARROW = {"maxhmmpf": 3000, "maxwpf": 10, "pl_window": 10}
"""Bounds on dictation's search: a third faster than the defaults, and no less right on spoken clips."""


def dictation_decoder() -> Any:
    """Load the decoder for US English (0.3 s, 90 MiB)."""
    from pocketsphinx import Decoder

    return Decoder(samprate=LISTENING_RATE, loglevel="FATAL", **NARROW)


def command_decoder(commands: Commands) -> Any:
    """Load a decoder that expects nothing but these commands."""
    from pocketsphinx import Decoder

    with tempfile.TemporaryDirectory(prefix="genie-commands-") as folder:  # the library reads models from files only
        model, dictionary = Path(folder) / "commands.lm", Path(folder) / "commands.dict"
        model.write_text(commands.model, encoding="utf-8")
        dictionary.write_text(commands.dictionary, encoding="utf-8")
        return Decoder(samprate=LISTENING_RATE, loglevel="FATAL", lm=str(model), dict=str(dictionary))


def pronunciations(decoder: Any, word: str) -> list[str]:
    """Return how the decoder's dictionary pronounces a word: all variants, none when it is unknown."""
    names = itertools.chain([word], (f"{word}({number})" for number in itertools.count(2)))
    return list(itertools.takewhile(bool, map(decoder.lookup_word, names)))


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
    """Hear one utterance at a time with both decoders and believe the likelier reading."""

    def __init__(self, dictation: Any, command: Any | None) -> None:
        self._decoders = [dictation] if command is None else [dictation, command]
        self._guess = dictation.get_cmn()
        self._forget()

    def _forget(self) -> None:
        self._held: list[Int16] = []
        self._samples = 0
        self._running = False
        self._mean = ""
        self._texts = [""] * len(self._decoders)
        self._believed = 0

    def expect(self, mean: str) -> None:
        """Decode the next utterance with this mean of the spectrum, and its first sample at once."""
        self._mean = mean

    @property
    def text(self) -> str:
        """The likelier text so far."""
        return self._texts[self._believed]

    def hear(self, samples: Int16) -> None:
        """Take the next samples, shape (n,)."""
        self._samples += len(samples)
        if not len(samples):
            return
        if self._running:
            self._feed(samples)
        else:
            self._held.append(samples)
            if self._mean or self._samples >= HOLD_S * LISTENING_RATE:
                self._start()

    def end(self) -> str:
        """End the utterance and return its text."""
        if self._samples and not self._running:
            self._start()
        if self._running:
            for decoder in self._decoders:
                decoder.end_utt()
            self._read()
        text = self.text
        self._forget()
        return text

    def _start(self) -> None:
        """Decode what was held, knowing the mean of its spectrum."""
        held, self._held = np.concatenate(self._held), []
        mean = self._mean or self.mean(held)
        for decoder in self._decoders:
            decoder.set_cmn(mean)
            decoder.start_utt()
        self._running = True
        self._feed(held)

    def mean(self, samples: Int16) -> str:
        """Return the spectrum's mean over these samples, as the library writes it; not amid an utterance."""
        decoder = self._decoders[-1]
        decoder.set_cmn(self._guess)
        decoder.start_utt()
        decoder.process_raw(samples.tobytes(), True, True)  # no search, the whole at once: a millisecond
        mean: str = decoder.get_cmn()
        decoder.end_utt()
        return self._guess if "nan" in mean else mean

    def _feed(self, samples: Int16) -> None:
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
                self._texts[place] = reading.text
        dictated, command = readings[0], readings[-1]
        if len(readings) == 2 and command is not None:
            self._believed = int(command.whole and (dictated is None or self._likelier(command, dictated)))

    def _likelier(self, command: Reading, dictated: Reading) -> bool:
        return command.score - dictated.score > MARGIN_PER_S * self._samples / LISTENING_RATE


def _reading(decoder: Any) -> Reading | None:
    """Return what a decoder understands so far, None when it understands nothing."""
    hypothesis = decoder.hyp()
    if not hypothesis or not hypothesis.hypstr or hypothesis.score <= 0:
        return None
    end = max(segment.end_frame for segment in decoder.seg())
    return Reading(str(hypothesis.hypstr), math.log(hypothesis.score), end >= decoder.n_frames() - LATE)
