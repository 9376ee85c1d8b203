"""Any container to mono PCM. Blocking: call it off the event loop."""

import ctypes
import functools
import io
import struct
from collections.abc import Generator, Iterable, Iterator
from typing import Any, BinaryIO

import av
import numpy as np
import soundfile
from av.container import InputContainer
from numpy.typing import NDArray

from genie.audio.pcm import Float32, Int16, Pcm, StreamResampler, check_rate
from genie.errors import BadInput, TooLarge, Unsupported

MAX_CHANNELS = 32
BLOCK_VALUES = 65_536
"""Values (samples times channels) read at once by libsndfile: memory stays small whatever the header promises."""

CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpegts,ogg,tta,voc,"
    "w64,wav,wv"
)
"""The demuxers that may be tried: none of them can be made to open a second file or an address (playlists can)."""

MOST_AT_ONCE = 64 * 1_024 * 1_024
"""Bytes that FFmpeg may take at once: an index of 20 hours. Four bytes of an MP4 can ask for gigabytes."""

ENDLESS_WAV = 0x7FFF_0000
"""A WAV written to a pipe claims about 2 or 4 GiB, as its length was not known: sizes from here on claim nothing."""

CUT_S = 0.5
"""Seconds that may be missing from what an index promised before a recording counts as cut off (codec padding)."""

Block = tuple[int, Float32]
"""Sample rate in Hz, and -1..1 samples of shape (frames, channels)."""


def decode(file: BinaryIO, *, rate: int, max_seconds: float) -> Pcm:
    """Return a whole recording as mono PCM at `rate` Hz; errors as of `decode_blocks`."""
    return Pcm(rate, np.concatenate(list(decode_blocks(file, rate=rate, max_seconds=max_seconds))))


def decode_blocks(file: BinaryIO, *, rate: int, max_seconds: float) -> Generator[Int16, None, None]:
    """Yield a recording as mono int16 of shape (n,) at `rate` Hz, in order and in small blocks.

    The limit counts what was decoded: no header is trusted, and a bomb costs no more than `max_seconds` of work.
    Raises TooLarge `too_long`; Unsupported `not_audio`, `too_many_channels`; BadInput `empty_audio`,
    `truncated_audio`, `bad_sample_rate`, `not_finite`.
    """
    left = round(max_seconds * rate)
    heard = False
    for block in _resampled(_open(file), rate):
        left -= len(block)
        if left < 0:
            raise TooLarge("too_long", f"the recording is longer than {max_seconds:g} seconds")
        heard = heard or len(block) > 0
        yield block
    if not heard:
        raise BadInput("empty_audio", "the recording holds no sound")


def _open(file: BinaryIO) -> Iterator[Block]:
    """Yield blocks by PyAV, or by libsndfile what PyAV cannot read.

    PyAV comes first because libsndfile 1.2 loses part of an MP3 of variable bit rate that has no Xing header.
    """
    _bound_memory()
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not size:
        raise BadInput("empty_audio", "the recording is empty: no bytes came")
    _check_wav_length(file.read(12), size)
    has_xing = _has_xing(file)
    file.seek(0)
    try:
        container = av.open(file, metadata_errors="ignore", options={"format_whitelist": CONTAINERS})
    except (av.FFmpegError, ValueError):
        file.seek(0)
        yield from _by_libsndfile(file)
        return
    with container:
        if not container.streams.audio:
            raise Unsupported("not_audio", "the file holds no sound")
        yield from _by_av(container, _promised_seconds(container, has_xing))


@functools.cache
def _bound_memory() -> None:
    """Let FFmpeg take no more than `MOST_AT_ONCE`: PyAV has no name for that.

    Its libraries are found through a module that links them, which Windows does not do: there it stays unbounded.
    """
    libraries = ctypes.CDLL(av._core.__file__)
    if hasattr(libraries, "av_max_alloc"):
        libraries.av_max_alloc(ctypes.c_size_t(MOST_AT_ONCE))


