"""The embedded voice: the eSpeak NG library that the espeakng-loader wheel carries, 22,050 Hz, some 140 languages."""

import ctypes
import tempfile
import threading
from collections.abc import Iterator
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_short, c_size_t, c_ubyte, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np

from genie.audio.engine import Card, Passage, Take, Voice
from genie.audio.engines.pieces import pieces
from genie.audio.pcm import Int16
from genie.errors import BadInput, StageFailed

NAME = "espeak"
DEFAULT_LANGUAGE = "en-us"

NORMAL_WPM = 175
"""eSpeak's own normal rate; it takes 80 to 450 words a minute, so 0.5 to 2.0 of this fits."""

SYNCHRONOUS, DONT_EXIT, RATE = 2, 0x8000, 1
BUFFER_MS = 200
PLAIN_UTF8 = 1
UTF8, IPA = 1, 2
"""Text flags: neither SSML nor [[phonemes]] are obeyed, they are read as text."""

MAX_PATH = 150
"""Bytes; the library keeps the path of its data in 160 and fails on a longer one."""

LONGEST_PIECE = 500
"""Characters; bounds what one call of the library may take."""

GENDERS = {1: "male", 2: "female"}

WITHOUT_DICTIONARY = {"fo", "kaa", "xex"}
"""Languages the library lists although the wheel carries no pronunciation for them: they would only be spelled."""

_ONE_CALL = threading.Lock()
"""The library keeps one state for the whole process: whoever uses it holds this."""


class EspeakSynthesizer:
    """Speak with eSpeak NG; the library lets other threads run while it works."""

    def __init__(self, voice: str = "", language: str = DEFAULT_LANGUAGE) -> None:
        """Load the library; `voice` and `language` hold where a call names none."""
        with _ONE_CALL:
            self._library = _library()
            self._speakers = self._library.speakers()
        self._voice, self._language = voice, language
        self._find(None, None)

    def describe(self) -> Card:
        voice = self._voice or self._language
        return Card(
            name=NAME,
            model="eSpeak NG",
            note="the small voice",
            rate=self._library.rate,
            voice=voice,
            pace=0.01,
            voices=tuple(self.voices()),
            instant=True,
        )

    def voices(self) -> list[Voice]:
        return [_voice(name, speaker) for name, speaker in self._speakers.items()]

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        """Yield the sound of a piece at a time; nothing for a text without anything to say."""
        speaker = self._find(passage.voice, passage.language)
        wpm = round(NORMAL_WPM * passage.speed)
        for piece in pieces(passage.text, LONGEST_PIECE):
            with _ONE_CALL:
                samples = self._library.speak(piece, speaker.file, wpm)
            if len(samples):
                yield Take(samples)

    def _find(self, voice: str | None, language: str | None) -> "_Speaker":
        """Return the named voice, which must speak the named language, or the voice that suits the language best."""
        if not voice and not language:
            voice, language = self._voice, "" if self._voice else self._language
        if not voice:
            return self._best(_tag(language or ""))
        speaker = self._speakers.get(_tag(voice))
        if speaker is None:
            raise BadInput(
                "unknown_voice", f"eSpeak has no voice {voice}; try a language tag such as en-us", field="voice"
            )
        if language and _tag(language).partition("-")[0] not in {tag.partition("-")[0] for tag in speaker.languages}:
            spoken = ", ".join(speaker.languages)
            raise BadInput(
                "unsupported_language", f"the voice {voice} speaks {spoken}, not {language}", field="language"
            )
        return speaker

    def _best(self, language: str) -> "_Speaker":
        """Return the voice for the language, or for what its tag begins with: de-at is spoken as de."""
        tag = language
        while tag:
            suiting = [speaker for speaker in self._speakers.values() if tag in speaker.languages]
            if suiting:
                return min(suiting, key=lambda speaker: speaker.languages[tag])
            tag = tag.rpartition("-")[0]
        raise BadInput("unsupported_language", f"eSpeak does not speak {language}", field="language")


