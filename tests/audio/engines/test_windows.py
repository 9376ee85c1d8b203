from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie.audio.engines.windows import Cuts, windows
from genie.audio.pcm import Int16
from genie.audio.recording import RATE
from tests.recordings import hum, recorded

DICTATED = Cuts(8.0, 15.0)
OVERLAPPING = Cuts(18.0, 30.0, overlap_s=10.0)


@pytest.fixture
def ends(tmp_path):
    def cut(samples: Int16, cuts: Cuts = DICTATED) -> list[float]:
        return [window.end / RATE for window in windows(recorded(tmp_path, samples), cuts)]

    return cut


def test_a_window_ends_in_a_pause(ends):
    first, last = ends(hum(14.0, (9.0, 10.0)))
    assert 9.2 < first < 9.8 and last == 14.0


def test_a_pause_soon_after_the_start_ends_nothing(ends):
    assert ends(hum(12.0, (4.0, 5.0))) == [12.0]


def test_a_short_pause_ends_nothing(ends):
    assert ends(hum(12.0, (9.0, 9.4))) == [12.0]


def test_endless_speech_is_cut_where_it_is_quietest(ends):
    first, _ = ends(hum(20.0, (11.0, 11.2)))
    assert 11.0 <= first <= 11.2


def test_no_sound_has_no_windows(ends):
    assert ends(hum(0.0)) == []


def test_windows_without_a_pause_overlap_where_that_is_wanted(tmp_path):
    found = list(windows(recorded(tmp_path, hum(75.0)), OVERLAPPING))
    assert [(window.first / RATE, window.end / RATE) for window in found] == [(0, 30), (20, 50), (40, 70), (60, 75)]


def test_windows_meet_in_a_pause_without_being_heard_twice(tmp_path):
    found = list(windows(recorded(tmp_path, hum(75.0, (25.0, 26.0), (50.0, 51.0))), OVERLAPPING))
    assert [window.next == window.end for window in found] == [True] * 3
    assert [round(window.end / RATE) for window in found] == [25, 50, 75]


def test_silence_is_passed_over_up_to_shortly_before_sound(tmp_path):
    *silent, heard = windows(recorded(tmp_path, hum(200.0, (0.0, 195.0))), DICTATED)
    assert all(window.silent for window in silent) and not heard.silent
    assert [round(window.end / RATE, 1) for window in silent] == [60.0, 120.0, 180.0, 194.7]
    assert (heard.first, heard.end) == (silent[-1].end, 200 * RATE)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.01, 40.0), st.sampled_from([0, 20, 1_000])), max_size=6),
    st.sampled_from([DICTATED, OVERLAPPING, Cuts(4.0, 8.0, overlap_s=2.5)]),
    st.integers(0, 1_000),
)
def test_windows_leave_nothing_out_are_not_long_and_are_found_again_from_any_of_them(parts, cuts: Cuts, odd: int):
    samples = np.concatenate([np.zeros(odd, np.int16), *(hum(seconds, level=level) for seconds, level in parts)])
    with TemporaryDirectory() as folder:
        recording = recorded(Path(folder), samples)
        found = list(windows(recording, cuts))
        again = list(windows(recording, cuts, found[len(found) // 2].first)) if found else []
    assert [window.next for window in found[:-1]] == [window.first for window in found[1:]]
    assert all(window.first < window.next <= window.end for window in found)
    assert not found or (found[0].first, found[-1].end) == (0, len(samples))
    assert all(window.end - window.first <= cuts.longest_s * RATE for window in found if not window.silent)
    assert all(not np.abs(samples[window.first : window.end]).max() > 33 for window in found if window.silent)
    assert again == found[len(found) // 2 :]
