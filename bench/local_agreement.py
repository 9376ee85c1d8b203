"""LocalAgreement-2 over a transcriber that knows its words' times: the peer that streaming is measured against.

The policy of Macháček, Dabre and Bojar (2023, "Turning Whisper into Real-Time Transcription System"): the sound since
the last cut is decoded anew every `EACH_S`; words on which two decodes in a row agree are committed; when the sound
grows longer than `trim_s` it is cut at the end of the last committed word, and the committed text goes on as prompt.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
EACH_S = 0.5
PROMPT_CHARS = 200
CLOSE_S = 0.1
"""Words that begin no later than this before the last committed one's end were committed already."""


KEPT_S = 1.0


class Word(NamedTuple):
    """A word with its times in seconds from the start of what was decoded."""

    start_s: float
    end_s: float
    text: str


Decode = Callable[[NDArray[np.float32], str], list[Word]]
"""Take sound (shape (n,), 16 kHz) and the text before it; return its words."""


@dataclass
class LocalAgreement:
    """One stream of sound; times are in seconds from its start."""

    decode: Decode
    trim_s: float
    committed: list[Word] = field(default_factory=list)
    tail: list[Word] = field(default_factory=list)
    sound: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    start_s: float = 0.0

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Take the next sound and decode all that was not cut."""
        self.sound = np.concatenate([self.sound, samples])
        words = self._fresh()
        agreed = 0
        while agreed < min(len(words), len(self.tail)) and words[agreed].text == self.tail[agreed].text:
            agreed += 1
        self.committed += words[:agreed]
        self.tail = words[agreed:]
        self._trim()

    def finish(self) -> str:
        """Decode once more, as nothing will follow, and return the whole text."""
        words = self._fresh()
        return " ".join(word.text for word in [*self.committed, *words])

    def _fresh(self) -> list[Word]:
        """Return the words that follow the committed ones."""
        before = " ".join(word.text for word in self.committed if word.end_s <= self.start_s)[-PROMPT_CHARS:]
        found = [
            Word(word.start_s + self.start_s, word.end_s + self.start_s, word.text.strip())
            for word in self.decode(self.sound, before)
        ]
        last_s = self.committed[-1].end_s if self.committed else 0.0
        fresh = [word for word in found if word.start_s > last_s - CLOSE_S]
        for size in range(min(5, len(self.committed), len(fresh)), 0, -1):  # the same words again, at the joint
            if [word.text for word in self.committed[-size:]] == [word.text for word in fresh[:size]]:
                return fresh[size:]
        return fresh

    def _trim(self) -> None:
        """Cut what is committed; where nobody speaks, all but the last `KEPT_S`."""
        end_s = self.start_s + len(self.sound) / RATE
        if end_s - self.start_s <= self.trim_s:
            return
        cut_s = max(self.start_s, self.committed[-1].end_s if self.committed else 0.0)
        if not self.tail:
            cut_s = max(cut_s, end_s - KEPT_S)
        self.sound = self.sound[round((cut_s - self.start_s) * RATE) :]
        self.start_s = cut_s
