"""Sound as numbers: conversions lose nothing, frames and rates join without a seam."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.pcm import MAX_RATE, MIN_RATE, Framer, Int16, Pcm, StreamResampler, check_rate
from genie.errors import BadInput


def tone(rate: int, seconds: float, pitch: float = 440.0) -> Int16:
    return (12_000 * np.sin(2 * np.pi * pitch * np.arange(round(rate * seconds)) / rate)).astype(np.int16)


@pytest.mark.parametrize("rate", [MIN_RATE, 16_000, 44_100, MAX_RATE])
def test_a_rate_that_microphones_have_passes(rate: int):
    assert check_rate(rate) == rate


@pytest.mark.parametrize("rate", [-1, 0, 1, MIN_RATE - 1, MAX_RATE + 1, 2**40])
def test_a_rate_that_nothing_has_is_refused(rate: int):
    with pytest.raises(BadInput) as caught:
        check_rate(rate)
    assert caught.value.code == "bad_sample_rate"
    assert caught.value.field == "sample_rate"


def test_bytes_are_little_endian_int16():
    assert Pcm.from_bytes(16_000, b"\x01\x00\x00\x80\xff\x7f").samples.tolist() == [1, -32_768, 32_767]


def test_bytes_come_back_as_they_were():
    data = bytes(range(256))
    assert Pcm.from_bytes(16_000, memoryview(data)).to_bytes() == data


def test_half_a_sample_is_refused():
    with pytest.raises(BadInput) as caught:
        Pcm.from_bytes(16_000, b"\x00\x01\x02")
    assert caught.value.code == "odd_length"


def test_no_bytes_are_no_samples():
    assert Pcm.from_bytes(16_000, b"").seconds == 0.0


def test_every_sample_survives_the_way_through_floats():
    every = np.arange(-32_768, 32_768).astype(np.int16)
    assert np.array_equal(Pcm.from_float(16_000, Pcm(16_000, every).to_float()).samples, every)


def test_floats_outside_the_range_are_clipped():
    samples = Pcm.from_float(16_000, np.array([-7.0, -1.0, 0.0, 1.0, 7.0], np.float32)).samples
    assert samples.tolist() == [-32_768, -32_768, 0, 32_767, 32_767]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_floats_that_are_not_numbers_are_refused(value: float):
    with pytest.raises(BadInput) as caught:
        Pcm.from_float(16_000, np.array([0.0, value], np.float32))
    assert caught.value.code == "not_finite"


def test_silence_lasts_as_long_as_asked():
    assert Pcm.silence(22_050, 1.5).seconds == 1.5
    assert not Pcm.silence(22_050, 1.5).samples.any()


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 48_000])
def test_resampling_keeps_the_sound(rate: int):
    heard = Pcm(rate, tone(rate, 1.0)).resampled(16_000)
    assert len(heard.samples) == 16_000
    assert np.corrcoef(heard.samples, tone(16_000, 1.0))[0, 1] > 0.999


def test_resampling_nothing_gives_nothing():
    assert len(Pcm.silence(44_100, 0.0).resampled(16_000).samples) == 0


def test_the_same_rate_changes_nothing():
    samples = tone(16_000, 0.1)
    assert Pcm(16_000, samples).resampled(16_000).samples is samples


@given(st.lists(st.integers(0, 70), max_size=20), st.integers(1, 40))
def test_frames_join_to_what_came_in(sizes: list[int], size: int):
    whole = np.arange(sum(sizes)).astype(np.int16)
    framer, start, frames = Framer(size), 0, []
    for count in sizes:
        frames += list(framer.push(whole[start : start + count]))
        start += count
    assert all(len(frame) == size for frame in frames)
    left = framer.take_left()
    assert len(left) < size
    assert np.array_equal(np.concatenate([*frames, left]), whole)


def test_what_was_left_over_is_forgotten_once_taken():
    framer = Framer(10)
    assert list(framer.push(np.ones(7, np.int16))) == []
    assert len(framer.take_left()) == 7
    assert len(framer.take_left()) == 0


@pytest.mark.parametrize("source", [8_000, 44_100, 48_000])
def test_a_stream_resampled_in_pieces_is_the_whole_resampled(source: int):
    samples = tone(source, 1.0)
    stream = StreamResampler(source, 16_000)
    pieces = [stream.push(samples[at : at + 313]) for at in range(0, len(samples), 313)]
    pieces.append(stream.push(np.zeros(0, np.int16), last=True))
    joined = np.concatenate(pieces)
    assert abs(len(joined) - 16_000) <= 1
    whole = Pcm(source, samples).resampled(16_000).samples[: len(joined)]
    assert np.abs(joined[: len(whole)].astype(int) - whole.astype(int)).max() <= 2


def test_a_stream_of_the_right_rate_passes_untouched():
    samples = tone(16_000, 0.1)
    assert StreamResampler(16_000, 16_000).push(samples) is samples


def test_a_stream_of_an_impossible_rate_is_refused():
    with pytest.raises(BadInput):
        StreamResampler(0, 16_000)
