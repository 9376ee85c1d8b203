"""When somebody who speaks while genie does is to be heard: hold, stop, or go on. Pure: time is an argument."""

from dataclasses import dataclass
from typing import Literal

from genie.audio.remarks import Remark, real_words, remark
from genie.settings import BargeInSettings

Action = Literal["hold", "stop", "go_on"]
Reason = Literal["backchannel", "noise", "stop", "echo"]

GAP_S = 0.3
"""Seconds of silence after which speech that was not long enough to hold genie is forgotten."""

FAR = 2.0
"""By so many times `min_speech_s` even a backchannel is too long for one."""

WORDY_S = 0.6
"""Seconds of speech that may have been words which the ear does not know yet: genie waits for its final text."""

LATE_S = 2.0
"""Seconds of silence for which it waits at most."""

WORD_S = 0.8
"""Seconds of speech from which on a word alone is taken for one: small ears make one of a cough."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an utterance: what genie does, and why it is not asked, None when it is."""

    action: Action | None
    dropped: Reason | None


class BargeIn:
    """Follow one listening frame by frame.

    Speech of `hold_s` holds genie. It is stopped when two words were heard that do more than go along, or when it goes
    on for `min_speech_s` without any: a long "hmm", a cough or a laugh does not. A silence of `resume_s` lets it go on,
    behind what may have been words their text does. What begins behind an answer that was stopped is held until all
    is said.
    """

    def __init__(self, settings: BargeInSettings, language: str) -> None:
        self._settings = settings
        self._language = language
        self._held = False
        self._stopped = False
        self._over = False
        self._speech_s = 0.0
        self._silence_s = 0.0
        self._text = ""
        self._words = 0
        self._remark: Remark = "nothing"

    @property
    def into_answer(self) -> bool:
        """Whether what is being said was said while genie spoke."""
        return self._over

    def push(self, seconds: float, *, speaks: bool, sounding: bool, text: str = "") -> Action | None:
        """Take the next seconds: whether the user speaks in them, whether genie does, and what was heard until now."""
        self._take(text)
        if not speaks:
            return self._silent(seconds)
        self._silence_s = 0.0
        if not (sounding or self._held):
            return None
        self._over = True
        self._speech_s += seconds
        if self._stopped:
            return self._hold_next()
        if self._is_meant():
            return self._stop()
        if not self._held and self._speech_s >= self._settings.hold_s:
            self._held = True
            return "hold"
        return None

    def end(self, text: str, *, sounding: bool) -> Verdict:
        """Take the final text of what was said, and be ready for the next."""
        self._take(text)
        into, held, stopped = self._over, self._held, self._stopped
        meant = self._words >= 2 or self._speech_s >= WORD_S
        self._held = self._stopped = self._over = False
        self._speech_s = 0.0
        if not into:
            return Verdict(None, None)
        back: Action | None = "go_on" if held else None
        match self._remark:
            case "stop":
                return Verdict(back if stopped else "stop", "stop")
            case "nothing":
                return Verdict(back, "noise")
            case "backchannel":
                return Verdict(back, "backchannel")
            case _ if stopped or meant or not (sounding or held):
                return Verdict(back if stopped else "stop", None)
            case _:
                return Verdict(back, "noise")

    def _hold_next(self) -> Action | None:
        """Hold what sounds though genie was stopped: the next answer waits until this is said."""
        if self._speech_s < self._settings.hold_s:
            return None
        self._speech_s, self._held = 0.0, True
        return "hold"

    def _silent(self, seconds: float) -> Action | None:
        self._silence_s += seconds
        if self._over and not self._stopped and self._remark == "stop":
            return self._stop()
        if self._silence_s < self._patience():
            return None
        self._speech_s = 0.0
        held, self._held = self._held, False
        return "go_on" if held else None

    def _patience(self) -> float:
        """Return the seconds of silence after which what was said is over."""
        if not self._held:
            return GAP_S
        unknown = self._remark == "question" or (self._remark == "nothing" and self._speech_s >= WORDY_S)
        return max(LATE_S, self._settings.resume_s) if unknown else self._settings.resume_s

    def _is_meant(self) -> bool:
        """Say whether what is said now is more than a cough or an "mhm"."""
        if self._words >= 2 or self._remark == "stop":
            return True
        long = self._settings.min_speech_s * (FAR if self._remark == "backchannel" else 1.0)
        return self._speech_s >= long

    def _stop(self) -> Action:
        self._held, self._stopped, self._speech_s = False, True, 0.0
        return "stop"

    def _take(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._words, self._remark = real_words(text, self._language), remark(text, self._language)
