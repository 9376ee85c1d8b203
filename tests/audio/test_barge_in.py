import pytest

from genie import config
from genie.audio.barge_in import LATE_S, Action, BargeIn, Verdict

SETTINGS = config.load(environment={}).barge_in
STEP_S = 0.032


class Scene:
    """Somebody speaks into an answer, frame by frame."""

    def __init__(self) -> None:
        self.barge_in = BargeIn(SETTINGS, "en")
        self.at_s = 0.0
        self.acted: list[tuple[Action, float]] = []

    def go(self, seconds: float, *, speaks: bool, text: str = "", sounding: bool = True) -> "Scene":
        for _ in range(round(seconds / STEP_S)):
            self.at_s += STEP_S
            if action := self.barge_in.push(STEP_S, speaks=speaks, sounding=sounding, text=text):
                self.acted.append((action, round(self.at_s, 2)))
        return self

    @property
    def actions(self) -> list[Action]:
        return [action for action, _ in self.acted]


def test_a_click_does_nothing():
    assert Scene().go(0.16, speaks=True).go(1.0, speaks=False).actions == []


def test_a_cough_holds_genie_and_half_a_second_later_it_goes_on():
    scene = Scene().go(0.4, speaks=True).go(1.5, speaks=False)
    assert scene.actions == ["hold", "go_on"]
    (_, held), (_, resumed) = scene.acted
    assert held == pytest.approx(SETTINGS.hold_s, abs=STEP_S)
    assert resumed == pytest.approx(0.4 + SETTINGS.resume_s, abs=2 * STEP_S)
    assert scene.barge_in.end("", sounding=True) == Verdict(None, "noise")


def test_a_long_hmm_holds_it_until_the_ear_says_that_it_was_none():
    scene = Scene().go(1.4, speaks=True).go(1.0, speaks=False)
    assert scene.actions == ["hold"]
    assert scene.barge_in.end("", sounding=True) == Verdict("go_on", "noise")


def test_a_long_hmm_that_the_ear_knows_lets_it_go_on_at_once():
    scene = Scene().go(1.4, speaks=True, text="hmm").go(0.6, speaks=False, text="hmm")
    assert scene.actions == ["hold", "go_on"]


def test_what_may_have_been_words_is_not_spoken_over():
    scene = Scene().go(0.9, speaks=True).go(1.5, speaks=False)
    assert scene.actions == ["hold"]
    assert scene.barge_in.end("And tomorrow?", sounding=True) == Verdict("stop", None)


def test_an_ear_that_says_nothing_is_not_waited_for_for_ever():
    scene = Scene().go(0.9, speaks=True).go(LATE_S + 0.2, speaks=False)
    assert scene.actions == ["hold", "go_on"]


def test_a_long_word_alone_is_asked():
    scene = Scene().go(1.0, speaks=True).go(0.7, speaks=False)
    assert scene.barge_in.end("Seriously?", sounding=True) == Verdict("stop", None)


def test_who_goes_on_speaking_stops_it():
    scene = Scene().go(1.6, speaks=True).go(1.1, speaks=True, sounding=False)
    assert scene.actions == ["hold", "stop"]
    assert scene.acted[1][1] == pytest.approx(SETTINGS.min_speech_s, abs=STEP_S)
    assert scene.barge_in.end("what about tomorrow", sounding=False) == Verdict(None, None)


def test_two_words_stop_it_sooner():
    scene = Scene().go(0.3, speaks=True).go(0.1, speaks=True, text="what about")
    assert scene.actions == ["hold", "stop"]


def test_one_word_that_goes_along_does_not():
    scene = (
        Scene().go(0.4, speaks=True).go(0.6, speaks=True, text="yeah right").go(0.7, speaks=False, text="yeah right")
    )
    assert scene.actions == ["hold", "go_on"]
    assert scene.barge_in.end("Yeah, right.", sounding=True) == Verdict(None, "backchannel")


def test_nobody_goes_along_for_ever():
    assert Scene().go(4.0, speaks=True, text="yeah").actions[:2] == ["hold", "stop"]


def test_stop_said_alone_stops_it_and_asks_nothing():
    scene = Scene().go(0.3, speaks=True).go(0.1, speaks=False, text="stop")
    assert scene.actions == ["hold", "stop"]
    assert scene.barge_in.end("Stop.", sounding=False) == Verdict(None, "stop")


def test_a_stop_too_short_to_hold_it_stops_it_as_soon_as_it_is_understood():
    scene = Scene().go(0.2, speaks=True).go(0.4, speaks=False).go(0.1, speaks=False, text="wait")
    assert scene.actions == ["stop"]
    assert scene.barge_in.end("Wait!", sounding=False) == Verdict(None, "stop")


def test_a_stop_said_in_silence_stops_nothing_that_begins_behind_it():
    scene = Scene().go(0.4, speaks=True, sounding=False).go(0.5, speaks=False, text="wait")
    assert scene.actions == []


def test_a_stop_that_is_understood_at_the_end_only_stops_it_then():
    scene = Scene().go(0.2, speaks=True)
    assert scene.barge_in.end("Stop.", sounding=True) == Verdict("stop", "stop")


def test_a_short_question_that_is_understood_at_the_end_only_stops_it_then():
    scene = Scene().go(0.4, speaks=True).go(0.2, speaks=False)
    assert scene.barge_in.end("And tomorrow?", sounding=True) == Verdict("stop", None)


def test_a_single_word_lets_it_go_on():
    scene = Scene().go(0.4, speaks=True).go(0.2, speaks=False)
    assert scene.barge_in.end("the", sounding=True) == Verdict("go_on", "noise")


def test_a_single_word_as_it_ended_is_asked():
    scene = Scene().go(0.2, speaks=True)
    assert scene.barge_in.end("Why?", sounding=False) == Verdict("stop", None)


def test_what_is_said_in_silence_is_asked():
    scene = Scene().go(3.0, speaks=True, sounding=False)
    assert scene.actions == []
    assert scene.barge_in.end("Mhm.", sounding=False) == Verdict(None, None)


def test_who_speaks_again_after_a_false_alarm_is_heard():
    scene = Scene().go(0.4, speaks=True).go(0.7, speaks=False).go(1.6, speaks=True)
    assert scene.actions == ["hold", "go_on", "hold", "stop"]


def test_an_answer_that_follows_the_one_that_was_stopped_waits_until_all_is_said():
    scene = Scene().go(1.6, speaks=True).go(0.5, speaks=True, sounding=False).go(0.4, speaks=True)
    assert scene.actions == ["hold", "stop", "hold"]
    assert scene.barge_in.end("what about tomorrow", sounding=True) == Verdict("go_on", None)


def test_the_next_utterance_begins_anew():
    scene = Scene().go(1.6, speaks=True)
    scene.barge_in.end("what about tomorrow", sounding=False)
    assert scene.go(1.6, speaks=True).actions == ["hold", "stop", "hold", "stop"]
