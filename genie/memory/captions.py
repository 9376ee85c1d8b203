"""The captions of a kept answer, in a file beside its sound. Blocking: call it off the event loop."""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from genie.audio.pcm import Int16, Piece

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said from a sample on."""

    text: str
    first_sample: int


def path_of(sound: Path) -> Path:
    """Return where the captions of a sound stand."""
    return sound.with_suffix(SUFFIX)


def write(path: Path, captions: list[Caption]) -> None:
    """Write captions, all or nothing; raises OSError."""
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(orjson.dumps([(caption.text, caption.first_sample) for caption in captions]))
    part.replace(path)


def read(path: Path) -> list[Caption]:
    """Return the captions of a sound, none where they are missing or damaged."""
    try:
        return [Caption(str(text), int(first)) for text, first in orjson.loads(path.read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


class Cutter:
    """Cut sound that comes in blocks of any size where its captions begin."""

    def __init__(self, captions: list[Caption]) -> None:
        self._captions = deque(captions)
        self._at = 0

    def push(self, samples: Int16) -> Iterator[Piece]:
        """Yield a block in parts, each with the caption that begins at its first sample."""
        while len(samples):
            text = None
            while self._captions and self._captions[0].first_sample <= self._at:
                text = self._captions.popleft().text
            end = self._captions[0].first_sample - self._at if self._captions else len(samples)
            yield Piece(text, samples[:end])
            self._at += len(samples[:end])
            samples = samples[end:]