def phonemes(text: str, voice: str) -> str:
    """Return how a voice of this language pronounces a text, in IPA."""
    with _ONE_CALL:
        library = _library()
        return library.phonemes(text, library.speakers()[voice].file)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A voice of eSpeak: its file, and how well it suits each language tag (the smaller the better)."""

    file: bytes
    label: str
    gender: str
    languages: dict[str, int]


def _voice(name: str, speaker: _Speaker) -> Voice:
    language, *further = speaker.languages
    return Voice(
        name=name,
        language=language,
        gender=speaker.gender,
        engine=NAME,
        title="eSpeak",
        label=", ".join(filter(None, (speaker.label, speaker.gender))),
        further=tuple(further),
    )


class _VoiceStruct(ctypes.Structure):
    _fields_ = (
        ("name", c_char_p),
        ("languages", c_void_p),
        ("identifier", c_char_p),
        ("gender", c_ubyte),
        ("age", c_ubyte),
        ("variant", c_ubyte),
        ("reserved", c_ubyte),
        ("score", c_int),
        ("spare", c_void_p),
    )


class _Library:
    """eSpeak NG, initialised; everything here is called with `_ONE_CALL` held."""

    def __init__(self) -> None:
        self._library = library = ctypes.CDLL(espeakng_loader.get_library_path())
        library.espeak_Synth.argtypes = (c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p)
        library.espeak_TextToPhonemes.argtypes = (POINTER(c_char_p), c_int, c_int)
        library.espeak_TextToPhonemes.restype = c_char_p
        library.espeak_ListVoices.restype = POINTER(POINTER(_VoiceStruct))
        self._folder = _DataFolder()
        self.rate: int = library.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, self._folder.path.encode(), DONT_EXIT)
        if self.rate <= 0:
            raise StageFailed("engine_failed", f"eSpeak cannot read its data in {self._folder.path}")
        self._heard: list[bytes] = []
        self._callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, c_void_p)(self._hear)
        library.espeak_SetSynthCallback(self._callback)
        self._present: tuple[bytes, int] | None = None

    def _hear(self, samples: Any, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    def speakers(self) -> dict[str, _Speaker]:
        """Return every voice by its name: its language tag, or its file's name where that tag is taken."""
        found: dict[str, _Speaker] = {}
        for pointer in self._library.espeak_ListVoices(None):
            if not pointer:
                break
            struct = pointer.contents
            languages = _languages(struct.languages)
            label = struct.name.decode().strip()
            speaker = _Speaker(struct.identifier, label, GENDERS.get(struct.gender, ""), languages)
            tag, file = next(iter(languages)), struct.identifier.decode().rpartition("/")[2].lower()
            if tag not in WITHOUT_DICTIONARY:
                found[tag if tag not in found else file] = speaker
        return found

    def speak(self, text: str, file: bytes, wpm: int) -> Int16:
        """Return the sound of `text`, shape (n,) at `rate`."""
        self._prepare(file, wpm)
        self._heard.clear()
        data = text.encode()
        if self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, PLAIN_UTF8, None, None):
            raise StageFailed("engine_failed", "eSpeak could not speak this text")
        return np.frombuffer(b"".join(self._heard), np.int16)

    def phonemes(self, text: str, file: bytes) -> str:
        self._prepare(file, NORMAL_WPM)
        rest, said = c_char_p(text.encode()), []
        while rest.value is not None:  # the library reads a clause at a time and moves `rest` behind it
            said.append(self._library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA).decode())
        return " ".join(said)

    def _prepare(self, file: bytes, wpm: int) -> None:
        if self._present == (file, wpm):
            return
        self._present = None
        if self._library.espeak_SetVoiceByName(file) or self._library.espeak_SetParameter(RATE, wpm, 0):
            raise StageFailed("engine_failed", f"eSpeak cannot load its voice {file.decode()}")
        self._present = (file, wpm)


class _DataFolder:
    """The wheel's data folder, by a short link when its own path is too long for the library."""

    def __init__(self) -> None:
        self.path = espeakng_loader.get_data_path()
        if len(self.path.encode()) > MAX_PATH:
            self._short = tempfile.TemporaryDirectory(prefix="genie-")
            link = Path(self._short.name) / "espeak-ng-data"
            link.symlink_to(self.path)
            self.path = str(link)


@cache
def _library() -> _Library:
    return _Library()


def _languages(address: int) -> dict[str, int]:
    """Read a voice's languages: a priority byte and a tag for each, a zero byte after the last."""
    languages: dict[str, int] = {}
    while priority := ctypes.string_at(address, 1)[0]:
        tag = ctypes.string_at(address + 1)
        languages[_tag(tag.decode())] = priority
        address += len(tag) + 2
    return languages


def _tag(language: str) -> str:
    return language.replace("_", "-").lower()
