from genie.audio.segmenter import Segmenter
from genie.config import VadSettings

FRAME_S = 0.032
SETTINGS = VadSettings(threshold=0.5, min_speech_s=0.12, silence_s=0.7, pre_roll_s=0.4)


def events(*parts: tuple[float, float], max_utterance_s: float = 60.0) -> list[tuple[float, str]]:
    """Feed (seconds, probability) runs frame by frame; return what happened, when."""
    segmenter, time_s, happened = Segmenter(SETTINGS, max_utterance_s), 0.0, []
    for seconds, probability in parts:
        for _ in range(round(seconds / FRAME_S)):
            time_s += FRAME_S
            if event := segmenter.push(time_s, probability):
                happened.append((time_s, event))
    return happened


def names(*parts: tuple[float, float], max_utterance_s: float = 60.0) -> list[str]:
    return [event for _, event in events(*parts, max_utterance_s=max_utterance_s)]


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
    [_, (time_s, event)] = events((1.0, 0.9), (2.0, 0.0))
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
    assert [event for _, event in happened] == ["start", "end", "start", "end", "start"]
    assert 1.9 < happened[1][0] < 2.1


def test_a_late_first_frame_does_not_count_as_speech_since_the_beginning() -> None:
    segmenter = Segmenter(SETTINGS, 60.0)
    assert segmenter.push(100.0, 0.9) is None
