"""Containers out: whole, and as a stream that is sent while it is made."""

import io
import tracemalloc

import av
import numpy as np
import pytest

from genie.audio.encoding import Encoder, encode
from genie.audio.format import Format
from genie.audio.pcm import Pcm
from tests.clips import RATE, chirp, likeness, read


@pytest.mark.parametrize("kind", [Format.WAV, Format.MP3, Format.OGG, Format.FLAC])
@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
def test_what_was_encoded_is_heard_again(kind: Format, rate: int):
    clip = chirp(rate)
    heard = read(encode(clip, kind))
    assert abs(heard.seconds - clip.seconds) < 0.1
    assert likeness(clip.resampled(RATE).samples, heard.samples) > 0.95


@pytest.mark.parametrize("kind", [Format.WAV, Format.FLAC])
def test_lossless_formats_lose_nothing(kind: Format):
    clip = chirp()
    assert np.array_equal(read(encode(clip, kind)).samples, clip.samples)


@pytest.mark.parametrize("kind", list(Format))
def test_a_streamed_encoding_is_the_same_sound(kind: Format):
    clip = chirp(22_050)
    encoder = Encoder(kind, clip.rate)
    parts = [encoder.push(clip.samples[at : at + 999]) for at in range(0, len(clip.samples), 999)]
    data = b"".join(parts) + encoder.finish()
    heard = Pcm.from_bytes(clip.rate, data).resampled(RATE) if kind is Format.PCM else read(data)
    assert abs(heard.seconds - clip.seconds) < 0.1
    assert likeness(clip.resampled(RATE).samples, heard.samples) > 0.95


@pytest.mark.parametrize("kind", list(Format))
def test_a_streamed_encoding_comes_before_the_end(kind: Format):
    encoder = Encoder(kind, 24_000)
    early = sum(len(encoder.push(chirp(24_000, 0.5).samples)) for _ in range(5))
    late = len(encoder.finish())
    assert early > late


@pytest.mark.parametrize("kind", list(Format))
def test_no_format_holds_back_more_than_a_fifth_of_a_second(kind: Format):
    """From one moment to another: what an encoder needs at first to begin, it holds back for good."""
    encoder = Encoder(kind, 24_000)
    clip = chirp(24_000, 6.0).samples
    came = [len(encoder.push(clip[at : at + 1_200])) for at in range(0, len(clip), 1_200)]
    encoder.finish()
    silent = [len(gap) for gap in "".join("x" if count else " " for count in came[8:]).split("x")]
    assert max(silent) <= 4, "of 0.05 s each"
    assert 8 * sum(came[:8]) / 0.4 > 8_000


def test_the_same_sound_is_encoded_to_the_same_bytes():
    for kind in Format:
        one, other = Encoder(kind, 24_000), Encoder(kind, 24_000)
        samples = chirp(24_000).samples
        assert one.push(samples) + one.finish() == other.push(samples) + other.finish()


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 48_000])
def test_players_know_how_long_a_streamed_mp3_lasts_though_no_header_says_so(rate: int):
    clip = chirp(rate, seconds=10.0)
    quiet = np.concatenate([clip.samples, np.zeros(10 * rate, np.int16)])  # of varying rate, silence would take less
    encoder = Encoder(Format.MP3, rate)
    sound = encoder.push(quiet) + encoder.finish()
    with av.open(io.BytesIO(sound)) as container:
        assert container.duration / av.time_base == pytest.approx(20.0, abs=0.3)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000])
def test_an_mp3_that_was_encoded_whole_says_to_the_sample_how_long_it_is(rate: int):
    clip = chirp(rate, seconds=2.34567)
    encoder = Encoder(Format.MP3, rate, whole=True)
    assert not encoder.push(clip.samples)
    with av.open(io.BytesIO(encoder.finish())) as container:
        heard = [frame.to_ndarray() for frame in container.decode(audio=0)]
    assert sum(block.shape[1] for block in heard) == len(clip.samples)


@pytest.mark.parametrize("kind", list(Format))
def test_what_was_sent_is_held_no_longer(kind: Format):
    second = np.random.default_rng(1).integers(-9_000, 9_000, 24_000, np.int16)
    encoder = Encoder(kind, 24_000)
    encoder.push(second)
    tracemalloc.start()
    try:
        sent = sum(len(encoder.push(second)) for _ in range(60))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < sent / 4


def test_an_encoder_that_hears_nothing_still_ends_well():
    for kind in Format:
        encoder = Encoder(kind, 24_000)
        assert isinstance(encoder.finish(), bytes)


def test_a_streamed_wav_says_that_its_length_is_not_known():
    head = Encoder(Format.WAV, 24_000).push(np.ones(10, np.int16))
    assert head[:8] == b"RIFF\xff\xff\xff\xff"
    assert head[36:44] == b"data\xff\xff\xff\xff"
    assert len(head) == 44 + 20
