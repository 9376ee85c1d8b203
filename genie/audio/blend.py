"""Blends of voices: `af_heart+af_bella` is one voice out of two, `af_heart*2+af_bella` has more of the first. Pure."""

import re

from genie.errors import BadInput

MAX_PARTS = 4
MAX_WEIGHT = 100.0

Blend = tuple[tuple[str, float], ...]
"""Voices and their shares of a blend, which add up to 1; the largest share comes first."""

_PART = re.compile(r"(?P<name>[A-Za-z0-9_-]+)(?:\*(?P<times>[\d.]+)|\((?P<share>[\d.]+)\))?")
_EXAMPLE = "such as af_heart*2+af_bella"


def is_blend(name: str) -> bool:
    """Say whether a name is meant as a blend, well written or not."""
    return any(mark in name.strip() for mark in "+*( ")


def parse(name: str) -> Blend:
    """Return the parts of a blend; what is none is a single voice.

    A weight stands behind its voice as `*2` or as `(2)`; without one it is 1. A space is read as a plus, since that is
    what a plus in the query of an address says. Raises BadInput `bad_blend`.
    """
    if not is_blend(name):
        return ((name.strip(), 1.0),)
    weights: dict[str, float] = {}
    for part in re.sub(r"\s*\+\s*|\s+", "+", name.strip()).split("+"):
        voice, weight = _part(part)
        weights[voice] = weights.get(voice, 0.0) + weight
    if len(weights) > MAX_PARTS:
        raise _bad(f"{MAX_PARTS} voices can be blended at most, not {len(weights)}")
    whole = sum(weights.values())
    return tuple(
        sorted(((voice, weight / whole) for voice, weight in weights.items()), key=lambda one: (-one[1], one[0]))
    )


def _part(part: str) -> tuple[str, float]:
    found = _PART.fullmatch(part)
    if found is None:
        raise _bad(f"{part!r} is no part of a blend of voices, {_EXAMPLE}")
    return found["name"], _weight(found["times"] or found["share"] or "1")


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError as error:
        raise _bad(f"{text} is no weight of a voice in a blend, {_EXAMPLE}") from error
    if not 0.0 < weight <= MAX_WEIGHT:
        raise _bad(f"the weight of a voice is more than 0 and at most {MAX_WEIGHT:g}, not {text}")
    return weight


def _bad(message: str) -> BadInput:
    return BadInput("bad_blend", message, field="voice")
