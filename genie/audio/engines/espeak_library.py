"""The eSpeak NG library that the espeakng-loader wheel carries: one state for the whole process.

Nothing heavy is imported here: it has a process of its own, which is to start at once and is copied for each piece.
"""

import ctypes
import tempfile
import threading
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_short, c_size_t, c_ubyte, c_uint, c_void_p
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import espeakng_loader

from genie.audio.engines.espeak_ipa import CONSONANTS, STRESS, VOWELS
from genie.errors import StageFailed
from genie.tag import plain

NORMAL_WPM = 175
"""eSpeak's own normal rate; it takes 80 to 450 words a minute, so 0.5 to 2.0 of this fits."""

REHEARSED_BY = b"gmw/en-US"

SYNCHRONOUS, DONT_EXIT, RATE = 2, 0x8000, 1
BUFFER_MS = 200
LAST_EVENT, WORD_EVENT = 0, 1
PLAIN_UTF8 = 1
"""Text flag: neither SSML nor [[phonemes]] are obeyed, they are read as text."""
PHONEMES = 0x100
"""Text flag: [[phonemes]] are obeyed."""
UTF8, IPA = 1, 2

MAX_PATH = 150
"""Bytes; the library keeps the path of its data in 160 and fails on a longer one."""

GENDERS = {1: "male", 2: "female"}

WITHOUT_DICTIONARY = {"fo", "kaa", "xex"}
"""Languages the library lists although the wheel carries no pronunciation for them: they would only be spelled."""

ONE_CALL = threading.Lock()
"""Whoever uses the library that this process has holds this."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of eSpeak: its file, and how well it suits each language tag (the smaller the better)."""

    file: bytes
    label: str
    gender: str
    languages: dict[str, int]


Said = tuple[tuple[int, int], ...]
"""Of each word its first character and its first sample."""


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """Samples, 16 bit each, at the library's rate, and where each word is in them."""

    samples: bytes
    words: Said


