"""Which languages an ear is to expect, as it names them itself. Pure."""

from collections.abc import Collection
from types import MappingProxyType

from genie.audio.engine import Spoken
from genie.errors import BadInput
from genie.tag import primary

ALIASES = MappingProxyType(
    {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "jv": "jw", "fil": "tl", "cmn": "zh", "mo": "ro", "sh": "sr"}
)
"""Languages that Whisper knows by another code than BCP 47's, or than what that was once."""


def chosen(spoken: Spoken, known: Collection[str], ear: str) -> tuple[str, ...]:
    """Return the codes of the languages that may be spoken: a single one is certain, all when none is named.

    Of a list that is to be chosen among, what the ear does not know is left out. Raises `unsupported_language` when
    nothing is left; `ear` says in words who that is.
    """
    wanted = (spoken.language,) if spoken.language else spoken.languages
    if not wanted:
        return tuple(known)
    codes = dict.fromkeys(code for tag in wanted for code in _codes(tag) if code in known)
    if not codes:
        told = f"{ear} hears {_listed(known)}, not {_listed(wanted)}"
        raise BadInput("unsupported_language", told, field="language" if spoken.language else "languages")
    return tuple(codes)


def _codes(tag: str) -> tuple[str, ...]:
    """Return what a BCP 47 tag may be called: de-AT is de."""
    code = primary(tag)
    return (code, ALIASES[code]) if code in ALIASES else (code,)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)
