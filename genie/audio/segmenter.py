"""Where an utterance starts, pauses and ends, from the probability of speech. Pure: time is an argument."""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from math import log10
from statistics import median
from typing import Literal

from genie.audio.texture import Texture
from genie.settings import VadSettings

Event = Literal["start", "pause", "resume", "end", "cut"]
"""`pause`: it may be over; `resume`: it was not; `cut`: it is too long, and goes on as the next one."""

HYSTERESIS = 0.15
"""Speech goes on until the probability falls this far below the threshold that starts it (Silero's own rule)."""

BUTTON = 0.15
"""By so much lower is the threshold while a button is held: who presses it is about to speak."""

LATE = 8
"""Frames by which the detector may be late: what it says of a quiet frame is about a loud one so long ago."""

FAINT = 0.1
"""A probability from which a frame just before speech belongs to it: consonants and breath come before the voice."""

FAINT_S = 0.5
"""Seconds of such frames at most: more would be noise that the detector is in doubt about."""

STEADY = 0.92
"""Frames whose spectra are as alike as this, in the median, are notes: speech has 0.6 to 0.88, music 0.93 to 1.00."""

ATTACK, HELD = 6, 16
"""Frames before speech and frames at most whose spectra are compared."""

AUDIBLE_DB = 26.0
"""Of these, those that are quieter than the loudest by more do not count."""

CUT_S = 3.0
"""Seconds before the limit in which the quietest moment is looked for; people breathe every few seconds."""

MEMORY_S = FAINT_S + CUT_S
"""Seconds of frames that whoever asks must keep, besides `pre_roll_s`."""

AROUND = 1
"""Frames on either side whose loudness counts where a cut is looked for: a single quiet one may be inside a word."""


SPOKEN = Texture(level_db=-20.0, steady=0.7)
"""What a voice sounds like."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame: when it starts and ends (s), how likely it holds speech, how loud it is, and how like the one before."""

    start_s: float
    end_s: float
    probability: float
    level_db: float
    steady: float


class Segmenter:
    """Take one frame after the other and say what happens there; times are in seconds.

    Without `ends` somebody else says where the utterance ends, such as a button.
    """

    def __init__(self, settings: VadSettings, max_utterance_s: float, *, ends: bool = True) -> None:
        self._settings = settings
        self._max_utterance_s = max_utterance_s
        self._cut_s = min(CUT_S, max_utterance_s / 4)
        self._ends = ends
        self._threshold = settings.threshold - (0.0 if ends else BUTTON)
        self._moments: deque[Moment] = deque()
        self._open = False
        self._paused = False
        self._speech_since: float | None = None
        self._last_speech = 0.0
        self.start_s = 0.0
        """Where the utterance starts, with what is kept from before its first word; after a cut, where that is."""

    @property
    def opened(self) -> bool:
        """Whether there is an utterance now."""
        return self._open

    @property
    def speaks(self) -> bool:
        """Whether the newest frame holds speech."""
        return bool(self._moments) and self._goes_on(self._moments[-1])

    @property
    def holds(self) -> bool:
        """Whether the utterance may yet be cut before the newest frame: it is near its limit."""
        return self._open and self._ends and self._length() >= self._max_utterance_s - self._cut_s

    def push(
        self, time_s: float, probability: float, texture: Texture = SPOKEN, patience_s: float | None = None
    ) -> Event | None:
        """Take the frame that ends at `time_s`; a silence of `patience_s` (default: `silence_s`) ends the utterance."""
        before = self._moments[-1].end_s if self._moments else time_s
        lately = islice(reversed(self._moments), LATE)
        audible = max([texture.level_db, *(moment.level_db for moment in lately)]) >= self._settings.floor_db
        moment = Moment(before, time_s, probability if audible else 0.0, *texture)
        self._moments.append(moment)
        while self._moments[0].end_s < time_s - MEMORY_S - self._settings.pre_roll_s:
            self._moments.popleft()
        return self._inside(moment, patience_s) if self._open else self._outside(moment)

    def _goes_on(self, moment: Moment) -> bool:
        return moment.probability >= self._threshold - HYSTERESIS

    def _length(self) -> float:
        return self._moments[-1].end_s - self.start_s

    def _outside(self, moment: Moment) -> Event | None:
        if self._speech_since is None and moment.probability >= self._threshold:
            self._speech_since = moment.start_s
        elif not self._goes_on(moment):
            self._speech_since = None
        since = self._speech_since
        if since is None or moment.end_s - since < self._settings.min_speech_s or self._is_held(since):
            return None
        self.start_s = max(self._onset(since) - self._settings.pre_roll_s, self._last_speech)
        self._open, self._paused = True, False
        self._speech_since, self._last_speech = None, moment.end_s
        return "start"

    def _is_held(self, since: float) -> bool:
        """Say whether what the detector takes for a voice is a note: its spectrum stays, that of speech changes."""
        voiced = sum(moment.start_s >= since for moment in self._moments)
        lately = list(islice(reversed(self._moments), min(voiced + ATTACK, HELD)))
        loudest = max(moment.level_db for moment in lately)
        return median(m.steady for m in lately if m.level_db >= loudest - AUDIBLE_DB) > STEADY

    def _onset(self, since: float) -> float:
        """Return where speech began that is certain since then: the detector is late where words begin softly."""
        onset = since
        for moment in reversed(self._moments):
            if moment.start_s >= since:
                continue
            if moment.probability < FAINT or moment.start_s < since - FAINT_S:
                break
            onset = moment.start_s
        return onset

    def _inside(self, moment: Moment, patience_s: float | None) -> Event | None:
        if self._goes_on(moment):
            self._last_speech = moment.end_s
            if self._is_too_long():
                return self._cut()
            if self._paused:
                self._paused = False
                return "resume"
            return None
        return self._silent(moment.end_s - self._last_speech, patience_s)

    def _silent(self, silence_s: float, patience_s: float | None) -> Event | None:
        """Say what a silence of this length means: near the limit, even a short one is the end."""
        soft = silence_s >= self._settings.soft_silence_s
        wait = self._settings.silence_s if patience_s is None else patience_s
        if self._ends and (silence_s >= wait or (soft and self.holds)):
            self._open = False
            return "end"
        if self._is_too_long():
            return self._cut()
        if soft and not self._paused:
            self._paused = True
            return "pause"
        return None

    def _is_too_long(self) -> bool:
        return self._ends and self._length() >= self._max_utterance_s

    def _cut(self) -> Event:
        """Let the utterance end, and the next one start, at the quietest moment of the last seconds."""
        late = [moment for moment in self._moments if moment.end_s > self._moments[-1].end_s - self._cut_s]
        quiet = min(range(len(late)), key=lambda at: _loudness(late[max(0, at - AROUND) : at + AROUND + 1]))
        self.start_s, self._paused = late[quiet].end_s, False
        return "cut"


def _loudness(moments: list[Moment]) -> float:
    """Return the mean power of frames in dB."""
    return 10 * log10(sum(10 ** (moment.level_db / 10) for moment in moments) / len(moments))
