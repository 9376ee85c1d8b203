"""The bench that tells how many words an engine gets wrong counts them right, and is sure of what it may be sure of."""

import pytest

from bench.accuracy import measure, word_errors
from bench.bootstrap import difference, interval
from genie.audio.engine import Spoken
from tests.training.exam import FOLDER, questions, write_corpus


def test_changed_missing_and_added_words_are_errors():
    assert word_errors(["set", "a", "timer"], ["set", "timer", "now"]) == 2
    assert word_errors([], ["you"]) == 1


def test_the_rate_lies_inside_its_interval():
    low, high = interval([0, 1, 2, 0, 1] * 20, [10] * 100)
    assert 0.05 < low < 0.08 < high < 0.11


def test_equal_errors_do_not_differ_and_more_errors_do():
    assert difference([1, 0, 2], [1, 0, 2], [5, 5, 5]) == (0, 0)
    low, _ = difference([2] * 20, [1] * 20, [10] * 20)
    assert low == pytest.approx(0.1)


def test_a_checkpoint_is_heard_with_each_setting_on_a_folder_of_recordings(tmp_path):
    write_corpus(questions(2), tmp_path)
    found = list(measure(tmp_path, [str(FOLDER)], ["whole-float32", "usual"], Spoken("en"), 1))
    assert [(each.settings, each.way) for each in found] == [
        (settings, way) for settings in ("whole-float32", "usual") for way in ("utterance", "recording")
    ]
    assert {each.errors for each in found} == {0}
