"""One speech at a client's loudspeaker: what it was sent of it, and how much of that it has played."""

import time
from collections import deque
from dataclasses import dataclass, field
from math import inf

import numpy as np

from genie import messages
from genie.audio.echo import Envelope
from genie.audio.heard import heard_text, whole_text
from genie.audio.played import Played
from genie.queues.job import Heard

KEPT_S = 8.0
"""Seconds of sound that are kept until they were played: sound is sent 3 s ahead, clients report each second."""


@dataclass(slots=True)
class Sounding:
    """A speech of which sound was sent: from its beginning until it was played to its end, or is not wanted any more.

    `tail` is the sound that was sent and is not known to be heard, as pairs of first sample and PCM16.
    """

    job: str | None
    began: messages.AudioUpdate
    again: bool = False
    """It was spoken before: what is heard of it now says nothing new of the answer."""
    end: messages.AudioEnd | None = None
    complete: bool = False
    """All of it was sent."""
    reported: int = 0
    began_at: float = inf
    sent_at: float = 0.0
    captions: list[messages.Caption] = field(default_factory=list)
    tail: deque[tuple[int, bytes]] = field(default_factory=deque)
    played: Played = field(init=False)
    envelope: Envelope = field(init=False)

    def __post_init__(self) -> None:
        self.played = Played(self.began.sample_rate)
        self.envelope = Envelope(self.began.sample_rate)

    @property
    def is_unheard(self) -> bool:
        """Whether a part may still be to be played; what was sent long ago was, though the client did not say so."""
        return bool(self.tail) and time.monotonic() - self.sent_at <= KEPT_S

    def sounds(self, at: float) -> bool:
        """Say whether something of it was heard at a moment, or soon would be (monotonic s)."""
        return self.began_at <= at and (self.end is None or self.played.at(at) < self.end.samples)

    def keep(self, first_sample: int, pcm: bytes, busy_s: float) -> None:
        """Keep sound until it was played, within `KEPT_S`; the loudspeaker is busy with others for some seconds."""
        self.sent_at = time.monotonic()
        self.began_at = min(self.began_at, self.sent_at)
        self.tail.append((first_sample, pcm))
        self.envelope.add(np.frombuffer(pcm, "<i2").astype(np.int16, copy=False))
        self.played.send(first_sample + len(pcm) // 2, self.sent_at, busy_s)
        self._forget_before(first_sample - round(KEPT_S * self.began.sample_rate))

    def report(self, samples: int) -> None:
        """Take how much the client says that it has played."""
        self.reported = max(self.reported, min(samples, self.played.sent))
        self.played.report(self.reported, time.monotonic())
        self._forget_before(self.reported)

    def unheard(self) -> list[tuple[int, bytes]]:
        """Return the kept sound from the sample last played."""
        if not self.tail:
            return []
        first, pcm = self.tail[0]
        skipped = max(0, self.reported - first)
        return [(first + skipped, pcm[2 * skipped :]), *list(self.tail)[1:]]

    def captions_left(self) -> list[messages.Caption]:
        """Return the caption that is heard at the sample last played, and those that follow."""
        later = [caption for caption in self.captions if caption.first_sample > self.reported]
        return self.captions[len(self.captions) - len(later) - 1 :] if len(later) < len(self.captions) else later

    def heard(self) -> Heard | None:
        """Return what was heard of it until now; None when that is all of it, but for silence."""
        now, rate = time.monotonic(), self.began.sample_rate
        samples = self.played.at(now)
        text = heard_text(self.captions, samples, self.played.sent, rate)
        if self.complete and text == whole_text(self.captions):
            return None
        return Heard(text=text, samples=samples, sample_rate=rate)

    def _forget_before(self, sample: int) -> None:
        """Let go of the sound that ends before a sample."""
        while self.tail and self.tail[0][0] + len(self.tail[0][1]) // 2 <= sample:
            self.tail.popleft()
