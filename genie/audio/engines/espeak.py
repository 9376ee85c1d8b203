"""The embedded voice: eSpeak NG, 22,050 Hz, some 140 languages; the library itself has a process of its own."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np

from genie.audio.alignment import WORD
from genie.audio.engine import Card, Mark, Passage, Take, Voice
from genie.audio.engines.espeak_ipa import mnemonics
from genie.audio.engines.espeak_library import NORMAL_WPM, DataFolder, Library, Said, Speaker
from genie.audio.engines.pieces import placed
from genie.audio.remote import Remote
from genie.audio.speed import checked_speed
from genie.errors import BadInput
from genie.tag import plain, primary

NAME = "espeak"
DEFAULT_LANGUAGE = "en-us"

SAMPLE_BYTES = 2

LONGEST_PIECE = 500
"""Characters; bounds what one call of the library may take."""

NO_MNEMONICS = str.maketrans("[]", "()")
"""What is no bracket around mnemonics and says as little: of a stray ]] the library dies in some languages."""


class EspeakSynthesizer:
    """Speak with eSpeak NG, each piece by a library that has said nothing before: so it always sounds the same."""

    def __init__(self, voice: str = "", language: str = DEFAULT_LANGUAGE) -> None:
        """Load the library; `voice` and `language` hold where a call names none."""
        self._folder = DataFolder()
        self._process = Remote(partial(Library, self._folder.path), afresh=True)
        self._library = cast(Library, self._process)
        self._rate = self._library.rate()
        self._speakers = self._library.speakers()
        self._sounds: dict[bytes, dict[str, str]] = {}
        self._voice, self._language = voice, language
        try:
            self._find(None, None)
        except BadInput:
            self.close()
            raise

    @property
    def ended(self) -> bool:
        return self._process.ended

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.close()

    def describe(self) -> Card:
        voice = self._voice or self._language
        return Card(
            name=NAME,
            model="eSpeak NG",
            note="the small voice",
            rate=self._rate,
            voice=voice,
            pace=0.01,
            voices=tuple(_voice(name, speaker) for name, speaker in self._speakers.items()),
            instant=True,
        )

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        """Yield the sound of a piece at a time; nothing for a text without anything to say."""
        speaker = self._find(passage.voice, passage.language)
        wpm = round(NORMAL_WPM * checked_speed(passage.speed))
        words = _Words(passage.text)
        for piece, places in placed(passage.text, LONGEST_PIECE):
            text, places = self._pronounced(piece, places, passage.phones, speaker)
            sounds = self._library.speak(text, speaker.file, wpm, obey=text != piece)
            if samples := len(sounds.samples) // SAMPLE_BYTES:
                marks = words.marks(sounds.words, samples, places)
                yield Take(np.frombuffer(sounds.samples, np.int16), tuple(marks))

    def _pronounced(
        self, piece: str, places: Sequence[int], phones: tuple[tuple[str, str], ...], speaker: Speaker
    ) -> tuple[str, Sequence[int]]:
        """Return a text in which words stand as eSpeak's mnemonics say them, and its places; as it is without any."""
        found = _whole_words([word for word, _ in phones]) if phones else None
        if found is None or not found.search(piece):
            return piece, places
        if speaker.file not in self._sounds:
            self._sounds[speaker.file] = self._library.sounds(speaker.file)
        said = {word.casefold(): mnemonics(ipa, self._sounds[speaker.file]) for word, ipa in phones}
        text, done = "", 0
        kept: list[int] = []
        for match in (*found.finditer(piece), None):
            start, end = match.span() if match else (len(piece), len(piece))
            plain = piece[done:start].translate(NO_MNEMONICS)
            text, kept, done = text + plain, [*kept, *places[done:start]], end
            if match:
                sound = said.get(match[0].casefold())
                apart = "" if text[-1:].isspace() else " "  # behind a bracket or a quote they would not be said
                spelled = f"{apart}[[{sound}]]" if sound else match[0]
                text, kept = text + spelled, [*kept, *[places[start]] * len(spelled)]
        return text, [*kept, places[-1]]

    def _find(self, voice: str | None, language: str | None) -> Speaker:
        """Return the named voice, which must speak the named language, or the voice that suits the language best."""
        if not voice and not language:
            voice, language = self._voice, "" if self._voice else self._language
        if not voice:
            return self._best(plain(language or ""))
        speaker = self._speakers.get(plain(voice))
        if speaker is None:
            raise BadInput(
                "unknown_voice", f"eSpeak has no voice {voice}; try a language tag such as en-us", field="voice"
            )
        if language and primary(language) not in {primary(tag) for tag in speaker.languages}:
            spoken = ", ".join(speaker.languages)
            raise BadInput(
                "unsupported_language", f"the voice {voice} speaks {spoken}, not {language}", field="language"
            )
        return speaker

    def _best(self, language: str) -> Speaker:
        """Return the voice for the language, or for what its tag begins with: de-at is spoken as de."""
        tag = language
        while tag:
            suiting = [speaker for speaker in self._speakers.values() if tag in speaker.languages]
            if suiting:
                return min(suiting, key=lambda speaker: speaker.languages[tag])
            tag = tag.rpartition("-")[0]
        raise BadInput("unsupported_language", f"eSpeak does not speak {language}", field="language")


class _Words:
    """The words of a text, by where one of their characters stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = [match.span() for match in WORD.finditer(text)]
        self._starts = [start for start, _ in self._spans]

    def marks(self, said: Said, samples: int, places: Sequence[int]) -> Iterator[Mark]:
        """Yield each word once, where its sound begins.

        eSpeak tells of "42" for each word that it says, and now and then names the space before a word: then that
        word is meant, unless it is told of as well.
        """
        begins: dict[int, int] = {}
        meant = -1
        for position, sample in said:
            number, inside = self._word(places[min(max(0, position), len(places) - 1)])
            if number > max(begins, default=-1) or (inside and number == meant):
                begins[number] = min(max(0, sample), samples - 1)
                meant = -1 if inside else number
        for number, sample in begins.items():
            yield Mark(*self._spans[number], sample)

    def _word(self, place: int) -> tuple[int, bool]:
        """Return the number of the word at a place, or else of the next one, and whether the place is inside it."""
        number = bisect_right(self._starts, place) - 1
        if number >= 0 and place < self._spans[number][1]:
            return number, True
        return min(number + 1, len(self._spans) - 1), False


def _whole_words(words: list[str]) -> re.Pattern[str] | None:
    some = "|".join(re.escape(word) for word in sorted(filter(None, words), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{some})(?!\w)", re.IGNORECASE) if some else None


def _voice(name: str, speaker: Speaker) -> Voice:
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
