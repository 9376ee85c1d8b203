"""Whether a short utterance is one of a few words that are said into an answer: too short for a language model.

PocketSphinx's keyphrase search weighs each phrase against a loop of all phones. "Weight" is "wait" to it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.denoise import Denoiser
from genie.audio.pcm import Int16

LONGEST_S = 2.0
"""Seconds of an utterance, with the silence around it, that may be one of these."""

PHRASES: Mapping[str, float] = MappingProxyType(
    {
        "wait": 3e-4,
        "no wait": 1e-3,
        "okay wait": 1e-2,
        "genie wait": 1e-5,
        "stop": 1e-6,
        "okay stop": 1e-6,
        "genie stop": 1e-6,
        "hold on": 1e-8,
        "hang on": 1e-6,
        "enough": 1e-3,
        "shut up": 1e-8,
        "silence": 1.0,
    }
)
"""How much likelier than the loop of phones each must be.

Measured on 889 short utterances: flite's and eSpeak's voices, cuts of people's sentences, coughs, laughs. "Wait" scores
1e-3 and more, so do "way" and "late" at times; a part of another sentence comes to 1e-6 of it, "okay" of "okay wait".
"No" is not among them: "snow" and "next" are as likely.
"""

STEP = LISTENING_RATE // 100
"""Samples of a frame of the decoder."""

LEAST = 25 * STEP
"""Samples of the shortest of these words."""

AUDIBLE_DB = 15.0
"""Frames that are quieter than the loudest by more say nothing: the rest of an echo, what a noisy room adds."""

NEAR = 4
"""Frames by which what was spotted may begin late or end early."""

WHOLE = 0.9
"""Part of what is audible that must be within the phrase: who says more is to be understood otherwise."""


class Spotter:
    """Spot phrases with a decoder whose keyphrase search knows them; one for all streams, as it keeps nothing."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._guess = decoder.get_cmn()

    def spot(self, samples: Int16) -> str:
        """Return the phrase that an utterance of shape (n,) is, empty where it is none of them."""
        if not LEAST <= len(samples) <= LONGEST_S * LISTENING_RATE:
            return ""
        denoiser = Denoiser()
        clean = np.concatenate((denoiser.clean(samples), denoiser.rest()))
        self._listen(clean)
        loud = _audible(clean)
        said = [(one.prob, one.word.strip()) for one in self._decoder.seg() or () if _holds(loud, one)]
        return max(said, default=(0.0, ""))[1]

    def _listen(self, clean: Int16) -> None:
        """Decode the sound, with the mean of its own spectrum."""
        sound, mean = clean.tobytes(), self._guess
        for searched in (False, True):
            self._decoder.set_cmn(mean)
            self._decoder.start_utt()
            self._decoder.process_raw(sound, not searched, True)
            mean = mean if "nan" in self._decoder.get_cmn() else self._decoder.get_cmn()
            self._decoder.end_utt()


def _audible(clean: Int16) -> Any:
    frames = clean[: len(clean) // STEP * STEP].reshape(-1, STEP).astype(np.float64)
    levels = 20 * np.log10(frames.std(axis=1) + 1.0)
    return levels > levels.max() - AUDIBLE_DB


def _holds(loud: Any, spotted: Any) -> bool:
    inside = loud[max(0, spotted.start_frame - NEAR) : spotted.end_frame + NEAR + 1]
    return bool(inside.sum() >= WHOLE * loud.sum())
