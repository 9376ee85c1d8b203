"""Somebody speaks while genie does: what is its own echo, what goes along, and what is meant for it."""

import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from genie.audio.barge_in import Action, BargeIn, Reason
from genie.audio.echo import Echo
from genie.audio.frames import FRAME_S
from genie.audio.loudness import STEP_S
from genie.audio.pcm import Float32, Int16
from genie.audio.remarks import is_run
from genie.settings import BargeInSettings

TAIL_S = 0.8
"""Seconds after genie's last sound in which its echo may still come."""

DOUBTFUL = 0.7
"""By this part of the likeness of an echo, one word alone that genie has just said is taken for one."""

ECHO_LIKELY = 0.2
"""How likely somebody speaks in an echo: it neither begins an utterance nor keeps it up, but belongs to one that begins
right behind it. Where both begin to speak at once their first moments are alike, and a word would be lost."""

LATELY_S = 3.0
"""Seconds of the microphone of which the frame that came soonest says when the others were heard: a network is late for
less, and a microphone that was silent for longer, as one whose socket was lost, is behind the clock from then on."""


class Mouth(Protocol):
    """What genie says meanwhile to whoever is heard, and how it is silenced."""

    def sounds(self, at: float) -> bool:
        """Say whether something was heard of it, or held, at a moment that has not long passed (monotonic s)."""

    def levels(self, at: float, steps: int) -> Float32:
        """Return the loudness of what was heard of it in these steps up to a moment (monotonic s)."""

    def said(self) -> str:
        """Return what it has said lately."""

    def hold(self) -> None: ...

    def go_on(self) -> None: ...

    def stop(self) -> None: ...


class Guard(Protocol):
    """What tells an echo from a voice (`echo.Echo`)."""

    def push(self, frame: Int16, played: Float32) -> None: ...

    def likeness(self) -> float: ...


class Overlap:
    """Follow one hands-free listening, frame by frame, and tell the mouth what to do."""

    def __init__(
        self,
        mouth: Mouth,
        settings: BargeInSettings,
        language: str,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mouth = mouth
        self._settings = settings
        self._barge_in = BargeIn(settings, language)
        self._echo = guard or Echo()
        self._clock = clock
        self._alike = 0.0
        self._sounded_s = -TAIL_S
        self._at = 0.0
        self._ahead: deque[float] = deque(maxlen=round(LATELY_S / FRAME_S))

    def hear(self, frame: Int16, at_s: float, probability: float) -> float:
        """Return how likely the user speaks in a frame, which ends `at_s` after the first: not where it is an echo."""
        self._at = self._moment(at_s)
        if self._mouth.sounds(self._at):
            self._sounded_s = at_s
        self._echo.push(frame, self._mouth.levels(self._at, round(FRAME_S / STEP_S)))
        if at_s - self._sounded_s > TAIL_S or not probability:
            return probability
        likeness = self._echo.likeness()
        self._alike = max(self._alike, likeness)
        return probability if likeness < self._settings.echo else min(probability, ECHO_LIKELY)

    def follow(self, seconds: float, *, speaks: bool, text: str) -> None:
        """Take what becomes of the next seconds: whether somebody speaks in them, and what was understood until now."""
        repeats = bool(text) and self._repeats(text)
        speaks, text = speaks and not repeats, "" if repeats else text
        self._act(self._barge_in.push(seconds, speaks=speaks, sounding=self._mouth.sounds(self._at), text=text))

    @property
    def into_answer(self) -> bool:
        """Whether what is being said was said while genie spoke."""
        return self._barge_in.into_answer

    def judge(self, text: str) -> Reason | None:
        """Take the final text of an utterance; return why it is no question, None when it is one."""
        echoes = self._barge_in.into_answer and self._repeats(text)
        verdict = self._barge_in.end("" if echoes else text, sounding=self._mouth.sounds(self._at))
        self._alike = 0.0
        self._act(verdict.action)
        return "echo" if echoes else verdict.dropped

    def close(self) -> None:
        """Let genie go on: nobody is heard any more."""
        self._act(self._barge_in.end("", sounding=False).action)

    def _repeats(self, text: str) -> bool:
        doubtful = self._alike >= self._settings.echo * DOUBTFUL
        return is_run(text, self._mouth.said(), 1 if doubtful else 3)

    def _moment(self, at_s: float) -> float:
        """Return when the sound of a moment of the microphone came (monotonic s), had it come without delay."""
        self._ahead.append(self._clock() - at_s)
        return at_s + min(self._ahead)

    def _act(self, action: Action | None) -> None:
        match action:
            case "hold":
                self._mouth.hold()
            case "go_on":
                self._mouth.go_on()
            case "stop":
                self._mouth.stop()
