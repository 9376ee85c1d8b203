"""What the engines of genie are: blocking code around model weights, which knows nothing of sessions.

Every argument and result can be pickled, so an engine may live in a thread or in a process of its own.
One engine serves many streams; a stream is named by a string its caller chooses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from genie.audio.pcm import Int16
from genie.audio.recording import Sound
from genie.errors import GenieError

LISTENING_RATE = 16_000
"""Every transcriber and detector takes mono sound at this rate (Hz)."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice a synthesizer can speak with; `language` is a BCP 47 tag in lower case, as `further` ones are."""

    name: str
    language: str
    gender: str
    engine: str
    title: str = ""
    """What the voice is called when it is spoken of, such as Heart."""
    label: str = ""
    """What tells people which one it is, such as Heart (American English, female)."""
    further: tuple[str, ...] = ()
    """Other names of what it speaks, such as zh of a voice whose language is cmn."""


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
    pace: float = 0.5
    """Of a synthesizer: seconds of work for a second of sound, as measured when it was loaded."""
    voices: tuple[Voice, ...] = ()
    """Of a synthesizer: all that can be named."""
    blends: bool = False
    """Of a synthesizer: several of its voices can be named at once, as one out of them (`blend`)."""
    edition: str = ""
    """Of a synthesizer: what else its sound depends on, such as its weights; another edition may sound different."""
    instant: bool = False
    """Of a synthesizer: it makes a sentence in milliseconds, so that nothing is gained by keeping it."""
    batch: int = 1
    """Of a transcriber: utterances that one `hear` decodes in about the time of one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is known of what will be said, before it is."""

    language: str | None = None
    """None: it is detected."""
    languages: tuple[str, ...] = ()
    """Those to choose among where it is detected; empty: all that the engine knows."""
    prompt: str = ""
    vocabulary: tuple[str, ...] = ()
    """Names and rare words that are likely."""
    translate: bool = False
    """Write English, whatever is spoken."""
    into_answer: bool = False
    """It is said while genie speaks: "wait" is likelier than "way"."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The text of an utterance so far; both parts are empty when nothing was heard.

    `committed` only ever grows from one to the next; `tentative` is what follows it, and may still change.
    """

    committed: str
    tentative: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was spoken from `start_s` to `end_s`, seconds from the start of the recording.

    `text` begins with the space before the word, where there is one: joined, the words of a segment are its text.
    """

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Text that was spoken from `start_s` to `end_s`, seconds from the start of the recording."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    """Its words, where the engine knows when each of them was spoken."""
    language: str = ""
    """In which it was spoken, where the engine knows it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was heard of a recording since the stretch before this one.

    What was spoken up to `until_s` is settled. One that says nothing new is a moment for others to use the engine.
    """

    until_s: float
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text for a voice: what is said in one breath, as words (`spoken_text`), and how.

    No voice and no language are the engine's own; `speed` 1.0 is normal, 0.5..2.0. `phones` are words of the text as
    somebody wants them pronounced, in IPA.
    """

    text: str
    voice: str | None = None
    language: str | None = None
    speed: float = 1.0
    phones: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a word is spoken: the characters `start`..`end` of a text, from `sample` of its sound on."""

    start: int
    end: int
    sample: int


@dataclass(frozen=True, slots=True)
class Take:
    """Sound of shape (n,) that speaks a passage, or the next part of one; `words` in order, where they are known."""

    samples: Int16
    words: tuple[Mark, ...] = ()
    work_s: float = 0.0
    """Seconds that the engine took to make it; 0: it did not look."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in long work where others may use the engine first: the lane goes on with it when it is its turn."""


class Transcriber(Protocol):
    """Turn speech into text. Samples are int16 of shape (n,) at `LISTENING_RATE`."""

    def describe(self) -> Card: ...

    def open(self, stream: str, spoken: Spoken) -> None:
        """Begin an utterance; a language that the engine does not know is `unsupported_language`."""

    def feed(self, stream: str, samples: Int16) -> None:
        """Take the next samples of an utterance; cheap."""

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        """Return the text so far of each utterance, or why it has none, in order; `batch` of them at most."""

    def anticipate(self, stream: str) -> None:
        """Speech may be over: make the final text now; `finish` returns it at once if nothing is fed in between."""

    def finish(self, stream: str) -> Heard:
        """End an utterance and return its whole text, all of it committed."""

    def abandon(self, stream: str) -> None:
        """Forget an utterance; an unknown one is no error."""

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        """Yield what is said in a recording of any length from `start_s` on, in order, at least a stretch a window.

        The last one ends with the recording. What it holds in memory does not grow with the recording.
        """


class Synthesizer(Protocol):
    """Turn text into speech."""

    def describe(self) -> Card: ...

    def synthesize(self, passage: Passage) -> Iterator[Take | Moment]:
        """Yield the sound of a passage at the card's rate, in one take or several; the same passage sounds the same.

        A slow voice yields moments on the way, which come to nobody: whoever may wait least is served meanwhile.
        Raises BadInput `unknown_voice` or `unsupported_language`; never speaks with another voice instead.
        """


class Detector(Protocol):
    """Say how likely each frame holds speech."""

    def describe(self) -> Card: ...

    def open(self, stream: str) -> None: ...

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        """Return 0..1 for each frame of shape (512,) at `LISTENING_RATE`, in order."""

    def close(self, stream: str) -> None: ...
