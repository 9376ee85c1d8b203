"""Speech with the time of each word, by the eSpeak NG library that the espeakng-loader wheel carries."""

import ctypes
import shutil
import tempfile
import weakref
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import espeakng_loader
import numpy as np
import soxr

RATE = 16_000

SYNCHRONOUS, DONT_EXIT, UTF8 = 2, 0x8000, 1
SPEED, PITCH, RANGE = 1, 3, 4
TERMINATED, WORD = 0, 1

AUDIBLE = 40
"""Of 32,768: what is quieter at the end of a sentence is eSpeak's pause."""

ACCENTS = {"en": ("gmw/en-US", "gmw/en-US", "gmw/en-US", "gmw/en"), "de": ("gmw/de",)}
VARIANTS = ("", "", "+m1", "+m3", "+m7", "+f1", "+f2", "+f4")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of eSpeak with its variant, words a minute, pitch and range of pitch (0 to 100)."""

    name: str
    wpm: int = 175
    pitch: int = 50
    range: int = 50


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sound, shape (n,) at 16 kHz, and when each word begins, in seconds; the last number is the end of the last."""

    samples: np.ndarray
    times: tuple[float, ...]


def any_voice(random: Random, language: str) -> Voice:
    """Return a voice; one in three is the plain one that genie itself speaks with."""
    if random.random() < 1 / 3:
        return Voice(ACCENTS[language][0])
    name = random.choice(ACCENTS[language]) + random.choice(VARIANTS)
    return Voice(name, random.randint(135, 215), random.randint(30, 70), random.randint(30, 70))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("identifier", c_uint),
        ("text_position", c_int),
        ("length", c_int),
        ("audio_ms", c_int),
        ("sample", c_int),
        ("user", c_void_p),
        ("id", c_char_p),
    )


class Speaker:
    """A copy of the library for itself: it keeps its state in globals, which genie's own voice uses too."""

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="genie-voices-")
        weakref.finalize(self, shutil.rmtree, folder)
        copied = shutil.copy(espeakng_loader.get_library_path(), folder)
        (Path(folder) / "espeak-ng-data").symlink_to(espeakng_loader.get_data_path())
        self._library = library = ctypes.CDLL(copied)
        library.espeak_Synth.argtypes = (c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p)
        self._rate = library.espeak_Initialize(SYNCHRONOUS, 0, folder.encode(), DONT_EXIT)
        assert self._rate > 0, "eSpeak cannot read its data"
        self._pieces: list[bytes] = []
        self._starts: dict[int, float] = {}
        self._callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))(self._hear)
        library.espeak_SetSynthCallback(self._callback)

    def _hear(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(ctypes.string_at(samples, 2 * count))
        place = 0
        while events[place].type != TERMINATED:
            if events[place].type == WORD:
                self._starts[events[place].text_position - 1] = events[place].audio_ms / 1000
            place += 1
        return 0

    def say(self, words: tuple[str, ...], voice: Voice) -> Spoken:
        """Say the words as one sentence."""
        self._pieces.clear()
        self._starts.clear()
        assert not self._library.espeak_SetVoiceByName(voice.name.encode()), f"eSpeak has no voice {voice.name}"
        for setting, value in ((SPEED, voice.wpm), (PITCH, voice.pitch), (RANGE, voice.range)):
            self._library.espeak_SetParameter(setting, value, 0)
        text = " ".join(words).encode()
        self._library.espeak_Synth(text, len(text) + 1, 0, 0, 0, UTF8, None, None)
        samples = soxr.resample(np.frombuffer(b"".join(self._pieces), np.int16), self._rate, RATE)
        return Spoken(*_trimmed(samples, self._begins(words)))

    def _begins(self, words: tuple[str, ...]) -> list[float | None]:
        places = np.cumsum([0, *(len(word) + 1 for word in words[:-1])])
        return [self._starts.get(int(place)) for place in places]


def _trimmed(samples: np.ndarray, begins: list[float | None]) -> tuple[np.ndarray, tuple[float, ...]]:
    """Cut the quiet ends off; a word that eSpeak joined to its neighbour begins between its neighbours."""
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    first, last = int(loud[0]), int(loud[-1]) + 1
    end = last / RATE
    known = [(place, begin) for place, begin in enumerate(begins) if begin is not None]
    places, times = [place for place, _ in known] + [len(begins)], [begin for _, begin in known] + [end]
    filled = np.interp(np.arange(len(begins) + 1), places, times)
    shifted = np.clip(filled - first / RATE, 0, end - first / RATE)
    return samples[first:last], tuple(float(time) for time in shifted)
