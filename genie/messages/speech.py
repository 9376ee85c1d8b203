"""A speech: its sound, its text, what of it was played, and what ends it.

Binary frames are sound: from the client bare PCM16 mono, from the server `<speech u32><first sample u32>` and PCM16
mono, all little-endian.
"""

import struct
from typing import Annotated, Literal

from pydantic import Field

from genie.messages.message import Message, Request

_HEADER = struct.Struct("<II")


class SpeechStop(Request):
    """Silence genie now; no more of that answer is written.

    A client that knows it says which speech it was playing, and how many samples of it had been heard.
    """

    type: Literal["speech_stop"] = "speech_stop"
    speech: Annotated[int, Field(ge=0)] | None = None
    samples: Annotated[int, Field(ge=0)] | None = None


class SpeechPlayed(Request):
    """Say how many samples of a speech came out of the loudspeaker, at the latest when it was played to its end."""

    type: Literal["speech_played"] = "speech_played"
    speech: Annotated[int, Field(ge=0)]
    samples: Annotated[int, Field(ge=0)]


class AudioUpdate(Message):
    """A speech begins: binary frames with its number follow.

    `instead_of` is the voice that was chosen, where the present engine lacks it: `voice` speaks, and the choice stays.
    With `continues` it is the rest of that speech, which something urgent interrupted, from its last clause or word on.
    """

    type: Literal["audio_update"] = "audio_update"
    speech: int
    job: str | None = None
    url: str | None = None
    sample_rate: int
    voice: str
    instead_of: str | None = None
    continues: int | None = None


class Caption(Message):
    """The text of one spoken piece and the sample at which it starts.

    `words` are its words as `[start, end, sample]`: their characters in `text` (Unicode code points) and the sample of
    the speech from which each is heard. A piece of which more words are known later is captioned again, with the same
    `first_sample` and all the words.
    """

    type: Literal["caption"] = "caption"
    speech: int
    text: str
    first_sample: int
    words: list[tuple[int, int, int]] | None = None


class AudioEnd(Message):
    """A speech has ended after this many samples; when it was stopped, drop what was not played.

    One that was sent whole and is silenced before it was played ends again, as `stopped`. With `goes_on` it was stopped
    for something urgent: its rest follows as another speech, which `continues` it.
    """

    type: Literal["audio_end"] = "audio_end"
    speech: int
    samples: int
    reason: Literal["completed", "stopped", "failed"]
    goes_on: bool | None = None


class AudioHold(Message):
    """Pause what is played, or go on where it was paused: somebody speaks into it, who may want to interrupt.

    It ends with `on: false`, when a speech is stopped (`audio_end`), and with the connection.
    """

    type: Literal["audio_hold"] = "audio_hold"
    on: bool


def encode_audio(speech: int, first_sample: int, pcm: bytes) -> bytes:
    """Return a server's audio frame: header, then PCM16 mono."""
    return _HEADER.pack(speech, first_sample) + pcm


def decode_audio(frame: bytes) -> tuple[int, int, bytes]:
    """Return speech, first sample and PCM16 of a server's audio frame."""
    speech, first_sample = _HEADER.unpack_from(frame)
    return speech, first_sample, frame[_HEADER.size :]
