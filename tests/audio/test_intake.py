import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engine import LISTENING_RATE
from genie.audio.intake import LONGEST_PAUSE_S, Intake
from genie.audio.pcm import Int16

FRAME = 512
FRAME_S = FRAME / LISTENING_RATE


def added(intake: Intake, seconds: float, *, speech: bool, value: int = 1) -> int:
    """Add sound frame by frame; return how many samples."""
    frames = round(seconds / FRAME_S)
    for _ in range(frames):
        intake.add(np.full(FRAME, value, np.int16), speech)
    return frames * FRAME


def taken(intake: Intake) -> Int16:
    samples = intake.take()
    return np.zeros(0, np.int16) if samples is None else samples


def test_silence_at_the_end_is_held_back_until_somebody_speaks_again() -> None:
    intake = Intake(0.5)
    spoken = added(intake, 1.0, speech=True)
    assert len(taken(intake)) == spoken
    silent = added(intake, 0.5, speech=False)
    assert intake.take() is None
    again = added(intake, 0.1, speech=True)
    assert len(taken(intake)) == silent + again


def test_a_pause_gives_what_followed_the_last_word_and_nothing_that_follows() -> None:
    intake = Intake(0.5)
    spoken, margin = added(intake, 1.0, speech=True), added(intake, 0.2, speech=False)
    assert intake.pause()
    added(intake, 1.0, speech=False)
    assert not intake.pause()
    intake.end()
    assert len(taken(intake)) == spoken + margin


def test_an_end_without_a_pause_gives_all() -> None:
    intake = Intake(0.5)
    sound = added(intake, 1.0, speech=True) + added(intake, 0.1, speech=False)
    intake.end()
    assert len(taken(intake)) == sound


def test_where_nobody_has_spoken_there_is_no_pause() -> None:
    intake = Intake(0.5)
    added(intake, 1.0, speech=False)
    assert not intake.pause() and not intake.spoken


def test_a_long_pause_between_two_words_is_shortened_in_its_middle() -> None:
    intake = Intake(0.5)
    added(intake, 1.0, speech=True)
    taken(intake)
    for value in (2, 0, 0, 0, 3):
        added(intake, 0.9, speech=False, value=value)
    word = added(intake, 0.1, speech=True)
    pause = taken(intake)[:-word]
    assert len(pause) <= LONGEST_PAUSE_S * LISTENING_RATE
    assert min(np.count_nonzero(pause == 2), np.count_nonzero(pause == 3)) == round(0.9 / FRAME_S) * FRAME


def test_only_new_speech_is_worth_a_decode() -> None:
    intake = Intake(0.5)
    added(intake, 0.4, speech=True)
    added(intake, 5.0, speech=False)
    assert not intake.is_due(0.0)
    added(intake, 0.2, speech=True)
    assert intake.is_due(0.0)
    intake.asked()
    assert not intake.is_due(0.0)


def test_where_a_decode_takes_longer_than_the_interval_the_next_one_waits_as_long() -> None:
    intake = Intake(0.5)
    added(intake, 5.0, speech=True)
    intake.answered(10.0, 12.0)
    assert not intake.is_due(13.9) and intake.is_due(14.0)


def test_where_a_decode_is_quick_the_next_one_waits_for_speech_alone() -> None:
    intake = Intake(0.5)
    added(intake, 5.0, speech=True)
    intake.answered(10.0, 10.4)
    assert intake.is_due(10.4)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=20))
def test_all_speech_is_given_and_nothing_twice(parts: list[tuple[bool, int]]) -> None:
    intake, given_samples, speech = Intake(0.5), 0, 0
    for speaks, frames in parts:
        speech += added(intake, frames * FRAME_S, speech=speaks, value=7 if speaks else 0) * speaks
        samples = taken(intake)
        given_samples += int(np.count_nonzero(samples == 7))
    assert given_samples == speech
