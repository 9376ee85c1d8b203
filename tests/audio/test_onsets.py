"""The first word is whole: a little of `bench/onsets.py`, through the real detector."""

import asyncio

from bench.onsets import run


def test_no_first_word_is_clipped_or_missed() -> None:
    assert asyncio.run(run(12, seed=5)) == {"onsets": 12, "clipped": 0, "missed": 0, "false starts": 0}
