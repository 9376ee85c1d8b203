"""Speech streamed into the checkpoint that understands: what is committed, when, and that it stays."""

import numpy as np
import pytest

from genie.audio.engine import LISTENING_RATE, Spoken
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from tests.training.exam import FOLDER, errors, questions

STEP = LISTENING_RATE // 2


@pytest.fixture(scope="module")
def whisper():
    return WhisperTranscriber(str(FOLDER), language="en", device="cpu")


@pytest.fixture(scope="module")
def asked():
    return questions(16)


def at_once(whisper, sound):
    whisper.open("one", Spoken())
    whisper.feed("one", sound)
    return whisper.finish("one").committed


def streamed(whisper, sound):
    """Return what was committed after every half second, and the final text."""
    committed = []
    whisper.open("one", Spoken())
    for start in range(0, len(sound), STEP):
        whisper.feed("one", sound[start : start + STEP])
        [heard] = whisper.hear(["one"])
        committed.append(heard.committed)
    return committed, whisper.finish("one").committed


def test_what_is_streamed_is_heard_as_well_as_what_comes_at_once_and_words_stay(whisper, asked):
    said, once, parts, before_the_end = [], [], [], 0
    for question in asked:
        committed, final = streamed(whisper, question.spoken.samples)
        for earlier, later in zip(committed, [*committed[1:], final], strict=True):
            assert later.startswith(earlier)
        said.append(question.sentence.text)
        once.append(at_once(whisper, question.spoken.samples))
        parts.append(final)
        before_the_end += len(committed[-1].split())
    wrong_once, words = errors(said, once)
    wrong_streamed, _ = errors(said, parts)
    assert wrong_once <= 0.05 * words
    assert wrong_streamed <= wrong_once + 0.01 * words
    assert before_the_end > words / 2


def test_words_are_committed_soon_after_they_were_spoken(whisper, asked):
    delays = []
    for question in asked[:8]:
        committed, _ = streamed(whisper, question.spoken.samples)
        for number, ends_s in enumerate(question.spoken.times[1:]):
            told = [place for place, text in enumerate(committed) if len(text.split()) > number]
            delays += [(told[0] + 1) * STEP / LISTENING_RATE - ends_s] if told else []
    assert np.median(delays) <= 1.0


def test_speech_longer_than_the_window_is_heard_to_its_end(whisper, asked):
    pause = np.zeros(LISTENING_RATE // 3, np.int16)
    sound = np.concatenate([piece for question in asked for piece in (question.spoken.samples, pause)])
    committed, final = streamed(whisper, sound)
    assert len(sound) > 2 * 8 * LISTENING_RATE
    assert all(final.startswith(text) for text in committed)
    wrong, words = errors([" ".join(question.sentence.text for question in asked)], [final])
    assert wrong <= 0.05 * words


def test_several_streams_are_heard_together_as_each_would_be_alone(whisper, asked):
    some = asked[:3]
    for number, question in enumerate(some):
        whisper.open(str(number), Spoken())
        whisper.feed(str(number), question.spoken.samples)
    together = whisper.hear(["0", "1", "2"])
    for number, question in enumerate(some):
        whisper.open("alone", Spoken())
        whisper.feed("alone", question.spoken.samples)
        assert whisper.hear(["alone"]) == [together[number]]
        whisper.abandon(str(number))


def test_a_windows_segments_tell_when_their_words_were_spoken(whisper, asked):
    question = asked[0]
    found = [word for segment in whisper.window(question.spoken.samples, Spoken()) for word in segment.words]
    assert "".join(word.text for word in found).split() == list(question.sentence.words)
    for word, starts_s, ends_s in zip(found, question.spoken.times, question.spoken.times[1:], strict=False):
        assert starts_s - 0.3 < (word.start_s + word.end_s) / 2 < ends_s + 0.3
