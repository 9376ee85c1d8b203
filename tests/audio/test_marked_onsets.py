"""Words are marked where they are heard: against the sound itself, after all that was done to it."""

import re

import numpy as np
import pytest

from genie.audio.engine import Synthesizer
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.speech import Manner, pieces, whole
from genie.audio.studio import Studio

TEXT = (
    "Once upon a time, an old clock stood near the river, and it was **never** late. In 1987, it was worth $5.50, "
    "and Dr. Brown, who lived next door, wanted it for 1/2 of that. Nobody knew why: one day it stopped; and never "
    "again was it heard, as if nothing had happened. Rain fell at 7:30 a.m., and all was well."
)
STEP_S = 0.005
SILENCE_S = 0.04
"""Pauses between clauses are longer, at normal speed; no clause of the text begins with the closure of a stop."""

OFF_S = 0.025


def onsets(samples: Int16, rate: int, silence_s: float) -> np.ndarray:
    """Return where it is loud after silence, in seconds."""
    step = round(STEP_S * rate)
    peaks = np.abs(samples[: len(samples) // step * step].astype(np.int32)).reshape(-1, step).max(axis=1)
    loud = np.flatnonzero(peaks > 0.02 * peaks.max())
    quiet = np.diff(loud, prepend=-rate)
    return loud[quiet > silence_s / STEP_S] * step / rate


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.6])
async def test_each_clause_is_marked_where_its_sound_begins(speed: float):
    lane: Lane[Synthesizer] = Lane(EspeakSynthesizer, name="espeak")
    studio = Studio(lane, await lane.call(Synthesizer.describe))
    sounds, marked, at = [], [], 0
    async for piece in pieces(whole(TEXT), studio, Manner(speed=speed)):
        text = piece.text or ""
        marked += [(text[start:end], (at + sample) / studio.rate) for start, end, sample in piece.words]
        sounds.append(piece.samples)
        at += len(piece.samples)
    lane.close()
    heard = onsets(np.concatenate(sounds), studio.rate, SILENCE_S / speed)
    assert [word for word, _ in marked] == TEXT.split()
    begins = [0, *(len(match.string[: match.end()].split()) for match in re.finditer(r"(?<!Dr)[,.:;](?=\s)", TEXT))]
    off = {marked[word]: np.abs(heard - marked[word][1]).min() for word in begins if word < len(marked)}
    assert max(off.values()) <= OFF_S, off