def _check_wav_length(head: bytes, size: int) -> None:
    """Refuse a WAV that ends before the length in its header; other containers show it while they are decoded."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        claimed = struct.unpack_from("<I", head, 4)[0] + 8
        if size < claimed < ENDLESS_WAV:
            raise _truncated(f"{claimed - size} of {claimed} bytes are missing")


def _has_xing(file: BinaryIO) -> bool:
    """Say whether an MP3 tells its length in its first frame, behind an ID3 tag if there is one."""
    file.seek(0)
    head = file.read(10)
    if head[:3] == b"ID3":
        tag = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
        file.seek(tag, io.SEEK_CUR)
    first = file.read(64)
    return b"Xing" in first or b"Info" in first


def _promised_seconds(container: InputContainer, has_xing: bool) -> float:
    """Return how long the sound should last by an index written when it was complete, 0 where there is none."""
    kind = container.format.name.split(",")[0]
    if kind not in ("mov", "matroska", "flac") and not (kind == "mp3" and has_xing):
        return 0.0
    stream = container.streams.audio[0]
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    alone = len(container.streams) == 1
    return container.duration / av.time_base if alone and container.duration else 0.0


def _by_av(container: InputContainer, promised_s: float) -> Iterator[Block]:
    seconds = 0.0
    for frame in _frames(container):
        rate = check_rate(frame.sample_rate)
        seconds += frame.samples / rate
        yield rate, _floats(frame)
    if seconds and promised_s - seconds > CUT_S:
        raise _truncated(f"{promised_s - seconds:.1f} of {promised_s:.1f} seconds are missing")


def _floats(frame: av.AudioFrame) -> Float32:
    """Return the samples of a frame, shape (frames, channels), whatever their type and order."""
    values = frame.to_ndarray()
    block: NDArray[Any] = (
        values.T if frame.format.is_planar else values.reshape(-1, _check_channels(frame.layout.nb_channels))
    )
    if block.dtype.kind == "f":
        return block.astype(np.float32)
    full = np.float32(2 ** (8 * block.dtype.itemsize - 1))
    middle = full if block.dtype.kind == "u" else np.float32(0.0)
    return (block.astype(np.float32) - middle) / full


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    """Yield the frames of the first audio stream, passing over damaged packets as players do."""
    packets = container.demux(container.streams.audio[0])
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError as error:
            raise _truncated("it is damaged") from error
        if packet is None:
            return
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            continue
        yield from frames


def _by_libsndfile(file: BinaryIO) -> Iterator[Block]:
    try:
        sound = soundfile.SoundFile(file)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a file named .raw, which could be anything
        raise Unsupported(
            "not_audio", "the file is not sound in a known format, or its beginning is damaged"
        ) from error
    with sound:
        rate, channels = check_rate(sound.samplerate), _check_channels(sound.channels)
        try:
            while len(block := sound.read(BLOCK_VALUES // channels, dtype="float32", always_2d=True)):
                yield rate, block
        except soundfile.LibsndfileError as error:
            raise _truncated("it is damaged") from error


def _check_channels(channels: int) -> int:
    if not 1 <= channels <= MAX_CHANNELS:
        raise Unsupported("too_many_channels", f"the recording has {channels} channels; up to {MAX_CHANNELS} are mixed")
    return channels


def _truncated(why: str) -> BadInput:
    return BadInput("truncated_audio", f"the recording is cut off or damaged: {why}; send the whole file")


def _resampled(blocks: Iterable[Block], rate: int) -> Iterator[Int16]:
    """Mix the channels and change to one rate, as a stream."""
    source, resampler = rate, StreamResampler(rate, rate)
    nothing = np.zeros(0, np.int16)
    for block_rate, block in blocks:
        if block_rate != source:
            yield resampler.push(nothing, last=True)
            source, resampler = block_rate, StreamResampler(block_rate, rate)
        yield resampler.push(Pcm.from_float(source, block.mean(axis=1)).samples)
    yield resampler.push(nothing, last=True)
