"""One speech at a client's loudspeaker: what it was sent of it, and how much of that it has played."""

import time
from collections import deque
from dataclasses import dataclass, field
from math import inf

import numpy as np

from genie import messages
from genie.audio.delivery import EndReason
from genie.audio.heard import BACK_S, goes_on_at, heard_text, whole_text
from genie.audio.loudness import Envelope
from genie.audio.played import Played
from genie.audio.trimming import faded_in
from genie.queues.job import Heard

GATHERED_S = 0.1
"""Seconds by which a loudspeaker that reports nothing is later than what it is sent: it gathers some sound before it
begins, and its stop takes a while to come here."""

KEPT_S = 8.0
"""Seconds of sound that are kept until they were played: sound is sent 3 s ahead, clients report each second."""

FADE_S = 0.005
"""Seconds in which sound that goes on in the middle comes in, so that it does not click."""


@dataclass(slots=True)
class Sounding:
    """A speech of which sound was sent: from its beginning until it was played to its end, or is not wanted any more.

    Its samples are counted from its beginning; those on the wire from `base`, where its client went on with it behind
    something urgent. `tail` is the sound that was sent and may be heard again, as pairs of first sample and PCM16.
    """

    job: str | None
    began: messages.AudioUpdate
    again: bool = False
    """It was spoken before: what is heard of it now says nothing new of the answer."""
    urgent: bool = False
    base: int = 0
    cut_at: int = 0
    """Samples that were heard before it went on a little further back."""
    end: messages.AudioEnd | None = None
    complete: bool = False
    """All of it was sent."""
    reported: int = 0
    reports: bool = False
    """Its client says how far it has come."""
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
    def speech(self) -> int:
        """Its number on the wire."""
        return self.began.speech

    @property
    def is_unheard(self) -> bool:
        """Whether a part may still be to be played; what was sent long ago was, though the client did not say so."""
        return self.reported < self.played.sent and time.monotonic() - self.sent_at <= KEPT_S

    def sounds(self, at: float) -> bool:
        """Say whether something of it was heard at a moment, or soon would be (monotonic s)."""
        return self.began_at <= at and (self.end is None or self.played.at(at) < self.played.sent)

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
        self.reports = True
        self.reported = max(self.reported, min(self.base + samples, self.played.sent))
        self.played.report(self.reported, time.monotonic())
        self._forget_before(self.reported - round(BACK_S * self.began.sample_rate))

    def ends(self, reason: EndReason) -> messages.AudioEnd:
        """Note, and return, that no more of it comes."""
        self.end = messages.AudioEnd(speech=self.speech, samples=self.played.sent - self.base, reason=reason)
        self.complete = self.complete or reason == "completed"
        return self.end

    def go_on(self, speech: int, busy_s: float) -> None:
        """Go on as another speech at the word at which it was cut; the loudspeaker is busy with others for a while."""
        now, rate = time.monotonic(), self.began.sample_rate
        at = self._heard_to(now)
        self.cut_at = max(self.cut_at, at)
        wanted = goes_on_at(self.captions, at, self.played.sent, rate)
        self.base = self.reported = max(wanted, self.tail[0][0]) if self.tail else self.played.sent
        self.played.go_back(self.base, now, busy_s)
        self.sent_at = now
        self.began = self.began.model_copy(update={"speech": speech, "continues": self.speech})
        if self.end is not None:
            self.ends(self.end.reason)

    def frame(self, first_sample: int, pcm: bytes) -> bytes:
        """Return sound as it goes over the wire."""
        return messages.encode_audio(self.speech, first_sample - self.base, pcm)

    def frames_left(self) -> list[bytes]:
        """Return the kept sound from the sample last played, as it goes over the wire."""
        left = [(max(first, self.reported), pcm[2 * max(0, self.reported - first) :]) for first, pcm in self.tail]
        frames = [(first, pcm) for first, pcm in left if pcm]
        if frames and self.reported == self.base > 0:
            frames[0] = frames[0][0], _faded_in(frames[0][1], self.began.sample_rate)
        return [self.frame(first, pcm) for first, pcm in frames]

    def caption(self, caption: messages.Caption) -> messages.Caption:
        """Return a caption as it goes over the wire: of one in which the speech goes on the words from there on."""
        words = [word for word in caption.words or () if word[2] >= self.base]
        skipped = words[0][0] if words and caption.first_sample < self.base else 0
        return caption.model_copy(
            update={
                "speech": self.speech,
                "text": caption.text[skipped:],
                "first_sample": max(0, caption.first_sample - self.base),
                "words": [(start - skipped, end - skipped, at - self.base) for start, end, at in words] or None,
            }
        )

    def captions_left(self) -> list[messages.Caption]:
        """Return the caption that is heard at the sample last played, and those that follow, as they are told."""
        later = sum(caption.first_sample > self.reported for caption in self.captions)
        left = self.captions[max(0, len(self.captions) - later - 1) :]
        return [self.caption(one) for one in left if not one.words or one.words[-1][2] >= self.base]

    def heard(self) -> Heard | None:
        """Return what was heard of it until now; None when that is all of it, but for silence."""
        now, rate = time.monotonic(), self.began.sample_rate
        samples = max(self.cut_at, self._heard_to(now))
        text = heard_text(self.captions, samples, self.played.sent, rate)
        if self.complete and text == whole_text(self.captions):
            return None
        return Heard(text=text, samples=samples, sample_rate=rate)

    def _heard_to(self, now: float) -> int:
        """Return the samples that were heard by now (monotonic s)."""
        at = self.played.at(now)
        is_late = not self.reports and at < self.played.sent
        return max(self.base, at - round(GATHERED_S * self.began.sample_rate)) if is_late else at

    def _forget_before(self, sample: int) -> None:
        """Let go of the sound that ends before a sample."""
        while self.tail and self.tail[0][0] + len(self.tail[0][1]) // 2 <= sample:
            self.tail.popleft()


def _faded_in(pcm: bytes, rate: int) -> bytes:
    return faded_in(np.frombuffer(pcm, "<i2"), round(FADE_S * rate)).astype("<i2", copy=False).tobytes()
