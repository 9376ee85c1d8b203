"""An utterance against a perfect listener: one word for each second of sound, heard as soon as it was spoken."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie.audio.engine import LISTENING_RATE, Heard, Spoken
from genie.audio.engines.whisper.utterance import Found, Utterance
from genie.audio.engines.whisper.words import Piece

SECOND = LISTENING_RATE


def begun(window_s=10.0, guard_s=0.5, room=100):
    return Utterance(Spoken("en"), window_s=window_s, guard_s=guard_s, steps_per_s=50.0, room=room)


def spoken(first, count):
    """Return seconds of sound, each with its number as the loudness, and a quiet end."""
    numbers = np.repeat(np.arange(first + 100, first + 100 + count), SECOND).reshape(count, SECOND)
    numbers[:, -SECOND // 5 :] = 1
    return numbers.astype(np.int16).ravel()


def listen(asked, *, timed=True):
    """Return the numbers of the seconds in a pass's sound that follow those it was given."""
    loud = asked.sound.astype(int)
    starts = np.flatnonzero((loud > 1) & (np.diff(loud, prepend=0) != 0)).tolist()
    found = [
        Piece(int(loud[place]), f" {loud[place]}".encode(), place / SECOND + 0.5 if timed else None) for place in starts
    ]
    left = [piece for piece in found if piece.token not in asked.given]
    return Found(left, whole=True, trusted=True, language="en")


def advance(utterance, *, last=False, timed=True):
    passes = []
    while (asked := utterance.next(last=last)) is not None:
        passes.append(asked)
        utterance.take(asked, listen(asked, timed=timed))
    return passes


def numbers(count):
    return " ".join(str(number + 100) for number in range(count))


def test_words_that_lie_behind_stay_and_the_rest_may_change():
    utterance = begun()
    utterance.feed(spoken(0, 3))
    advance(utterance)
    assert utterance.heard() == Heard("100 101 102", "", "en")
    utterance.feed(spoken(3, 1)[: SECOND * 3 // 4])
    advance(utterance)
    assert utterance.heard() == Heard("100 101 102", "103", "en")


def test_words_that_stay_are_given_to_the_next_pass():
    utterance = begun()
    utterance.feed(spoken(0, 3))
    advance(utterance)
    utterance.feed(spoken(3, 1))
    [asked] = advance(utterance)
    assert asked.given == [100, 101, 102]


def test_nothing_is_heard_twice():
    utterance = begun()
    utterance.feed(spoken(0, 3))
    assert len(advance(utterance)) == 1
    assert advance(utterance) == advance(utterance, last=True) == []
    assert utterance.final().committed == numbers(3)


def test_silence_is_not_heard():
    utterance = begun()
    utterance.feed(np.ones(25 * SECOND, np.int16))
    assert advance(utterance, last=True) == []
    assert utterance.final() == Heard("", "", "en")


@pytest.mark.parametrize("timed", [True, False])
def test_an_utterance_of_minutes_is_heard_in_windows_and_forgotten_behind(timed):
    utterance, longest = begun(), 0
    before = ""
    for second in range(100):
        utterance.feed(spoken(second, 1))
        longest = max([longest, *(len(asked.sound) for asked in advance(utterance, timed=timed))])
        assert utterance.heard().committed.startswith(before)
        before = utterance.heard().committed
    assert longest <= 10 * SECOND
    assert sum(map(len, utterance._pieces)) <= 10 * SECOND
    advance(utterance, last=True, timed=timed)
    assert utterance.final().committed.startswith(before)
    if timed:
        assert utterance.final().committed == numbers(100)


def test_much_sound_that_came_at_once_is_heard_in_windows():
    utterance = begun()
    utterance.feed(spoken(0, 45))
    advance(utterance, last=True)
    assert utterance.final().committed == numbers(45)


def test_the_window_moves_on_with_its_words():
    utterance = begun()
    utterance.feed(spoken(0, 12))
    passes = advance(utterance)
    assert passes[-1].place[0] > 0
    assert passes[-1].given[:1] != passes[0].given[:1]


def test_words_that_stay_behind_a_forced_cut_are_not_heard_again():
    utterance, noise = begun(), np.ones(7 * SECOND, np.int16)
    noise[0] = 101  # it has no word, and is no silence
    utterance.feed(np.concatenate([noise, spoken(50, 3)]))
    asked = utterance.next(last=False)
    pieces = [Piece(150 + number, f" {150 + number}".encode(), at) for number, at in enumerate((8.2, 8.8, 9.3))]
    utterance.take(asked, Found(pieces, whole=True, trusted=True))
    assert utterance.heard().committed == "150 151 152"
    utterance.feed(spoken(60, 1))
    assert utterance.next(last=False).given == [150, 151, 152], "their sound is still in the window"


def test_a_window_whose_words_fill_the_decoder_moves_on():
    utterance, longest = begun(room=4), 0
    for second in range(40):
        utterance.feed(spoken(second, 1))
        longest = max([longest, *(len(asked.given) for asked in advance(utterance))])
    assert longest <= 5
    advance(utterance, last=True)
    assert utterance.final().committed == numbers(40)


def test_a_token_that_spells_nothing_cuts_no_committed_word():
    utterance = begun()
    utterance.feed(spoken(0, 5))
    asked = utterance.next(last=False)
    spelled = [(b" one", 0.5), (b"", 0.6), (b"\xff", 0.7), (b" sev", 1.5), (b"en", 1.7), (b" four", 4.9)]
    utterance.take(asked, Found([Piece(1, text, at) for text, at in spelled], whole=True, trusted=True))
    assert utterance.heard() == Heard("one seven", "four", "en")


def test_a_text_that_is_not_trusted_is_shown_and_does_not_stay():
    utterance = begun()
    utterance.feed(spoken(0, 3))
    asked = utterance.next(last=False)
    utterance.take(asked, Found(listen(asked).pieces, whole=True, trusted=False))
    assert utterance.heard() == Heard("", numbers(3), "en")
    assert utterance.next(last=True) is not None, "the end is worth another look"


def test_what_goes_round_is_said_once_but_for_what_was_read():
    utterance = begun()
    utterance.feed(spoken(0, 1))
    asked = utterance.next(last=True)
    loop = [Piece(1, b" so", 0.1)] * 8
    utterance.take(asked, Found(loop, whole=True, trusted=False))
    assert utterance.final().committed == "so"


def test_a_full_stop_is_not_settled_with_its_word():
    utterance = begun()
    utterance.feed(spoken(0, 3))
    asked = utterance.next(last=False)
    utterance.take(asked, Found([Piece(1, b" It", 0.5), Piece(2, b".", 0.6)], whole=True, trusted=True))
    assert utterance.heard() == Heard("It", ".", "en")


PASSES = st.tuples(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from([b" a", b"b", b".", b"\xe6", "東".encode()]), st.floats(0, 10)), max_size=8),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(PASSES, max_size=8))
def test_whatever_is_heard_committed_text_only_grows(passes):
    utterance, before, second = begun(), "", 0
    for seconds, heard, whole, trusted in passes:
        utterance.feed(spoken(second, seconds))
        second += seconds
        while (asked := utterance.next(last=False)) is not None:
            utterance.take(asked, Found([Piece(1, text, at) for text, at in heard], whole=whole, trusted=trusted))
            assert utterance.heard().committed.startswith(before)
            before = utterance.heard().committed
            if not whole or not trusted:
                break
    while (asked := utterance.next(last=True)) is not None:
        utterance.take(asked, Found([], whole=True, trusted=True))
    assert utterance.final().committed.startswith(before)
