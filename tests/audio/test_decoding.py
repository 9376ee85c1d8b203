"""Containers in, and everything that may be wrong with an upload."""

import io
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from genie.audio.decoding import decode, decode_blocks
from genie.audio.encoding import encode
from genie.audio.format import Format
from genie.audio.pcm import Pcm
from genie.errors import BadInput, GenieError, TooLarge, Unsupported
from tests.clips import RATE, chirp, likeness, read


def failure(data: bytes, kind: type[GenieError], max_seconds: float = 60.0) -> str:
    with pytest.raises(kind) as caught:
        read(data, max_seconds)
    return caught.value.code


def file(samples: np.ndarray, rate: int = RATE, kind: str = "WAV", subtype: str = "PCM_16") -> bytes:
    outlet = io.BytesIO()
    soundfile.write(outlet, samples, rate, format=kind, subtype=subtype)
    return outlet.getvalue()


def by_av(folder: Path, container: str, codec: str, pcm: Pcm, **options: str) -> bytes:
    """Write a clip as programs other than ours do."""
    path = folder / f"clip.{container}"
    with av.open(str(path), "w", format=container, options=options) as out:
        stream = out.add_stream(codec, rate=pcm.rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(pcm.samples[None, :], format="s16", layout="mono")
        frame.sample_rate = pcm.rate
        frame.pts = 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [("mp4", "aac", 44_100), ("adts", "aac", 16_000), ("webm", "libopus", 48_000), ("ogg", "libopus", 48_000),
     ("mpegts", "mp2", 44_100), ("mp3", "libmp3lame", 22_050), ("matroska", "pcm_s16le", 16_000)],
)  # fmt: skip
def test_containers_of_other_programs_are_read(container: str, codec: str, rate: int, tmp_path: Path):
    clip = chirp(rate)
    heard = read(by_av(tmp_path, container, codec, clip))
    assert abs(heard.seconds - clip.seconds) < 0.2
    assert likeness(clip.resampled(RATE).samples, heard.samples) > 0.95


@pytest.mark.parametrize("kind", ["AU", "CAF", "AIFF", "W64", "RF64", "PAF", "NIST", "VOC"])
def test_containers_of_older_programs_are_read(kind: str):
    clip = chirp()
    assert likeness(clip.samples, read(file(clip.samples, kind=kind)).samples) > 0.99


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "MS_ADPCM"])
def test_samples_of_any_kind_are_read(subtype: str):
    clip = chirp()
    assert likeness(clip.samples, read(file(clip.to_float(), subtype=subtype)).samples) > 0.97


@pytest.mark.parametrize("rate", [8_000, 11_025, 12_345, 96_000, 192_000])
def test_odd_sample_rates_are_brought_to_the_one_asked_for(rate: int):
    clip = chirp(rate)
    heard = read(file(clip.samples, rate))
    assert heard.rate == RATE
    assert abs(heard.seconds - clip.seconds) < 0.01


@pytest.mark.parametrize("channels", [2, 3, 6, 8, 20])
def test_channels_are_mixed_evenly(channels: int):
    clip = chirp()
    wide = np.zeros((len(clip.samples), channels), np.int16)
    wide[:, 0] = clip.samples
    heard = read(file(wide)).samples
    assert np.abs(heard - clip.samples / channels).max() <= 1


def test_an_mp3_without_a_length_is_heard_to_its_end(tmp_path: Path):
    heard = read(by_av(tmp_path, "mp3", "libmp3lame", chirp(22_050, 8.0), write_xing="0", q="5"))
    assert abs(heard.seconds - 8.0) < 0.2


def test_a_spooled_file_is_read_on_disk_and_in_memory():
    for size in (1_000, 10_000_000):
        with tempfile.SpooledTemporaryFile(max_size=size) as spooled:
            spooled.write(encode(chirp(), Format.WAV))
            assert decode(spooled, rate=RATE, max_seconds=10).seconds == 2.0


def test_a_recording_named_raw_is_not_guessed_at(tmp_path: Path):
    path = tmp_path / "clip.raw"
    path.write_bytes(chirp().to_bytes())
    with path.open("rb") as opened, pytest.raises(Unsupported):
        decode(opened, rate=RATE, max_seconds=10)


def test_the_longest_recording_is_heard_and_a_little_more_is_not():
    assert read(file(chirp(seconds=2.0).samples), max_seconds=2.0).seconds == 2.0
    assert failure(file(chirp(seconds=2.1).samples), TooLarge, max_seconds=2.0) == "too_long"


def test_no_bytes_are_empty_audio():
    assert failure(b"", BadInput) == "empty_audio"


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "AU"])
def test_no_samples_are_empty_audio(kind: str):
    assert failure(file(np.zeros(0, np.int16), kind=kind), BadInput) == "empty_audio"


@pytest.mark.parametrize(
    "data",
    [b"x", b"RIFF", b"a text about nothing\n" * 50, b"\x89PNG\r\n\x1a\n" + bytes(500), b"{}", b"%PDF-1.7\n" * 100,
     bytes(5_000), b"RIFF\x0c\x00\x00\x00WAVE" + bytes(8), b"OggS" + bytes(300), b"fLaC" + bytes(300)],
)  # fmt: skip
def test_what_is_not_sound_is_refused(data: bytes):
    with pytest.raises((Unsupported, BadInput)) as caught:
        read(data)
    assert caught.value.code in ("not_audio", "empty_audio")


def test_random_bytes_never_pass_for_sound():
    for seed in range(40):
        data = np.random.default_rng(seed).bytes(10_000)
        with pytest.raises((Unsupported, BadInput)) as caught:
            read(data)
        assert caught.value.code in ("not_audio", "empty_audio")


