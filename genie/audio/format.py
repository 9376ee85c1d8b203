"""The formats genie can send sound in, and the choice between them. Pure."""

from enum import StrEnum

from genie.errors import BadInput


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


def choose_format(name: str | None, accept: str | None) -> Format:
    """Return the format asked for by name, else the one the Accept header likes best, else WAV.

    An unknown name is `unknown_format`; an Accept header without any format of ours is passed over.
    """
    if name:
        try:
            return Format(name.lower())
        except ValueError as error:
            known = ", ".join(Format)
            raise BadInput("unknown_format", f"format must be one of {known}", field="format") from error
    liking = dict(_liked(part) for part in (accept or "").lower().split(","))
    return max(Format, key=lambda kind: max(liking.get(name, 0.0) for name in _names(kind)))


def _names(kind: Format) -> tuple[str, ...]:
    match kind:
        case Format.WAV:
            return "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/*", "*/*"
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
