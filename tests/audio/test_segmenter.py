import random

import pytest

from genie import config
from genie.audio.segmenter import FAINT_S, SPOKEN, Segmenter
from genie.audio.texture import Texture

FRAME_S = 0.032
FLAGS = {
    "vad.threshold": 0.5,
    "vad.floor_db": -65.0,
    "vad.min_speech_s": 0.12,
    "vad.soft_silence_s": 0.2,
    "vad.silence_s": 0.7,
    "vad.pre_roll_s": 0.4,
}
SETTINGS = config.load(environment={}, flags=FLAGS).vad
SOFT = ("pause", "resume")

Part = tuple[float, float] | tuple[float, float, float]


def events(
    *parts: Part, max_utterance_s: float = 60.0, ends: bool = True, patience_s: float | None = None
) -> list[tuple[float, str]]:
    """Feed (seconds, probability, dB) runs frame by frame; return what happened, when."""
    segmenter, time_s, happened = Segmenter(SETTINGS, max_utterance_s, ends=ends), 0.0, []
    for seconds, probability, *level in parts:
        for _ in range(round(seconds / FRAME_S)):
            time_s += FRAME_S
            texture = Texture(*level, 0.7) if level else SPOKEN
            if event := segmenter.push(time_s, probability, texture, patience_s):
                happened.append((time_s, event))
    return happened


def names(*parts: Part, **how) -> list[str]:
    """Return starts and ends alone."""
    return [event for _, event in events(*parts, **how) if event not in SOFT]


def test_three_seconds_of_silence_start_nothing() -> None:
    assert events((3.0, 0.02)) == []


def test_a_click_starts_nothing() -> None:
    assert events((1.0, 0.0), (0.1, 0.9), (1.0, 0.0)) == []


def test_clicks_do_not_add_up() -> None:
    assert events(*[(0.1, 0.9), (0.1, 0.0)] * 10) == []


def test_speech_starts_an_utterance_once_it_lasted_long_enough() -> None:
    [(time_s, event)] = events((1.0, 0.0), (1.0, 0.9))
    assert event == "start" and 1.1 < time_s < 1.2


def test_silence_ends_the_utterance_after_its_time() -> None:
    [_, _, (time_s, event)] = events((1.0, 0.9), (2.0, 0.0))
    assert event == "end" and 1.65 < time_s < 1.8


def test_a_pause_shorter_than_the_silence_ends_nothing() -> None:
    assert names((1.0, 0.9), (0.6, 0.0), (1.0, 0.9)) == ["start"]


def test_a_doubtful_probability_keeps_speech_going_but_starts_none() -> None:
    assert names((2.0, 0.4)) == []
    assert names((1.0, 0.9), (2.0, 0.4)) == ["start"]


def test_speech_after_the_end_starts_the_next_utterance() -> None:
    assert names((1.0, 0.9), (1.0, 0.0), (1.0, 0.9), (1.0, 0.0)) == ["start", "end", "start", "end"]


def test_endless_speech_is_cut_and_goes_on_as_the_next_utterance() -> None:
    happened = events((5.0, 0.9), max_utterance_s=2.0)
    assert [event for _, event in happened] == ["start", "cut", "cut"]
    assert 1.9 < happened[1][0] < 2.1


def test_a_short_silence_says_that_the_end_may_have_come_and_speech_takes_that_back() -> None:
    happened = events((1.0, 0.9), (0.4, 0.0), (1.0, 0.9), (0.5, 0.0))
    assert [event for _, event in happened] == ["start", "pause", "resume", "pause"]
    assert 1.15 < happened[1][0] < 1.25 and 1.4 < happened[2][0] < 1.45


@pytest.mark.parametrize("patience_s", [0.35, 1.4])
def test_the_end_waits_as_long_as_what_was_said_asks_for(patience_s: float) -> None:
    [*_, (time_s, event)] = events((0.96, 0.9), (2.0, 0.0), patience_s=patience_s)
    assert event == "end" and patience_s - 1e-6 < time_s - 0.96 < patience_s + 0.05


def test_a_button_ends_what_no_silence_does() -> None:
    assert names((1.0, 0.9), (5.0, 0.0), (90.0, 0.9), ends=False) == ["start"]


def test_what_is_too_quiet_is_no_speech_whatever_the_detector_says() -> None:
    assert events((5.0, 1.0, -70.0)) == []