class _Event(ctypes.Structure):
    _fields_ = (
        ("kind", c_int),
        ("utterance", c_uint),
        ("position", c_int),
        ("length", c_int),
        ("milliseconds", c_int),
        ("sample", c_int),
        ("user", c_void_p),
        ("id", ctypes.c_char * 8),
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


class Library:
    """eSpeak NG, initialised with the folder of its data; one thread at a time may use it.

    What it says depends on what it said before: its pitch flutters by a table that runs on from text to text.
    """

    def __init__(self, folder: str) -> None:
        self._library = library = ctypes.CDLL(espeakng_loader.get_library_path())
        library.espeak_Synth.argtypes = (c_char_p, c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p)
        library.espeak_TextToPhonemes.argtypes = (POINTER(c_char_p), c_int, c_int)
        library.espeak_TextToPhonemes.restype = c_char_p
        library.espeak_ListVoices.restype = POINTER(POINTER(_VoiceStruct))
        self._rate: int = library.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, folder.encode(), DONT_EXIT)
        if self._rate <= 0:
            raise StageFailed("engine_failed", f"eSpeak cannot read its data in {folder}")
        self._heard: list[bytes] = []
        self._callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))(self._hear)
        library.espeak_SetSynthCallback(self._callback)
        self._words: list[tuple[int, int]] = []
        self._present: tuple[bytes, int] | None = None

    def _hear(self, samples: Any, count: int, events: Any) -> int:
        for event in events or ():
            if event.kind == LAST_EVENT:
                break
            if event.kind == WORD_EVENT:
                self._words.append((event.position - 1, event.sample))
        if samples and count > 0:
            self._heard.append(ctypes.string_at(samples, 2 * count))
        return 0

    def rehearse(self) -> None:
        """Do once what anything that is said needs done, to be quicker then."""
        self.speak("It is late.", REHEARSED_BY, NORMAL_WPM)

    def rate(self) -> int:
        """Return the rate of its sound in Hz."""
        return self._rate

    def speakers(self) -> dict[str, Speaker]:
        """Return every voice by its name: its language tag, or its file's name where that tag is taken."""
        found: dict[str, Speaker] = {}
        for pointer in self._library.espeak_ListVoices(None):
            if not pointer:
                break
            struct = pointer.contents
            languages = _languages(struct.languages)
            label = struct.name.decode().strip()
            speaker = Speaker(struct.identifier, label, GENDERS.get(struct.gender, ""), languages)
            tag, file = next(iter(languages)), struct.identifier.decode().rpartition("/")[2].lower()
            if tag not in WITHOUT_DICTIONARY:
                found[tag if tag not in found else file] = speaker
        return found

    def speak(self, text: str, file: bytes, wpm: int, *, obey: bool = False) -> Sounds:
        """Return the sound of a text; `obey` the mnemonics in [[brackets]] in it."""
        self._prepare(file, wpm)
        self._synthesize(text, obey=obey)
        return Sounds(b"".join(self._heard), tuple(self._words))

    def phonemes(self, text: str, file: bytes, *, obey: bool = False) -> str:
        """Return how a voice pronounces a text, in IPA."""
        self._prepare(file, NORMAL_WPM)
        self._synthesize("", obey=obey)  # which decides it for this call too
        rest, said = c_char_p(text.encode()), []
        while rest.value is not None:  # the library reads a clause at a time and moves `rest` behind it
            said.append(self._library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA).decode())
        return " ".join(said)

    def sounds(self, file: bytes) -> dict[str, str]:
        """Return by what mnemonic each sound in IPA is asked for that a voice has.

        It is asked how it would say each of them between others, since at the end of a word some change.
        """
        found: dict[str, str] = {}
        for some, pattern, before, after in ((VOWELS, "t|'{}|t", "t", "t"), (CONSONANTS, "t|{}|'i:", "t", "iː")):
            for mnemonic in some:
                said = self.phonemes(f"[[{pattern.format(mnemonic)}]]", file, obey=True)
                said = "".join(sound for sound in said if sound not in STRESS)
                if said.startswith(before) and said.endswith(after) and len(said) > len(before + after):
                    found.setdefault(said.removeprefix(before).removesuffix(after), mnemonic)
        return found

    def _synthesize(self, text: str, *, obey: bool) -> None:
        self._heard.clear()
        self._words.clear()
        data = text.encode()
        flags = PLAIN_UTF8 | (PHONEMES if obey else 0)
        if self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, flags, None, None):
            raise StageFailed("engine_failed", "eSpeak could not speak this text")

    def _prepare(self, file: bytes, wpm: int) -> None:
        if self._present == (file, wpm):
            return
        self._present = None
        if self._library.espeak_SetVoiceByName(file) or self._library.espeak_SetParameter(RATE, wpm, 0):
            raise StageFailed("engine_failed", f"eSpeak cannot load its voice {file.decode()}")
        self._present = (file, wpm)


class DataFolder:
    """The wheel's data folder, by a short link when its own path is too long for the library.

    Whoever holds this has the link, so this is not left to a process that may be killed.
    """

    def __init__(self) -> None:
        self.path = espeakng_loader.get_data_path()
        if len(self.path.encode()) > MAX_PATH:
            self._short = tempfile.TemporaryDirectory(prefix="genie-")
            link = Path(self._short.name) / "espeak-ng-data"
            link.symlink_to(self.path)
            self.path = str(link)


def phonemes(text: str, voice: str) -> str:
    """Return how a voice of this language pronounces a text, in IPA, by a library in this process."""
    with ONE_CALL:
        espeak = _library(_folder().path)
        return espeak.phonemes(text, espeak.speakers()[voice].file)


_folder = cache(DataFolder)
_library = cache(Library)


def _languages(address: int) -> dict[str, int]:
    """Read a voice's languages: a priority byte and a tag for each, a zero byte after the last."""
    languages: dict[str, int] = {}
    while priority := ctypes.string_at(address, 1)[0]:
        tag = ctypes.string_at(address + 1)
        languages[plain(tag.decode())] = priority
        address += len(tag) + 2
    return languages
