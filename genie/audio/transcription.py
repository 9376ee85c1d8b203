"""One utterance's stream through a transcriber: samples in, transcripts out."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from genie.audio.engine import LISTENING_RATE, Detector, Heard, Spoken, Transcriber
from genie.audio.lane import Lane
from genie.audio.pcm import Int16, Pcm
from genie.config import SttSettings, VadSettings
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted

log = logging.getLogger(__name__)

Emit = Callable[[UtteranceStarted | UtteranceEnded | Transcript | ErrorMessage], None]


@dataclass(frozen=True, slots=True)
class Ears:
    """What a listening needs: the engines as they are when it begins, and the settings in force."""

    transcriber: Lane[Transcriber]
    detector: Lane[Detector]
    stt: SttSettings
    vad: VadSettings
    spoken: Spoken


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
    pending: list[Int16] = field(default_factory=list)
    heard: list[Int16] = field(default_factory=list)
    samples: int = 0
    fed: int = 0
    committed: str = ""
    tentative: str = ""
    language: str = ""
    decode: asyncio.Task[None] | None = None
    failure: GenieError | None = None
    opened: bool = False

    @property
    def text(self) -> str:
        """Return what was heard until now, certain or not."""
        return f"{self.committed} {self.tentative}".strip()

    def pause(self) -> None:
        """Speech may be over: a short while ago it stopped."""

    def resume(self) -> None:
        """Speech goes on."""

    def add(self, samples: Int16, speech: bool = True) -> None:
        """Take the next samples, shape (n,) at `LISTENING_RATE`; `speech` says whether anybody speaks in them."""
        self.pending.append(samples)
        self.heard.append(samples)
        self.samples += len(samples)
        idle = self.decode is None or self.decode.done()
        waiting = self.samples - self.fed
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
                await self._feed()
            if not self.opened:
                return ""
            heard = await self.ears.transcriber.call(Transcriber.finish, self.stream)
            self.language = heard.language
            return self._grown(heard.committed)
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
            await self._feed()
            heard = await self._hear()
        except GenieError as error:
            self.failure = error
            return
        self.committed, self.tentative = self._grown(heard.committed), heard.tentative
        self.language = heard.language
        if self.text:
            self.emit(
                Transcript(
                    utterance=self.number,
                    committed=self.committed,
                    tentative=self.tentative,
                    language=self.language or None,
                )
            )

    async def _feed(self) -> None:
        if not self.opened:
            self.opened = True
            await self.ears.transcriber.call(Transcriber.open, self.stream, self.ears.spoken)
        samples, self.pending, self.fed = np.concatenate(self.pending), [], self.samples
        await self.ears.transcriber.call(Transcriber.feed, self.stream, samples)

    async def _hear(self) -> Heard:
        [heard] = await self.ears.transcriber.call(Transcriber.hear, [self.stream])
        if isinstance(heard, GenieError):
            raise heard
        return heard

    def _grown(self, committed: str) -> str:
        """Return what is committed now, never less than before: clients have seen that, and agents may have acted."""
        if committed.startswith(self.committed):
            return committed
        log.error("committed_words_changed", extra={"stream": self.stream})
        kept = self.committed.split()
        return " ".join([*kept, *committed.split()[len(kept) :]])