@pytest.mark.parametrize("ends", [True, False])
def test_a_note_that_is_held_is_no_speech_until_it_changes(ends: bool) -> None:
    segmenter, time_s = Segmenter(SETTINGS, 60.0, ends=ends), 0.0
    while time_s < 3.0:
        event = segmenter.push(time_s := time_s + FRAME_S, 0.95, Texture(-20.0, 0.97))
        assert event is None
    while segmenter.push(time_s := time_s + FRAME_S, 0.95, SPOKEN) != "start":
        assert time_s < 3.5


def test_a_late_detector_is_believed_of_a_word_that_has_faded() -> None:
    assert names((0.2, 0.1, -30.0), (0.2, 0.9, -75.0), (1.0, 0.0, -80.0)) == ["start", "end"]


def test_who_holds_a_button_is_heard_where_the_detector_is_in_doubt() -> None:
    assert names((1.0, 0.4), ends=False) == ["start"]
    assert names((1.0, 0.4)) == []


def starts(*parts: Part, before: Part = (2.0, 0.0)) -> float:
    """Return how long before the first of these parts the utterance starts."""
    segmenter, time_s = Segmenter(SETTINGS, 60.0), 0.0
    for seconds, probability in (before, *parts):
        for _ in range(round(seconds / FRAME_S)):
            time_s += FRAME_S
            if segmenter.push(time_s, probability, SPOKEN) == "start":
                return round(before[0] / FRAME_S) * FRAME_S - segmenter.start_s
    raise AssertionError("nothing started")


def test_sound_from_before_the_first_word_belongs_to_the_utterance() -> None:
    assert starts((1.0, 0.9)) == pytest.approx(0.4)


def test_a_faint_beginning_belongs_to_the_word() -> None:
    assert 0.39 <= starts((0.2, 0.2), (1.0, 0.9)) < 0.45
    assert starts((2.0, 0.2), (1.0, 0.9)) < -2.0 + 0.4 + FAINT_S + 0.1, "a detector long in doubt hears a noise"


def test_speech_under_way_from_the_first_frame_is_whole() -> None:
    segmenter, time_s = Segmenter(SETTINGS, 60.0), 0.0
    while segmenter.push(time_s := time_s + FRAME_S, 0.9) != "start":
        assert time_s < 1.0
    assert segmenter.start_s <= 0.0


def test_an_utterance_never_starts_inside_the_one_before() -> None:
    segmenter, time_s, ended_s = Segmenter(SETTINGS, 60.0), 0.0, 0.0
    for probability in [0.9] * 30 + [0.0] * 12 + [0.9] * 30:
        event = segmenter.push(time_s := time_s + FRAME_S, probability, SPOKEN, 0.35)
        if event == "end":
            ended_s = 30 * FRAME_S
    assert ended_s and segmenter.start_s == pytest.approx(ended_s)


def test_a_forced_cut_is_at_the_quietest_moment_of_the_last_seconds() -> None:
    segmenter, time_s, event = Segmenter(SETTINGS, 10.0), 0.0, None
    while event != "cut" and time_s < 11.0:
        level = -40.0 if 8.2 < time_s < 8.3 else -20.0
        event = segmenter.push(time_s := time_s + FRAME_S, 0.9, Texture(level, 0.7))
    assert 8.2 < segmenter.start_s < 8.3


def test_near_its_limit_an_utterance_ends_with_the_first_breath() -> None:
    [_, (time_s, event)] = events((8.5, 0.9), (0.4, 0.0), (3.0, 0.9), max_utterance_s=10.0)[:2]
    assert event == "end" and 8.6 < time_s < 8.8


def test_before_its_last_seconds_nothing_of_an_utterance_is_held_back() -> None:
    segmenter, time_s, held = Segmenter(SETTINGS, 10.0), 0.0, []
    while time_s < 9.5:
        segmenter.push(time_s := time_s + FRAME_S, 0.9)
        held.append((time_s, segmenter.holds))
    assert min(at for at, holds in held if holds) >= 7.0


def test_two_hours_without_a_pause_are_cut_every_minute_and_remembered_for_seconds() -> None:
    segmenter, time_s, last, lengths = Segmenter(SETTINGS, 60.0), 0.0, 0.0, []
    noise = random.Random(1)
    while time_s < 7_200:
        if segmenter.push(time_s := time_s + FRAME_S, 0.95, Texture(noise.uniform(-40, -10), 0.7)) == "cut":
            lengths.append(segmenter.start_s - last)
            last = segmenter.start_s
    assert len(lengths) >= 119 and 56.9 < min(lengths) <= max(lengths) <= 60.1
    assert len(segmenter._moments) < 10 / FRAME_S


def test_a_late_first_frame_does_not_count_as_speech_since_the_beginning() -> None:
    segmenter = Segmenter(SETTINGS, 60.0)
    assert segmenter.push(100.0, 0.9) is None
