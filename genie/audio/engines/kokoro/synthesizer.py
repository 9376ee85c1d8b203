"""Kokoro: a folder with config.json, one .pth file and voices/*.pt, 24 kHz. Its weights, on a network run here."""

import hashlib
import time
from collections.abc import Generator, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from genie.audio.engine import Card, Mark, Moment, Passage, Take
from genie.audio.engines import accelerator
from genie.audio.engines.english_model import PLAIN_ENGLISH, english_model_installed
from genie.audio.engines.kokoro.front import Front
from genie.audio.engines.kokoro.network import SAMPLES_PER_FRAME, Network, Precision, Utterance
from genie.audio.engines.kokoro.said import Said
from genie.audio.engines.kokoro.voices import Voices, name_of
from genie.audio.engines.kokoro_names import NAME
from genie.audio.engines.moments import APART_S, Moments
from genie.audio.engines.pieces import placed
from genie.audio.pcm import Int16, Pcm
from genie.audio.speed import checked_speed
from genie.errors import StageFailed

RATE = 24_000

LONGEST_PIECE = 400
"""Characters; bounds the wait for the first sound and the memory of one call. A caption is one take."""

LEAD = 3
"""Frames that a word is heard before the network counts it, as the package has it."""


class KokoroSynthesizer:
    """Speak with Kokoro-82M, or a checkpoint of its shape."""

    def __init__(
        self,
        folder: str,
        *,
        model: str = "",
        voice: str = "",
        language: str = "",
        device: str = "auto",
        threads: int = 1,
        precision: Literal["auto"] | Precision = "auto",
        apart_s: float = APART_S,
    ) -> None:
        """Load the checkpoint in `folder`; `voice` and `language` hold where a call names none. Nothing is fetched.

        `model` is its name for people; others have a moment after each `apart_s` seconds of work. Raises StageFailed
        `bad_model`, or whatever torch raises for broken weights.
        """
        torch.set_num_threads(threads)
        self._folder = Path(folder)
        self._name = model or self._folder.name
        self._network = Network(self._folder, accelerator.device(device), precision)
        self._voices = Voices(self._folder, self._network.device, voice=voice, language=language)
        self._fronts: dict[str, Front] = {}
        self._moments = Moments(apart_s)
        list(self.synthesize(Passage("Hello.")))  # warm
        self._pace = self._paced()

    def describe(self) -> Card:
        network = self._network
        notes = (f"in {network.precision}", "" if english_model_installed() else PLAIN_ENGLISH)
        return Card(
            name=NAME,
            device=network.device,
            model=self._name,
            note="; ".join(filter(None, notes)),
            rate=RATE,
            voice=name_of(self._voices.find(None, None)),
            pace=self._pace,
            voices=tuple(self._voices.all()),
            blends=True,
            edition=self._edition(),
        )

    def synthesize(self, passage: Passage) -> Iterator[Take | Moment]:
        """Yield the sound of a piece at a time, and moments for others; nothing for a text without anything to say."""
        speed = checked_speed(passage.speed)
        voice = self._voices.find(passage.voice, passage.language)
        styles, front = self._voices.styles(voice), self._front(voice[0][0][0])
        for piece, places in placed(passage.text, LONGEST_PIECE):
            said = front(piece, passage.phones).of(places).known(self._network.vocabulary)
            for part in said.parts(min(self._network.longest, len(styles))):
                seed = _seed(name_of(voice), speed, part.phonemes)
                work = self._utter(part.phonemes, styles, speed, seed)
                utterance, work_s = yield from self._moments.during(work)
                samples = _sound(utterance)
                yield Take(samples, tuple(_marks(part, utterance.frames, len(samples))), work_s)

    def _paced(self) -> float:
        """Return the seconds of work for a second of sound: the thread's own, as another engine may load beside it."""
        began = time.thread_time()
        given = self.synthesize(Passage("This is how long a sentence takes me."))
        samples = sum(len(take.samples) for take in given if isinstance(take, Take))
        return (time.thread_time() - began) * RATE / max(1, samples)

    def _utter(self, phonemes: str, styles: Tensor, speed: float, seed: int) -> Generator[None, None, Utterance]:
        style = styles[len(phonemes) - 1]
        return accelerator.steps_within_memory(lambda: self._network(phonemes, style, speed, seed))

    def _front(self, letter: str) -> Front:
        if letter not in self._fronts:
            self._fronts[letter] = Front(letter)
        return self._fronts[letter]

    def _edition(self) -> str:
        """Return what changes when a file of the checkpoint does, which are too large to read, or the precision."""
        files = (*self._folder.glob("*.pth"), *self._folder.glob("voices/*.pt"))
        shapes = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
        return hashlib.blake2b(repr((shapes, self._network.precision)).encode(), digest_size=8).hexdigest()


def _seed(voice: str, speed: float, phonemes: str) -> int:
    """Return the seed of a passage's noise: it sounds the same, whatever is spoken before it or beside it."""
    digest = hashlib.blake2b(repr((voice, speed, phonemes)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _sound(utterance: Utterance) -> Int16:
    samples = utterance.samples.numpy()
    if not np.isfinite(samples).all():
        raise StageFailed("bad_sound", "Kokoro made values that are no sound; its weights may be damaged")
    return Pcm.from_float(RATE, samples).samples


def _marks(said: Said, frames: tuple[int, ...], samples: int) -> Iterator[Mark]:
    """Yield where words begin: half of the space before a word is counted to it."""
    before = list(accumulate(frames, initial=0))
    for word in said.words:
        space = frames[word.at] / 2 if said.phonemes[word.at - 1 : word.at] == " " else 0.0
        frame = max(0.0, before[word.at + 1] - space - LEAD)
        yield Mark(word.start, word.end, min(samples - 1, round(frame * SAMPLES_PER_FRAME)))
