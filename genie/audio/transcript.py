"""What was heard of a recording, and how it is written. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, Field

from genie.audio import subtitles
from genie.audio.engine import Segment, Spoken, Word


@dataclass(slots=True)
class Transcript:
    """What is known of a recording: its name, what was known before it was heard, and what was heard up to `until_s`.

    It is `complete` when that is its end.
    """

    name: str
    spoken: Spoken
    duration_s: float | None = None
    until_s: float = 0.0
    complete: bool = False
    segments: list[Segment] = field(default_factory=list)

    @property
    def line(self) -> str:
        """Return the text as one line."""
        return " ".join(" ".join(segment.text for segment in self.segments).split())


class TranscriptFormat(StrEnum):
    """How a transcript is written."""

    TXT = "txt"
    SRT = "srt"
    VTT = "vtt"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The media type of a reply in this format."""
        match self:
            case TranscriptFormat.TXT:
                return "text/plain"
            case TranscriptFormat.SRT:
                return "application/x-subrip"
            case TranscriptFormat.VTT:
                return "text/vtt"
            case TranscriptFormat.JSON:
                return "application/json"


class SpokenWord(BaseModel):
    """A word and when it was spoken, in seconds from the start."""

    start_s: float
    end_s: float
    text: str


class SpokenSegment(SpokenWord):
    """What was spoken between two times; `words` are told where the engine knows when each was spoken."""

    words: list[SpokenWord] | None = None


class TranscriptDocument(BaseModel):
    """What was heard of a recording up to `until_s`; `complete` when that is its end."""

    job: str | None = None
    name: str
    duration_s: float | None = Field(default=None, description="seconds of sound, once it was heard to its end")
    until_s: float
    complete: bool
    text: str
    segments: list[SpokenSegment]


def written(kind: TranscriptFormat, transcript: Transcript, job: str | None = None) -> str:
    """Return a transcript in this format; `job` stands in its JSON."""
    match kind:
        case TranscriptFormat.TXT:
            return subtitles.plain(transcript.segments)
        case TranscriptFormat.SRT:
            return subtitles.srt(transcript.segments)
        case TranscriptFormat.VTT:
            return subtitles.vtt(transcript.segments)
        case TranscriptFormat.JSON:
            return _document(transcript, job).model_dump_json(exclude_none=True) + "\n"


def read(text: str) -> Transcript:
    """Return a transcript that was written as JSON."""
    document = TranscriptDocument.model_validate_json(text)
    return Transcript(
        document.name,
        Spoken(),
        document.duration_s,
        document.until_s,
        document.complete,
        [_segment(segment) for segment in document.segments],
    )


def _document(transcript: Transcript, job: str | None) -> TranscriptDocument:
    return TranscriptDocument(
        job=job,
        name=transcript.name,
        duration_s=transcript.duration_s,
        until_s=transcript.until_s,
        complete=transcript.complete,
        text=subtitles.plain(transcript.segments),
        segments=[_spoken(segment) for segment in transcript.segments],
    )


def _spoken(segment: Segment) -> SpokenSegment:
    words = [SpokenWord(start_s=word.start_s, end_s=word.end_s, text=word.text) for word in segment.words]
    return SpokenSegment(start_s=segment.start_s, end_s=segment.end_s, text=segment.text, words=words or None)


def _segment(spoken: SpokenSegment) -> Segment:
    words = tuple(Word(word.start_s, word.end_s, word.text) for word in spoken.words or ())
    return Segment(spoken.start_s, spoken.end_s, spoken.text, words)
