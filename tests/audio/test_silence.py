"""Where nobody speaks nothing is decoded: a little of `bench/silence.py`, through the real detector."""

import asyncio

import pytest

from bench.silence import hear
from tests.noises import NOISES, RATE, pcm

SECONDS = 2.0


@pytest.mark.parametrize("mode", ["push_to_talk", "hands_free"])
def test_nothing_is_decoded_of_rooms_machines_and_music(mode) -> None:
    sounds = (pcm(kind, SECONDS, level=level, seed=3) for kind in NOISES for level in (1.0, 0.1))
    assert asyncio.run(hear(b"".join(sounds), mode)) == (0, 0)


@pytest.mark.parametrize("kind", NOISES)
def test_each_kind_of_noise_is_a_sound(kind: str) -> None:
    sound = pcm(kind, 2.0)
    assert len(sound) == 4 * RATE and (any(sound) or kind == "silence")
