"""Recordings longer than a window, by a Whisper that understands: nothing is lost at a cut, or heard twice."""

import itertools

import numpy as np
import pytest

from genie.audio.engine import Spoken, Stretch
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.pcm import Int16
from genie.audio.recording import RATE, Clip
from tests.training.exam import FOLDER, errors, questions

SENTENCES = 10


@pytest.fixture(scope="module")
def ear() -> WhisperTranscriber:
    return WhisperTranscriber(str(FOLDER), language="en", device="cpu")


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, Int16]]:
    """Return what is said, and how it sounds; a sentence lasts about 2 s."""
    ordered = questions(2 * SENTENCES, plain=True)[::2]
    return [(" ".join(question.sentence.words), question.spoken.samples) for question in ordered]


def joined(asked: list[tuple[str, Int16]], pause_s: float) -> tuple[str, Clip]:
    pause = np.zeros(round(pause_s * RATE), np.int16)
    sound = np.concatenate([part for _, samples in asked for part in (samples, pause)])
    return " ".join(words for words, _ in asked), Clip(sound)


def text(found: list[Stretch]) -> str:
    return " ".join(segment.text for stretch in found for segment in stretch.segments)


@pytest.mark.parametrize("pause_s", [0.44, 0.8], ids=["cut in the middle of sentences", "cut in pauses"])
def test_a_long_recording_is_heard_as_its_sentences_are(ear: WhisperTranscriber, asked, pause_s: float):
    said, recording = joined(asked, pause_s)
    found = list(ear.transcribe(recording, Spoken("en")))
    wrong, words = errors([said], [text(found)])
    assert wrong <= 0.05 * words, text(found)


def test_its_words_have_times_in_order_within_their_segments(ear: WhisperTranscriber, asked):
    _, recording = joined(asked, 0.44)
    segments = [s for stretch in ear.transcribe(recording, Spoken("en")) for s in stretch.segments]
    assert all(segment.words for segment in segments)
    assert all(before.start_s <= after.start_s for before, after in itertools.pairwise(segments))
    for segment in segments:
        assert "".join(word.text for word in segment.words).strip() == segment.text
        assert all(segment.start_s <= word.start_s <= word.end_s <= segment.end_s for word in segment.words)
