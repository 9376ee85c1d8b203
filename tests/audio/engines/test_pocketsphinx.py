import itertools
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from genie.agents.phrases import sentences
from genie.audio.engine import LISTENING_RATE, Heard, Spoken, Transcriber
from genie.audio.engines.pocketsphinx import PocketSphinxTranscriber
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.recording import Clip
from genie.audio.remote import in_process
from genie.errors import GenieError

CLIPS = Path(__file__).parents[2] / "clips"
TRANSCRIPTS: dict[str, str] = json.loads((CLIPS / "transcripts.json").read_text())
DICTATION = ("quick_brown_fox.wav", "window.wav", "old_house.wav")
NAME = "friend_kimiko.wav"
COMMANDS = tuple(name for name in TRANSCRIPTS if name not in (*DICTATION, NAME))
PHRASES = tuple(text for _, text in sentences())
STEP = 8_000


def clip(name: str) -> Int16:
    samples: Int16 = soundfile.read(CLIPS / name, dtype="int16")[0]
    return samples


def hear(
    ear: PocketSphinxTranscriber, samples: Int16, stream: str = "a", own: tuple[str, ...] = (), step: int = STEP
) -> str:
    """Say the samples to the ear in pieces of half a second, as they come from a microphone, or of another step."""
    ear.open(stream, Spoken("en", vocabulary=own))
    for start in range(0, len(samples), step):
        ear.feed(stream, samples[start : start + step])
    return ear.finish(stream).committed


def partial_of(ear: PocketSphinxTranscriber, stream: str) -> str:
    [heard] = ear.hear([stream])
    assert isinstance(heard, Heard)
    return heard.tentative


@pytest.fixture(scope="module")
def ear() -> PocketSphinxTranscriber:
    return PocketSphinxTranscriber(PHRASES, max_streams=2)


@pytest.fixture(autouse=True)
def closed(ear: PocketSphinxTranscriber) -> Iterator[None]:
    yield
    for stream in "abc":
        ear.abandon(stream)


def test_eight_of_ten_spoken_commands_are_right_word_for_word(ear: PocketSphinxTranscriber) -> None:
    wrong = {name: text for name in COMMANDS if (text := hear(ear, clip(name))) != TRANSCRIPTS[name]}
    assert len(wrong) <= 0.2 * len(COMMANDS), wrong


def test_dictation_is_not_forced_into_commands(ear: PocketSphinxTranscriber) -> None:
    for name in DICTATION:
        words = TRANSCRIPTS[name].split()
        heard = hear(ear, clip(name)).split()
        assert sum(word in heard for word in words) >= 0.6 * len(words), heard


def test_an_ear_without_phrases_takes_dictation() -> None:
    assert hear(PocketSphinxTranscriber(()), clip("window.wav")).endswith("the room is warm")


def test_words_appear_while_they_are_spoken(ear: PocketSphinxTranscriber) -> None:
    samples = clip("square_root.wav")
    ear.open("a", Spoken("en"))
    ear.feed("a", samples[: 2 * LISTENING_RATE])
    [heard] = ear.hear(["a"])
    assert isinstance(heard, Heard) and heard.committed == "" and heard.tentative.startswith("what is the square")


@pytest.mark.parametrize("loudness", [30, 300, 3_000])
def test_steady_noise_says_nothing(ear: PocketSphinxTranscriber, loudness: float) -> None:
    hiss = (np.random.default_rng(6).normal(size=3 * LISTENING_RATE) * loudness).astype(np.int16)
    assert hear(ear, hiss) == ""


def test_an_end_that_was_anticipated_says_the_same(ear: PocketSphinxTranscriber) -> None:
    ear.open("a", Spoken("en"))
    ear.feed("a", clip("time_in_tokyo.wav"))
    ear.anticipate("a")
    assert partial_of(ear, "a") == ear.finish("a").committed == TRANSCRIPTS["time_in_tokyo.wav"]


def test_speech_that_goes_on_after_its_anticipated_end_is_heard_whole(ear: PocketSphinxTranscriber) -> None:
    samples = clip("time_in_tokyo.wav")
    ear.open("a", Spoken("en"))
    ear.feed("a", samples[:LISTENING_RATE])
    ear.anticipate("a")
    ear.feed("a", samples[LISTENING_RATE:])
    assert ear.finish("a").committed == TRANSCRIPTS["time_in_tokyo.wav"]


def test_a_word_too_short_for_dictation_is_heard_unless_more_is_said(ear: PocketSphinxTranscriber) -> None:
    ear.open("a", Spoken("en", into_answer=True))
    ear.feed("a", clip("short/wait_rms.wav"))
    ear.anticipate("a")
    assert partial_of(ear, "a") == "wait"
    ear.feed("a", clip("window.wav"))
    assert ear.finish("a").committed.endswith("the room is warm")


