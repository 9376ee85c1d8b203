"""One utterance's stream through a transcriber: samples in, transcripts out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from genie.audio.engine import LISTENING_RATE, Detector, Transcriber
from genie.audio.hypothesis import Hypothesis
from genie.audio.lane import Lane
from genie.audio.pcm import Int16, Pcm
from genie.config import SttSettings, VadSettings
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted

Emit = Callable[[UtteranceStarted | UtteranceEnded | Transcript | ErrorMessage], None]


@dataclass(frozen=True, slots=True)
class Ears:
    """What a listening needs: the engines as they are when it begins, and the settings in force."""

    transcriber: Lane[Transcriber]
    steady: bool
    detector: Lane[Detector]
    stt: SttSettings
    vad: VadSettings
    language: str | None


@dataclass(slots=True)
class Utterance:
    """One utterance on its way through the transcriber.

    A decode of `interval_s` seconds of new sound or more begins whenever none is running, so that on a slow machine
    partial transcripts become rarer, never later.
    """

    stream: str
    number: int
    ears: Ears
    emit: Emit
    hypothesis: Hypothesis
    pending: list[Int16] = field(default_factory=list)
    heard: list[Int16] = field(default_factory=list)
    samples: int = 0
    accepted: int = 0
    decode: asyncio.Task[None] | None = None
    failure: GenieError | None = None
    opened: bool = False

    def add(self, samples: Int16) -> None:
        """Take the next samples, shape (n,) at `LISTENING_RATE`."""
        self.pending.append(samples)
        self.heard.append(samples)
        self.samples += len(samples)
        idle = self.decode is None or self.decode.done()
        waiting = self.samples - self.accepted
        if idle and self.failure is None and waiting >= self.ears.stt.interval_s * LISTENING_RATE:
            self.decode = asyncio.create_task(self._partial())

    def sound(self) -> Pcm:
        """Return all of it, as the transcriber heard it."""
        return Pcm(LISTENING_RATE, np.concatenate([np.zeros(0, np.int16), *self.heard]))

    async def finish(self) -> str:
        """Return the whole text; raises what the engine raised."""
        try:
            if self.decode is not None:
                await asyncio.wait([self.decode])
            if self.failure is not None:
                raise self.failure
            if self.pending:
                await self._accept()
            if not self.opened:
                return ""
            text = await self.ears.transcriber.call(Transcriber.finish, self.stream)
            return self.hypothesis.final(text)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Forget the utterance; harmless after `finish`."""
        if self.decode is not None:
            self.decode.cancel()
        if self.opened:
            self.opened = False
            self.ears.transcriber.tell(Transcriber.abandon, self.stream)

    async def _partial(self) -> None:
        try:
            text = await self._accept()
        except GenieError as error:
            self.failure = error
            return
        committed, tentative = self.hypothesis.update(text)
        if committed or tentative:
            self.emit(Transcript(utterance=self.number, committed=committed, tentative=tentative))

    async def _accept(self) -> str:
        if not self.opened:
            self.opened = True
            await self.ears.transcriber.call(Transcriber.open, self.stream, self.ears.language)
        samples, self.pending, self.accepted = np.concatenate(self.pending), [], self.samples
        return await self.ears.transcriber.call(Transcriber.accept, self.stream, samples)
