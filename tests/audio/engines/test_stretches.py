"""Recordings heard window by window: nothing lost, nothing twice, whatever the length."""

import resource
import tracemalloc

import numpy as np

from genie.audio.engine import Segment, Stretch, Word
from genie.audio.engines.stretches import stretches
from genie.audio.engines.windows import Cuts
from genie.audio.recording import RATE
from tests.recordings import hours, hum, recorded

CUTS = Cuts(18.0, 30.0, overlap_s=10.0)


def counting(samples, start_s):
    """Hear a word every second, named by when it is spoken; one that is cut at an edge is heard wrongly."""
    end_s = start_s + len(samples) / RATE
    words = [
        Word(
            second, min(second + 0.9, end_s), f" n{second}" if start_s <= second and second + 0.9 <= end_s else " noise"
        )
        for second in range(int(start_s), int(end_s) + 1)
        if second + 0.9 > start_s and second < end_s
    ]
    yield None
    yield Segment(start_s, end_s, "".join(word.text for word in words).strip(), tuple(words))


def speaks(samples):
    return bool(np.abs(samples).max() > 500)


def text(found: list[Stretch]) -> str:
    return " ".join(segment.text for stretch in found for segment in stretch.segments)


def test_words_that_straddle_the_cuts_are_heard_once_and_whole(tmp_path):
    found = list(stretches(recorded(tmp_path, hum(95.5)), CUTS, counting, speaks))
    assert text(found).split() == [f"n{second}" for second in range(95)] + ["noise"]
    times = [word for stretch in found for segment in stretch.segments for word in segment.words]
    assert [word.start_s for word in times] == list(range(96))


def test_it_goes_on_from_where_it_was_settled_as_if_it_had_not_stopped(tmp_path):
    recording = recorded(tmp_path, hum(95.5, (50.0, 51.0)))
    whole = list(stretches(recording, CUTS, counting, speaks))
    for number, stretch in enumerate(whole[:-1], 1):
        rest = list(stretches(recording, CUTS, counting, speaks, stretch.until_s))
        assert f"{text(whole[:number])} {text(rest)}".split() == text(whole).split(), stretch.until_s


def test_what_is_settled_never_moves_back_and_ends_at_the_end(tmp_path):
    found = list(stretches(recorded(tmp_path, hum(95.5, (50.0, 51.0))), CUTS, counting, speaks))
    until = [stretch.until_s for stretch in found]
    assert until == sorted(until) and until[-1] == 95.5
    assert all(segment.end_s <= stretch.until_s for stretch in found for segment in stretch.segments)


def test_where_nobody_speaks_nothing_is_decoded(tmp_path):
    decoded = []

    def hear(samples, start_s):
        decoded.append(start_s)
        return counting(samples, start_s)

    quiet_hum = np.concatenate([hum(60.0, level=100), hum(20.0), hum(600.0, level=0)])
    found = list(stretches(recorded(tmp_path, quiet_hum), CUTS, hear, speaks))
    assert decoded == [40.0, 60.0]  # the window before the speech, too: it overlaps
    assert found[-1].until_s == 680.0


def test_ten_hours_take_no_more_memory_than_ten_minutes(tmp_path):
    recording = hours(tmp_path, 10.0, *((at, hum(40.0)) for at in range(0, 36_000, 1_800)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    found = stretches(recording, CUTS, counting, speaks)
    words = sum(len(segment.words) for stretch in found for segment in stretch.segments)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert words >= 20 * 40
    assert peak < 32 * 2**20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1_024  # KiB: no page of the file is ours