def test_what_interrupts_nobody_is_no_stop(ear: PocketSphinxTranscriber) -> None:
    ear.open("a", Spoken("en", into_answer=True))
    ear.feed("a", clip("short/wait_rms.wav"))
    assert ear.finish("a").committed == "wait"
    assert hear(ear, clip("short/wait_rms.wav")) != "wait"  # the same decoders, of a question: "way" is as likely
    stretches = ear.transcribe(Clip(clip("short/wait_rms.wav")), Spoken("en"))
    assert "wait" not in [segment.text for stretch in stretches for segment in stretch.segments]


def test_the_same_is_heard_however_the_sound_comes(ear: PocketSphinxTranscriber) -> None:
    samples = clip("quick_brown_fox.wav")  # decoded as it came, it was "so for" in pieces and "over" as a whole
    assert len({hear(ear, samples, step=step) for step in (320, 7_000, len(samples))}) == 1


def test_a_users_own_name_is_heard_and_spelled_as_the_user_does(ear: PocketSphinxTranscriber) -> None:
    assert "Kimiko" in hear(ear, clip(NAME), own=("Kimiko Tanaka", "the"))


def test_a_users_own_name_is_no_other_users(ear: PocketSphinxTranscriber) -> None:
    before = hear(ear, clip(NAME))
    hear(ear, clip(NAME), own=("Kimiko",))
    assert "kimiko" not in before.lower() and hear(ear, clip(NAME)) == before


def test_what_was_heard_before_does_not_change_what_is_heard(ear: PocketSphinxTranscriber) -> None:
    first = hear(ear, clip("quick_brown_fox.wav"))
    hear(ear, (clip("window.wav") * 0.05).astype(np.int16))
    assert hear(ear, clip("quick_brown_fox.wav")) == first


def test_streams_do_not_disturb_each_other(ear: PocketSphinxTranscriber) -> None:
    names = {"a": "time.wav", "b": "square_root.wav"}
    for stream in names:
        ear.open(stream, Spoken("en"))
    for start in range(0, len(clip("square_root.wav")), STEP):
        for stream, name in names.items():
            ear.feed(stream, clip(name)[start : start + STEP])
    assert {stream: ear.finish(stream).committed for stream in names} == {s: TRANSCRIPTS[n] for s, n in names.items()}


@pytest.mark.parametrize("seconds", [0.0, 0.02, 1.0, 3.0])
def test_silence_says_nothing(ear: PocketSphinxTranscriber, seconds: float) -> None:
    assert hear(ear, np.zeros(round(seconds * LISTENING_RATE), np.int16)) == ""


def test_an_utterance_that_ends_at_once_says_nothing(ear: PocketSphinxTranscriber) -> None:
    ear.open("a", Spoken())
    assert ear.finish("a") == Heard("")


def test_another_language_is_refused(ear: PocketSphinxTranscriber) -> None:
    with pytest.raises(GenieError, match="unsupported_language"):
        ear.open("a", Spoken("de"))
    with pytest.raises(GenieError, match="unsupported_language"):
        next(ear.transcribe(Clip(clip("time.wav")), Spoken("fr-FR")))


def test_one_utterance_too_many_is_refused_until_one_ends(ear: PocketSphinxTranscriber) -> None:
    ear.open("a", Spoken("en"))
    ear.open("b", Spoken("en-US"))
    with pytest.raises(GenieError, match="engine_busy"):
        ear.open("c", Spoken("en"))
    ear.abandon("a")
    ear.open("c", Spoken("en"))


def test_an_unknown_utterance_is_a_coded_error(ear: PocketSphinxTranscriber) -> None:
    with pytest.raises(GenieError, match="unknown_utterance"):
        ear.feed("a", clip("time.wav"))


def test_a_recording_is_heard_piece_by_piece_in_order(ear: PocketSphinxTranscriber) -> None:
    pause = np.zeros(8 * LISTENING_RATE, np.int16)
    names = COMMANDS[:3]
    recording = np.concatenate([part for name in names for part in (clip(name), pause)])
    stretches = list(ear.transcribe(Clip(recording), Spoken("en")))
    segments = [segment for stretch in stretches for segment in stretch.segments]
    assert stretches[-1].until_s == len(recording) / LISTENING_RATE
    assert segments[0].start_s == 0.0
    assert all(before.end_s <= after.start_s for before, after in itertools.pairwise(segments))
    assert [segment.text for segment in segments] == [TRANSCRIPTS[name] for name in names]


def test_a_long_stretch_given_at_once_is_heard_whole(ear: PocketSphinxTranscriber) -> None:
    samples = np.concatenate([clip(name) for name in ("window.wav", "quick_brown_fox.wav", "old_house.wav")])
    ear.open("a", Spoken("en"))
    ear.feed("a", samples)
    heard = ear.finish("a").committed
    assert "the room is warm" in heard and heard.endswith("summer")


async def test_it_serves_from_a_process_of_its_own() -> None:
    lane: Lane[Transcriber] = Lane(in_process(partial(PocketSphinxTranscriber, PHRASES)), name="ear")
    try:
        await lane.call(Transcriber.open, "a", Spoken("en"))
        await lane.call(Transcriber.feed, "a", clip("time.wav"))
        assert await lane.call(Transcriber.finish, "a") == Heard("what time is it")
    finally:
        lane.close()
