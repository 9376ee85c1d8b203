import pytest
import torch

from genie.audio.engines.whisper.looks import frames


def looking(*places: int, length: int = 60, rest: int | None = None) -> list[torch.Tensor]:
    """Return the looks of two heads, a row for each token, spread a little around its place."""
    rows = []
    for place in places:
        row = torch.exp(-((torch.arange(length) - place) ** 2) / 30.0)
        if rest is not None:
            row[rest] += 3.0
        rows.append((row / row.sum()).expand(2, -1))
    return rows


def test_a_token_was_spoken_where_the_heads_looked():
    assert frames(looking(5, 15, 25, 35, 45), 60, 1) == pytest.approx([15, 25, 35, 45], abs=2)


def test_a_frame_on_which_a_head_always_rests_says_nothing():
    assert frames(looking(10, 20, 30, 40, 50, rest=0), 60, 0) == pytest.approx([10, 20, 30, 40, 50], abs=2)


def test_nobody_speaks_beyond_the_end_of_the_sound():
    assert all(frame < 20 for frame in frames(looking(5, 15, 25, 35), 20, 0))


def test_without_heads_nothing_is_known():
    assert frames([], 60, 0) == []
