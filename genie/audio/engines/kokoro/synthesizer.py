"""Kokoro by the kokoro package: a folder with config.json, one .pth file and voices/*.pt, 24 kHz."""

import hashlib
import importlib.metadata
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from genie.audio.engine import Card, Passage, Take, Voice
from genie.audio.engines import accelerator
from genie.audio.engines.kokoro_names import LANGUAGES, NAME, voice_of
from genie.audio.engines.pieces import pieces
from genie.audio.pcm import Int16, Pcm
from genie.errors import BadInput, StageFailed

RATE = 24_000
DEFAULT_VOICE = "af_heart"

LONGEST_PIECE = 200
"""Characters; bounds the wait for the first sound and the memory of one call."""

MAX_PHONEMES = 510
"""What the model takes at once."""

ENGLISH_MODEL = "en_core_web_sm"
PLAIN_ENGLISH = f"pronounces English by eSpeak's rules; with the spaCy model {ENGLISH_MODEL} installed it does better"

Phonemize = Callable[[str], str]


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
    ) -> None:
        """Load the checkpoint in `folder`; `voice` and `language` hold where a call names none. Nothing is fetched.

        `model` is its name for people. Raises StageFailed `bad_model`, or whatever torch raises for broken weights.
        """
        import torch

        torch.set_num_threads(threads)
        self._torch = torch
        self._folder = Path(folder)
        self._name = model or self._folder.name
        self._device = accelerator.device(device)
        self._model = _load(self._folder).to(self._device).eval()
        self._voices = {
            file.stem: file for file in sorted(self._folder.glob("voices/*.pt")) if file.stem[0] in LANGUAGES
        }
        self._packs: dict[str, Any] = {}
        self._front_ends: dict[str, Phonemize] = {}
        self._voice, self._language = voice, language or LANGUAGES["a"]
        list(self.synthesize(Passage("Hello.")))  # warm
        self._pace = self._paced()

    def describe(self) -> Card:
        note = "" if english_model_installed() else PLAIN_ENGLISH
        voice = self._find(None, None)
        return Card(
            name=NAME,
            device=self._device,
            model=self._name,
            note=note,
            rate=RATE,
            voice=voice,
            pace=self._pace,
            voices=tuple(self.voices()),
            edition=_edition(self._folder),
        )

    def voices(self) -> list[Voice]:
        return [voice_of(name) for name in self._voices]

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        """Yield the sound of a piece at a time; nothing for a text without anything to say."""
        name = self._find(passage.voice, passage.language)
        pack, phonemize = self._pack(name), self._front_end(name[0])
        for piece in pieces(passage.text, LONGEST_PIECE):
            known = "".join(phoneme for phoneme in phonemize(piece) if phoneme in self._model.vocab)
            for phonemes in pieces(known, min(MAX_PHONEMES, len(pack))):
                yield Take(self._sound(phonemes, pack, passage.speed))

    def _paced(self) -> float:
        """Return the seconds of work for a second of sound."""
        began = time.monotonic()
        samples = sum(len(take.samples) for take in self.synthesize(Passage("This is how long a sentence takes me.")))
        return (time.monotonic() - began) * RATE / max(1, samples)

    def _sound(self, phonemes: str, pack: Any, speed: float) -> Int16:
        def run() -> Any:
            with self._torch.inference_mode():
                return self._model(phonemes, pack[len(phonemes) - 1], speed)

        samples = accelerator.within_memory(run).reshape(-1).numpy()
        if not np.isfinite(samples).all():
            raise StageFailed("bad_sound", "Kokoro made values that are no sound; its weights may be damaged")
        return Pcm.from_float(RATE, samples).samples

    def _pack(self, name: str) -> Any:
        """Return the voice's tensor of shape (phonemes, 1, 256), read when it is first used."""
        if name not in self._packs:
            self._packs[name] = self._torch.load(self._voices[name], weights_only=True, map_location=self._device)
        return self._packs[name]

    def _front_end(self, letter: str) -> Phonemize:
        if letter not in self._front_ends:
            self._front_ends[letter] = _front_end(letter)
        return self._front_ends[letter]

    def _find(self, voice: str | None, language: str | None) -> str:
        """Return the named voice, which must speak the named language, or one that speaks the language."""
        if not voice and not language:
            voice, language = self._voice, "" if self._voice else self._language
        if not voice:
            return self._speaker_of(language or "")
        if voice not in self._voices:
            known = ", ".join(self._voices)
            raise BadInput("unknown_voice", f"Kokoro has no voice {voice}; it has {known}", field="voice")
        if language and _primary(language) != _primary(LANGUAGES[voice[0]]):
            spoken = LANGUAGES[voice[0]]
            raise BadInput(
                "unsupported_language", f"the voice {voice} speaks {spoken}, not {language}", field="language"
            )
        return voice

    def _speaker_of(self, language: str) -> str:
        """Return a voice for the language: the default where it fits, one of the very tag before one of its family."""
        tag = language.replace("_", "-").lower()
        names = sorted(self._voices, key=lambda name: (LANGUAGES[name[0]] != tag, name != DEFAULT_VOICE))
        for name in names:
            if _primary(LANGUAGES[name[0]]) == _primary(tag):
                return name
        spoken = ", ".join(sorted({LANGUAGES[name[0]] for name in self._voices}))
        raise BadInput("unsupported_language", f"Kokoro speaks {spoken}, not {language}", field="language")


def english_model_installed() -> bool:
    """Say whether the spaCy model is there, by the very test after which misaki would fetch it with pip."""
    try:
        importlib.metadata.distribution(ENGLISH_MODEL)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _front_end(letter: str) -> Phonemize:
    """Return what turns text of a language into Kokoro's phonemes."""
    from misaki import en, espeak

    if letter not in "ab":
        rules = espeak.EspeakG2P(language=LANGUAGES[letter])
        return lambda text: rules(text)[0] or ""
    fallback = espeak.EspeakFallback(british=letter == "b")
    if english_model_installed():
        dictionary = en.G2P(trf=False, british=letter == "b", fallback=fallback, unk="")
        return lambda text: dictionary(text)[0]
    return lambda text: fallback(en.MToken(text=text, tag="", whitespace=""))[0] or ""


def _load(folder: Path) -> Any:
    weights = sorted(folder.glob("*.pth"))
    if len(weights) != 1:
        raise StageFailed("bad_model", f"{folder} should hold one .pth file, but holds {len(weights)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kokoro is built with calls that torch deprecates
        from kokoro import KModel

        return KModel(repo_id=folder.name, config=str(folder / "config.json"), model=str(weights[0]))


def _edition(folder: Path) -> str:
    """Return what changes when a file of the checkpoint does, without reading them: hundreds of megabytes."""
    files = (*folder.glob("*.pth"), *folder.glob("voices/*.pt"))
    shapes = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    return hashlib.blake2b(repr(shapes).encode(), digest_size=8).hexdigest()


def _primary(language: str) -> str:
    return language.replace("_", "-").lower().partition("-")[0]
