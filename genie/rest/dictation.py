"""What is done with an uploaded recording's text: a prefix, spoken or given, says whether it is text or a question."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from genie.audio.transcript import TranscriptFormat
from genie.messages import Name
from genie.queues.job import AnyCase
from genie.rest.wishes import WishParams

Mode = Literal["transcription", "raw", "agent"]

SPOKEN_PREFIX = re.compile(r"\s*multi[\s-]?mod[ae]l\s+(agent|text raw|text)\b[\s,.:;]*", re.IGNORECASE)
"""How a speaker says what the rest is for; recognizers write the first word in several ways."""

AGENT_PREFIX = re.compile(r"(?:multi[\s-]?mod[ae]l\s+)?agent", re.IGNORECASE)
RAW_PREFIX = re.compile(r"(?:multi[\s-]?mod[ae]l\s+text\s+)?raw", re.IGNORECASE)


class TranscribeParams(WishParams):
    """How to read a recording. `prompt_key` and `prompt_verbose` are taken for older clients and change nothing."""

    prefix: Name | None = Field(default=None, description="agent: the text is a question and is pushed; raw: as heard")
    prompt_key: Name = "generic"
    prompt_verbose: Name = "verbose"
    format: Annotated[TranscriptFormat | None, AnyCase] = Field(
        default=None, description="the text as it is, with its times; without: what is to be done with it, as JSON"
    )


class Transcription(BaseModel):
    """What was heard: `transcription` is its text, ready to use; `job` is the question's when it was pushed."""

    transcription: str
    raw_transcription: str
    mode: Mode
    prefix: str
    results: str = ""
    language: str
    duration_s: float = Field(description="seconds of sound")
    job: str | None = None


def dictated(raw: str, params: TranscribeParams, *, language: str, duration_s: float) -> Transcription:
    """Return the reply for a recording: what its speaker said first decides, then the prefix that was given.

    With mode `agent` the caller pushes `transcription` as a question and adds its `job`.
    """
    said = SPOKEN_PREFIX.match(raw)
    prefix = f"multimodal {said[1].lower()}" if said else params.prefix or ""
    mode = _mode(prefix)
    rest = raw[said.end() :] if said else raw
    return Transcription(
        transcription=rest if mode == "raw" else " ".join(rest.split()),
        raw_transcription=raw,
        mode=mode,
        prefix=prefix,
        language=language,
        duration_s=round(duration_s, 3),
    )


def _mode(prefix: str) -> Mode:
    if AGENT_PREFIX.fullmatch(prefix.strip()):
        return "agent"
    return "raw" if RAW_PREFIX.fullmatch(prefix.strip()) else "transcription"
