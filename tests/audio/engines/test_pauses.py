import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.pauses import pieces
from genie.audio.pcm import Int16


def sound(seconds: float, *quiet: tuple[float, float]) -> Int16:
    """Return a hum with quiet stretches, each from one second to another."""
    samples = np.full(round(seconds * LISTENING_RATE), 1_000, np.int16)
    for start, end in quiet:
        samples[round(start * LISTENING_RATE) : round(end * LISTENING_RATE)] = 0
    return samples


def ends(samples: Int16) -> list[float]:
    return [end / LISTENING_RATE for _, end in pieces(samples)]


def test_a_piece_ends_in_a_pause() -> None:
    first, last = ends(sound(14.0, (9.0, 10.0)))
    assert 9.2 < first < 9.8 and last == 14.0


def test_a_pause_soon_after_the_start_ends_nothing() -> None:
    assert ends(sound(12.0, (4.0, 5.0))) == [12.0]


def test_a_short_pause_ends_nothing() -> None:
    assert ends(sound(12.0, (9.0, 9.4))) == [12.0]


def test_endless_speech_is_cut_where_it_is_quietest() -> None:
    first, _ = ends(sound(20.0, (11.0, 11.2)))
    assert 11.0 <= first <= 11.2


def test_no_sound_has_no_pieces() -> None:
    assert ends(sound(0.0)) == []


@given(st.lists(st.tuples(st.floats(0.01, 9.0), st.booleans()), max_size=8))
def test_pieces_are_the_whole_recording_and_none_is_long(parts: list[tuple[float, bool]]) -> None:
    samples = np.concatenate([np.zeros(0, np.int16), *(sound(s) * loud for s, loud in parts)]).astype(np.int16)
    found = list(pieces(samples))
    assert [end for _, end in found[:-1]] == [start for start, _ in found[1:]]
    assert sum(end - start for start, end in found) == len(samples)
    assert all(0 < end - start <= 15.2 * LISTENING_RATE for start, end in found)
