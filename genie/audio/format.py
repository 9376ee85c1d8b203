"""The formats genie can send sound in, and the choice between them. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from genie.errors import BadInput

T = TypeVar("T")


class Format(StrEnum):
    """What genie can send sound as; the first is the default."""

    WAV = "wav"
    MP3 = "mp3"
    OGG = "ogg"
    FLAC = "flac"
    PCM = "pcm"

    def media_type(self, rate: int) -> str:
        """Return the MIME type; bare samples (little-endian int16, mono) need their rate said."""
        match self:
            case Format.MP3:
                return "audio/mpeg"
            case Format.PCM:
                return f"audio/pcm;rate={rate}"
            case _:
                return f"audio/{self}"


ALIASES = {"opus": "ogg"}
"""What an Ogg file holds here, by its own name."""


def choose_format(name: str | None, accept: str | None) -> Format:
    """Return the format asked for by name, else the one the Accept header likes best, else WAV.

    An unknown name is `unknown_format`; an Accept header without any format of ours is passed over.
    """
    if name:
        try:
            return Format(ALIASES.get(name.lower(), name.lower()))
        except ValueError as error:
            known = ", ".join(Format)
            raise BadInput("unknown_format", f"format must be one of {known}", field="format") from error
    return liked_best(accept, {kind: media_names(kind) for kind in Format})


def liked_best(accept: str | None, offers: Mapping[T, tuple[str, ...]]) -> T:
    """Return what an Accept header likes best of what is offered under some media types (RFC 9110, section 12.5.1).

    Of those that it likes alike, and where it likes none, it is the first.
    """
    liking = dict(_liked(part) for part in (accept or "*/*").lower().split(","))
    return max(offers, key=lambda offer: _weight(offers[offer], liking))


def _weight(names: tuple[str, ...], liking: Mapping[str, float]) -> float:
    """Return how much what goes by these names is liked: the entry that fits it most closely says so."""
    if named := [liking[name] for name in names if name in liking]:
        return max(named)
    return max(liking.get(f"{name.partition('/')[0]}/*", liking.get("*/*", 0.0)) for name in names)


def media_names(kind: Format) -> tuple[str, ...]:
    """Return the media types under which a format is asked for."""
    match kind:
        case Format.WAV:
            return "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"
        case Format.MP3:
            return "audio/mpeg", "audio/mp3"
        case Format.OGG:
            return "audio/ogg", "audio/opus", "application/ogg"
        case Format.FLAC:
            return "audio/flac", "audio/x-flac"
        case Format.PCM:
            return ("audio/pcm",)


def _liked(part: str) -> tuple[str, float]:
    """Read one entry of an Accept header: a media type, and how much it is liked (0 to 1)."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weights = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0
