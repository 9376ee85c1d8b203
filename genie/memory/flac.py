"""One sound on disk: mono FLAC that is whole or not there. Blocking: call it off the event loop."""

import io
import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import soundfile

from genie.audio.pcm import Int16, Pcm
from genie.errors import NotFound, StageFailed, Unavailable

SUFFIX = ".flac"
PART = ".part"
"""Ends the name of a file that is being written; after a crash nobody needs it."""

BLOCK = 16_384
"""Samples read at once: under a second of sound."""

PACKED = 65_536
"""Bytes of a file read at once."""


class FlacWriter:
    """Write a sound piece by piece under a name of its own; `finish` gives it its real one.

    Every method raises Unavailable `storage_full` when the disk does not take it; `abandon` removes what was written.
    """

    def __init__(self, path: Path, rate: int, *, comment: str = "") -> None:
        self._path = path
        self._part = path.with_name(f"{path.stem}.{secrets.token_hex(4)}{PART}")
        with _coded(path):
            self._outlet = _Outlet(self._part)
        try:
            self._sound = soundfile.SoundFile(self._outlet, "w", rate, 1, format="FLAC", subtype="PCM_16")
            if comment:
                self._sound.comment = comment
        except BaseException:
            self._outlet.close()
            raise

    def write(self, samples: Int16) -> None:
        """Add int16 samples of shape (n,)."""
        with _coded(self._path):
            self._sound.write(samples)
            self._outlet.check()

    def finish(self, *, synced: bool = True) -> int:
        """Write the rest, to the disk itself if `synced`; give the file its name and return its bytes."""
        with _coded(self._path):
            self._sound.close()
            size = self._outlet.save(synced=synced)
            self._outlet.close()
            self._part.replace(self._path)
            return size

    def abandon(self) -> None:
        """Remove what was written; harmless after `finish`."""
        self._sound.close()
        with suppress(OSError):  # what was held back did not fit; nobody wants it
            self._outlet.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def write(path: Path, pcm: Pcm, *, comment: str = "") -> int:
    """Write a whole sound, with a text that stands in its header, and return its bytes; raises as `FlacWriter` does.

    The system has it then, and a killed process does not lose it; the disk's time belongs to the journal's commit.
    """
    writer = FlacWriter(path, pcm.rate, comment=comment)
    try:
        writer.write(pcm.samples)
        return writer.finish(synced=False)
    except BaseException:
        writer.abandon()
        raise


class FlacReader:
    """One sound on disk, open: it stays the same, whatever takes its name meanwhile. `close` it in the end.

    Its `stamp` is another one when it was written anew. Raises NotFound `no_sound`, StageFailed `sound_damaged`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _explained(path):
            self._file = path.open("rb")
            try:
                self._sound = soundfile.SoundFile(self._file)
                about = os.fstat(self._file.fileno())
            except BaseException:
                self._file.close()
                raise
        self.rate: int = self._sound.samplerate
        self.samples: int = self._sound.frames
        self.size = about.st_size
        self.stamp = f"{about.st_mtime_ns:x}-{about.st_ino:x}-{about.st_size:x}"

    def read(self, start: int = 0, count: int | None = None) -> Generator[Pcm, None, None]:
        """Yield the sound from sample `start` on, `count` samples of it or all."""
        start = min(start, self.samples)
        left = self.samples - start if count is None else min(count, self.samples - start)
        with _explained(self._path):
            self._sound.seek(start)
            while left > 0 and len(block := self._sound.read(min(left, BLOCK), dtype="int16")):
                left -= len(block)
                yield Pcm(self.rate, np.ascontiguousarray(block))

    def packed(self, start: int, end: int) -> Generator[bytes, None, None]:
        """Yield the bytes of the file from `start` up to `end`."""
        with _explained(self._path):
            self._file.seek(start)
            while start < end and (block := self._file.read(min(end - start, PACKED))):
                start += len(block)
                yield block

    def close(self) -> None:
        """Let the file go."""
        self._sound.close()
        self._file.close()


def read_whole(path: Path) -> tuple[Pcm, str]:
    """Return a sound with the text of its header; raises NotFound `no_sound`, StageFailed `sound_damaged`."""
    with _explained(path), soundfile.SoundFile(io.BytesIO(path.read_bytes())) as sound:
        return Pcm(sound.samplerate, sound.read(dtype="int16")), sound.comment


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound("no_sound", "this sound is not kept") from error
    except (OSError, soundfile.LibsndfileError) as error:
        raise StageFailed("sound_damaged", f"{path.name} cannot be read: {error}") from error


@contextmanager
def _coded(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, soundfile.LibsndfileError) as error:
        raise Unavailable("storage_full", f"{path.name} cannot be written: {error}") from error


class _Outlet:
    """Where libsndfile writes. It does not pass errors on, so the first one is kept for `check`."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._failure: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self._failure = self._failure or error
            return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except OSError as error:  # a seek writes what was held back
            self._failure = self._failure or error
            return -1

    def tell(self) -> int:
        return self._file.tell()

    def check(self) -> None:
        """Raise what went wrong until now."""
        if self._failure is not None:
            raise self._failure

    def save(self, *, synced: bool) -> int:
        """Give all of it to the system, or to the disk, and return its bytes; raise why that did not work."""
        self.check()
        self._file.flush()
        if synced:
            os.fsync(self._file.fileno())
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        self._file.close()
