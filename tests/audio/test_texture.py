import numpy as np
import pytest

from genie.audio.texture import NOTHING_DB, Textures

SIZE = 512


def tone(hertz: float, start: int = 0, loud: float = 0.5) -> np.ndarray:
    times = np.arange(start, start + SIZE) / 16_000
    return (32_767 * loud * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


@pytest.mark.parametrize("offset", [0, 12_000])
def test_where_nothing_moves_it_is_silent_whatever_the_offset(offset: int) -> None:
    assert Textures(SIZE).take(np.full(SIZE, offset, np.int16)).level_db == NOTHING_DB


def test_half_as_loud_is_six_decibels_less() -> None:
    loud, soft = (Textures(SIZE).take(tone(440, loud=loud)).level_db for loud in (0.5, 0.25))
    assert loud - soft == pytest.approx(6.02, abs=0.05) and loud == pytest.approx(-9.03, abs=0.05)


def test_a_note_that_is_held_is_steady_and_one_that_changes_is_not() -> None:
    textures = Textures(SIZE)
    textures.take(tone(440))
    assert textures.take(tone(440, SIZE, loud=0.1)).steady > 0.99
    assert textures.take(tone(1_200)).steady < 0.05


def test_noise_is_not_steady() -> None:
    textures, chance = Textures(SIZE), np.random.default_rng(0)
    steady = [textures.take(chance.normal(0, 900, SIZE).astype(np.int16)).steady for _ in range(20)]
    assert np.median(steady) < 0.9
