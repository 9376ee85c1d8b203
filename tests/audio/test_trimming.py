import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.boundaries import End
from genie.audio.engine import Mark, Take
from genie.audio.trimming import AFTER_S, BEFORE_S, FADE_S, Trimmer, pause

RATE = 10_000
BEFORE, AFTER, FADE = round(BEFORE_S * RATE), round(AFTER_S * RATE), round(FADE_S * RATE)


def voice(seconds: float, loud: int = 8_000) -> np.ndarray:
    return (loud * np.sin(np.arange(round(seconds * RATE)) + 1)).astype(np.int16)


def quiet(seconds: float, level: int = 0) -> np.ndarray:
    return np.full(round(seconds * RATE), level, np.int16)


def trimmed(*takes: Take) -> list[Take]:
    trimmer = Trimmer(RATE)
    return [*(trimmer.push(take) for take in takes), trimmer.finish()]


def sound(takes: list[Take]) -> np.ndarray:
    return np.concatenate([take.samples for take in takes])


@pytest.mark.parametrize("level", [0, 60, -60])
def test_silence_around_speech_goes_but_for_a_breath(level: int):
    whole = np.concatenate((quiet(0.3, level), voice(1.0), quiet(0.5, level)))
    kept = sound(trimmed(Take(whole)))
    assert len(kept) == pytest.approx(RATE + BEFORE + AFTER, abs=3)
    begin = 3_000 - BEFORE
    assert (kept[FADE:-FADE] == whole[begin + FADE : begin + len(kept) - FADE]).all()


@pytest.mark.parametrize("level", [0, 90, -90])
def test_ends_begin_and_end_with_nothing_so_that_joints_do_not_click(level: int):
    kept = sound(trimmed(Take(np.concatenate((quiet(0.3, level), voice(1.0) + np.int16(level), quiet(0.5, level))))))
    assert kept[0] == kept[-1] == 0
    assert np.abs(np.diff(np.concatenate(([0], kept[:FADE])))).max() < 30


def test_speech_to_the_very_edge_is_faded_and_not_cut():
    kept = sound(trimmed(Take(voice(0.5))))
    assert len(kept) == RATE // 2
    assert abs(int(kept[0])) < 400 and abs(int(kept[-1])) < 400


def test_very_quiet_speech_is_speech():
    whole = np.concatenate((quiet(0.2), voice(1.0, loud=60), quiet(0.2)))
    assert len(sound(trimmed(Take(whole)))) == pytest.approx(RATE + BEFORE + AFTER, abs=20)


@pytest.mark.parametrize("level", [0, 1, 50])
def test_what_is_silent_throughout_is_left_whole(level: int):
    assert len(sound(trimmed(Take(quiet(0.5, level))))) == RATE // 2


def test_a_pause_between_two_takes_stays():
    kept = sound(trimmed(Take(np.concatenate((voice(0.5), quiet(0.4)))), Take(voice(0.5))))
    assert len(kept) == round(1.4 * RATE)


def test_what_is_loud_is_given_on_at_once():
    first, _ = trimmed(Take(np.concatenate((voice(0.5), quiet(0.4)))))
    assert len(first.samples) == RATE // 2 - FADE


def test_marks_stay_at_their_words():
    first = Take(np.concatenate((quiet(0.3), voice(0.5), quiet(0.2))), (Mark(0, 3, 2_900), Mark(4, 7, 9_500)))
    second = Take(np.concatenate((voice(0.5), quiet(0.2))), (Mark(8, 9, 0), Mark(10, 11, 6_900)))
    takes = trimmed(first, second)
    begin = 3_000 - BEFORE
    at, marks = 0, []
    for take in takes:
        marks += [(mark.start, at + mark.sample) for mark in take.words]
        at += len(take.samples)
    assert marks[:3] == [(0, 2_900 - begin), (4, 9_500 - begin), (8, 10_000 - begin)]
    assert marks[3][0] == 10 and marks[3][1] <= at, "what begins in the silence that went begins at the end"


@given(st.lists(st.lists(st.sampled_from([0, 0, 0, 5, 90, -2_000, 9_000]), max_size=120), max_size=5))
def test_however_a_passage_is_taken_the_loud_part_is_whole(takes: list[list[int]]):
    whole = np.array([sample for take in takes for sample in take], np.int16)
    kept = sound(trimmed(*(Take(np.array(take, np.int16)) for take in takes)))
    loud = np.flatnonzero(np.abs(whole.astype(int)) > 100)
    if len(loud):
        assert len(kept) >= loud[-1] - loud[0] + 1
    else:
        assert len(kept) <= len(whole)


def test_pauses_are_longer_after_more_and_shorter_in_faster_speech():
    lengths = [len(pause(end, 1.0, RATE)) for end in End]
    assert lengths == sorted(set(lengths)) and lengths[0] == 0
    assert len(pause(End.SENTENCE, 2.0, RATE)) == lengths[End.SENTENCE] // 2
