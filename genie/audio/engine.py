"""What the engines of genie are: blocking code around model weights, which knows nothing of sessions.

Every argument and result can be pickled, so an engine may live in a thread or in a process of its own.
One engine serves many streams; a stream is named by a string its caller chooses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from genie.audio.pcm import Int16

LISTENING_RATE = 16_000
"""Every transcriber and detector takes mono sound at this rate (Hz)."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an engine says of itself once it is loaded."""

    name: str
    device: str = "cpu"
    model: str = ""
    note: str = ""
    rate: int = LISTENING_RATE
    """Of a synthesizer: its output rate in Hz."""
    voice: str = ""
    """Of a synthesizer: the voice that speaks where neither voice nor language is named."""
    steady: bool = True
    """Of a transcriber: words of successive hypotheses may be committed before the end."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Text that was spoken from `start_s` to `end_s`, seconds from the start of the recording."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice a synthesizer can speak with; `language` is a BCP 47 tag in lower case."""

    name: str
    language: str
    gender: str
    engine: str


class Transcriber(Protocol):
    """Turn speech into text. Samples are int16 of shape (n,) at `LISTENING_RATE`."""

    def describe(self) -> Card: ...

    def open(self, stream: str, language: str | None) -> None:
        """Begin an utterance."""

    def accept(self, stream: str, samples: Int16) -> str:
        """Take the next samples of an utterance and return the text so far."""

    def finish(self, stream: str) -> str:
        """End an utterance and return its whole text, empty when nothing was said."""

    def abandon(self, stream: str) -> None:
        """Forget an utterance; an unknown one is no error."""

    def transcribe(self, samples: Int16, language: str | None) -> Iterator[Segment]:
        """Yield the segments of a recording of any length, in order, as they are made."""


class Synthesizer(Protocol):
    """Turn text into speech."""

    def describe(self) -> Card: ...

    def voices(self) -> list[Voice]: ...

    def synthesize(self, text: str, voice: str | None, language: str | None, speed: float) -> Iterator[Int16]:
        """Yield int16 samples of shape (n,) at the card's rate, in order; `speed` 1.0 is normal, 0.5..2.0.

        Raises BadInput `unknown_voice` or `unsupported_language`; never speaks with another voice instead.
        """


class Detector(Protocol):
    """Say how likely each frame holds speech."""

    def describe(self) -> Card: ...

    def open(self, stream: str) -> None: ...

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        """Return 0..1 for each frame of shape (512,) at `LISTENING_RATE`, in order."""

    def close(self, stream: str) -> None: ...
