"""The captions of a kept answer, in a file beside its sound. Blocking: call it off the event loop."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from genie.audio.pcm import Int16, Piece, Words

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said from a sample on."""

    text: str
    first_sample: int
    words: Words = ()
    """Where its words are heard, counted from `first_sample`."""

    def grown(self, words: Words, at: int) -> "Caption":
        """Return the caption with more words, which are counted from sample `at`."""
        more = tuple((start, end, at - self.first_sample + sample) for start, end, sample in words)
        return replace(self, words=self.words + more)


def path_of(sound: Path) -> Path:
    """Return where the captions of a sound stand."""
    return sound.with_suffix(SUFFIX)


def write(path: Path, captions: list[Caption]) -> None:
    """Write captions, all or nothing; raises OSError."""
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps([(caption.text, caption.first_sample, caption.words) for caption in captions]))
    part.replace(path)


def read(path: Path) -> list[Caption]:
    """Return the captions of a sound, none where they are missing or damaged."""
    try:
        return [_caption(*values) for values in orjson.loads(path.read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


def _caption(text: str, first: int, words: Iterable[tuple[int, int, int]] = ()) -> Caption:
    return Caption(str(text), int(first), tuple((int(start), int(end), int(sample)) for start, end, sample in words))


class Cutter:
    """Cut sound that comes in blocks of any size where its captions begin."""

    def __init__(self, captions: list[Caption]) -> None:
        self._captions = deque(captions)
        self._at = 0

    def push(self, samples: Int16) -> Iterator[Piece]:
        """Yield a block in parts, each with the caption that begins at its first sample."""
        while len(samples):
            caption = Caption("", 0)
            while self._captions and self._captions[0].first_sample <= self._at:
                caption = self._captions.popleft()
            end = self._captions[0].first_sample - self._at if self._captions else len(samples)
            yield Piece(caption.text or None, samples[:end], caption.words)
            self._at += len(samples[:end])
            samples = samples[end:]
