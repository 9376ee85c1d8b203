"""Languages and translation, heard by the checkpoint that understands English and German."""

import numpy as np
import pytest

from genie.audio.engine import Heard, Spoken
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from tests.training.exam import FOLDER
from tests.training.voices import Speaker, Voice

VOICES = {"en": "gmw/en-US", "de": "gmw/de"}
GERMAN, ENGLISH = "was ist drei plus vier", "what is three plus four"


@pytest.fixture(scope="module")
def whisper():
    return WhisperTranscriber(str(FOLDER), device="cpu", precision="float32")


@pytest.fixture(scope="module")
def said():
    """Say a sentence in a language, as samples."""
    speaker = Speaker()
    return lambda text, language: speaker.say(tuple(text.split()), Voice(VOICES[language])).samples


def heard(whisper, samples, spoken: Spoken) -> Heard:
    """Hear an utterance as it grows; what is told at its end."""
    whisper.open("one", spoken)
    for start in range(0, len(samples), 8_000):
        whisper.feed("one", samples[start : start + 8_000])
        whisper.hear(["one"])
    found = whisper.finish("one")
    assert isinstance(found, Heard)
    return found


@pytest.mark.parametrize("spoken", [Spoken(), Spoken(None, ("en", "de-AT"))])
def test_each_utterance_is_heard_in_its_own_language(whisper, said, spoken):
    assert heard(whisper, said(GERMAN, "de"), spoken) == Heard(GERMAN, "", "de")
    assert heard(whisper, said(ENGLISH, "en"), spoken) == Heard(ENGLISH, "", "en")


def test_a_language_that_is_not_to_be_chosen_is_not_heard(whisper, said):
    assert heard(whisper, said(GERMAN, "de"), Spoken(None, ("en", "fr"))).language in ("en", "fr")


@pytest.mark.parametrize("language", ["de", None])
def test_german_is_written_in_english_where_that_is_wished(whisper, said, language):
    morning = said("guten morgen sarah", "de")
    assert heard(whisper, morning, Spoken(language, translate=True)) == Heard("good morning sarah", "", "de")


def test_names_are_written_as_the_prompt_writes_them(whisper, said):
    sounds = [said(text, "en") for text in ("call john", "hello mark", "good morning john", "call mark")]

    def names(prompt: str) -> set[str]:
        return {heard(whisper, sound, Spoken("en", prompt=prompt)).committed.split()[-1] for sound in sounds}

    assert names("") == {"john", "mark"}
    assert names("hello jon") & {"jon", "marc"}


def test_a_prompt_is_not_heard_where_nobody_speaks(whisper):
    noise = (np.random.default_rng(0).standard_normal(24_000) * 200).astype(np.int16)
    spoken = Spoken("en", prompt="thank you marc hello jon", vocabulary=("jon", "sara"))
    assert heard(whisper, noise, spoken).committed == ""