@pytest.mark.parametrize("kind", [Format.WAV, Format.FLAC, Format.MP3])
def test_a_recording_cut_in_half_is_refused(kind: Format):
    data = encode(chirp(seconds=6.0), kind)
    assert failure(data[: len(data) // 2], BadInput) == "truncated_audio"


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [("mp4", "aac", {"movflags": "faststart"}), ("webm", "libopus", {})],
)
def test_a_browsers_recording_cut_in_half_is_refused(
    container: str, codec: str, options: dict[str, str], tmp_path: Path
):
    data = by_av(tmp_path, container, codec, chirp(48_000, 6.0), **options)
    assert failure(data[: len(data) // 2], BadInput) == "truncated_audio"


def test_a_cut_ogg_is_heard_up_to_the_cut():
    """Every beginning of an Ogg stream is one: that it was cut cannot be known."""
    data = encode(chirp(seconds=6.0), Format.OGG)
    assert 1.0 < read(data[: len(data) // 2]).seconds < 5.0


@pytest.mark.parametrize("size", [0xFFFF_FFFF, 0xFFFF_FFF0, 0x7FFF_FFFF, 0x7FFF_F024])
def test_a_wav_that_claims_gigabytes_is_as_long_as_its_bytes(size: int):
    data = bytearray(file(chirp().samples))
    data[4:8] = data[40:44] = struct.pack("<I", size)
    assert read(bytes(data)).seconds == 2.0


@pytest.mark.parametrize("rate", [0, 1, 7_999, 192_001, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_forged_sample_rate_is_refused(rate: int):
    data = bytearray(file(chirp().samples))
    data[24:28] = struct.pack("<I", rate)
    assert failure(bytes(data), GenieError) in ("bad_sample_rate", "not_audio", "empty_audio")


def test_too_many_channels_are_refused():
    data = file(np.zeros((100, 64), np.int16))
    assert failure(data, Unsupported) == "too_many_channels"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float):
    assert failure(file(np.full(100, value), subtype="FLOAT"), BadInput) == "not_finite"


def test_a_picture_in_a_sound_container_is_not_sound():
    outlet = io.BytesIO()
    with av.open(outlet, "w", format="matroska") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for packet in (*stream.encode(av.VideoFrame(32, 32, "yuv420p")), *stream.encode(None)):
            out.mux(packet)
    assert failure(outlet.getvalue(), Unsupported) == "not_audio"


def test_an_upload_cannot_open_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "secret.wav").write_bytes(file(chirp().samples))
    monkeypatch.chdir(tmp_path)
    assert failure(b"ffconcat version 1.0\nfile secret.wav\n", Unsupported) == "not_audio"


def test_a_stream_of_blocks_stays_small():
    blocks = list(decode_blocks(io.BytesIO(file(chirp(44_100, 30.0).samples, 44_100)), rate=RATE, max_seconds=60))
    assert max(len(block) for block in blocks) <= 65_536
    assert sum(len(block) for block in blocks) == 30 * RATE


BOMB = """
import io, resource, sys
from pathlib import Path
from genie.audio.decoding import decode
from genie.errors import GenieError
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(io.BytesIO(data), rate=16_000, max_seconds=600.0)
except GenieError as error:
    print(error.code, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", ["flac", "opus"])
def test_eight_hours_in_a_small_file_cost_little_memory(kind: str, tmp_path: Path):
    path = tmp_path / f"bomb.{kind}"
    hours = bomb_flac(8) if kind == "flac" else bomb_opus(8)
    path.write_bytes(hours)
    assert len(hours) < 10_000_000
    done = subprocess.run([sys.executable, "-c", BOMB, str(path)], capture_output=True, text=True, check=True)
    code, grown_mib = done.stdout.split()
    assert code == "too_long"
    assert int(grown_mib) < 100


def test_an_index_of_thirty_million_packets_costs_little_memory(tmp_path: Path):
    path = tmp_path / "bomb.mp4"
    path.write_bytes(bomb_mp4(by_av(tmp_path, "mp4", "aac", chirp()), 30_000_000))
    assert path.stat().st_size < 100_000
    done = subprocess.run([sys.executable, "-c", BOMB, str(path)], capture_output=True, text=True, check=True)
    code, grown_mib = done.stdout.split()
    assert code in ("empty_audio", "not_audio", "truncated_audio")
    assert int(grown_mib) < 200


def bomb_mp4(data: bytes, packets: int) -> bytes:
    """Return an MP4 whose one chunk claims so many packets of one size, for which it needs no table."""
    bomb = bytearray(data)
    struct.pack_into(">II", bomb, bomb.index(b"stsz") + 8, 1, packets)
    struct.pack_into(">I", bomb, bomb.index(b"stsc") + 16, packets)
    return bytes(bomb)


def bomb_flac(hours: int) -> bytes:
    outlet = io.BytesIO()
    minute = np.zeros(60 * 8_000, np.int16)
    with soundfile.SoundFile(outlet, "w", 8_000, 1, format="FLAC") as sound:
        for _ in range(60 * hours):
            sound.write(minute)
    return outlet.getvalue()


def bomb_opus(hours: int) -> bytes:
    """Return an Ogg Opus file of silent packets of 60 ms: one packet is encoded, the rest are copies."""
    outlet = io.BytesIO()
    with av.open(outlet, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=48_000, layout="mono", options={"frame_duration": "60"})
        stream.time_base = Fraction(1, 48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 2_880), np.int16), format="s16", layout="mono")
        frame.sample_rate = 48_000
        silence = bytes(stream.encode(frame)[0])
        for number in range(hours * 60_000):
            packet = av.Packet(silence)
            packet.stream, packet.time_base = stream, stream.time_base
            packet.pts = packet.dts = number * 2_880
            packet.duration = 2_880
            out.mux(packet)
    return outlet.getvalue()
