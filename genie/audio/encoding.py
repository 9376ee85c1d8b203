"""PCM to any `Format`, whole or as a stream. Blocking: call it off the event loop."""

import os
import struct
from typing import Any

import av
import numpy as np
import soundfile
import soxr

from genie.audio.format import Format
from genie.audio.opus import OpusWriter
from genie.audio.pcm import Int16, Pcm, StreamResampler

WAV_UNKNOWN = 0xFFFF_FFFF
EDITION = "-".join((soundfile.__version__, soundfile.__libsndfile_version__, av.__version__, soxr.__version__))
"""What encodes: others may write other bytes for the same sound."""

WAV_HEADER = 44
"""Bytes before the samples of a WAV that we write."""


class Encoder:
    """Encode a stream of mono sound: what has been pushed can be sent at once, and nothing sent is ever corrected.

    WAV and bare samples hold nothing back, MP3 0.1 s, FLAC 4,096 samples, Ogg 0.2 s. One that encodes a `whole` holds
    all of it back until it is finished: its header then says to the sample how long it is.

    A rate that the format does not know is raised to the next one it does.
    """

    def __init__(self, kind: Format, rate: int, *, whole: bool = False) -> None:
        target = _writable_rate(kind, rate)
        bare = kind is Format.WAV and not whole
        self._head = wav_header(target) if bare else b""
        self._resampler = StreamResampler(rate, target)
        self._outlet = _Outlet()
        self._whole = whole
        self._sound = (
            OpusWriter(self._outlet, target)
            if kind is Format.OGG
            else soundfile.SoundFile(self._outlet, "w", target, 1, **_container(Format.PCM if bare else kind))
        )

    def push(self, samples: Int16) -> bytes:
        """Take int16 samples of shape (n,) and return the bytes that are ready, which may be none."""
        self._sound.write(self._resampler.push(samples))
        return b"" if self._whole else self._take()

    def finish(self) -> bytes:
        """End the stream and return its last bytes."""
        self._sound.write(self._resampler.push(np.zeros(0, np.int16), last=True))
        self._sound.close()
        return self._take()

    def _take(self) -> bytes:
        head, self._head = self._head, b""
        return head + self._outlet.take()


def encode(pcm: Pcm, kind: Format) -> bytes:
    """Return a whole clip in this format, with its length in its header where the format has one."""
    encoder = Encoder(kind, pcm.rate, whole=True)
    return encoder.push(pcm.samples) + encoder.finish()


def _writable_rate(kind: Format, rate: int) -> int:
    known: tuple[int, ...]
    match kind:
        case Format.MP3:
            known = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
        case Format.OGG:
            known = (8_000, 12_000, 16_000, 24_000, 48_000)
        case _:
            return rate
    return next((higher for higher in known if higher >= rate), known[-1])


def _container(kind: Format) -> dict[str, Any]:
    """Return libsndfile's words for a format."""
    match kind:
        case Format.WAV:
            return {"format": "WAV", "subtype": "PCM_16"}
        case Format.MP3:
            # at a constant rate (80 kbit/s at 22 and 24 kHz) players know how long it lasts, and where to seek
            return {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "CONSTANT", "compression_level": 0.5}
        case Format.OGG:
            return {"format": "OGG", "subtype": "OPUS"}
        case Format.FLAC:
            return {"format": "FLAC", "subtype": "PCM_16"}
        case Format.PCM:
            return {"format": "RAW", "subtype": "PCM_16", "endian": "LITTLE"}


def wav_header(rate: int, samples: int | None = None) -> bytes:
    """Return the header of a mono WAV at `rate` Hz of so many samples.

    Where their number is not known yet both sizes say 4 GiB, as programs that pipe do.
    """
    size = WAV_UNKNOWN if samples is None else min(2 * samples, WAV_UNKNOWN - WAV_HEADER)
    whole = WAV_UNKNOWN if samples is None else size + WAV_HEADER - 8
    shape = struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    return b"RIFF" + struct.pack("<I", whole) + b"WAVEfmt " + shape + b"data" + struct.pack("<I", size)


class _Outlet:
    """Where the encoder writes; bytes that were taken were sent: they are held no longer, nor can they be corrected."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._taken = 0
        self._at = 0

    def write(self, data: bytes) -> int:
        lost = min(len(data), max(0, self._taken - self._at))
        begin = self._at + lost - self._taken
        self._waiting[begin : begin + len(data) - lost] = data[lost:]
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._taken + len(self._waiting)}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        self._taken += len(data)
        return data
