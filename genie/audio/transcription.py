"""One utterance's stream through a transcriber: samples in, transcripts out."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from genie.audio.engine import LISTENING_RATE, Detector, Heard, Spoken, Transcriber
from genie.audio.intake import Intake
from genie.audio.lane import Lane
from genie.audio.pcm import Int16, Pcm
from genie.audio.timed import joined
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted
from genie.settings import SttSettings, VadSettings

log = logging.getLogger(__name__)

FEED_S = 0.25
"""Seconds of sound that are worth a call which feeds them; less is fed when it is asked for."""

Emit = Callable[[UtteranceStarted | UtteranceEnded | Transcript | ErrorMessage], None]


@dataclass(frozen=True, slots=True)
class Ears:
    """What a listening needs: the engines as they are when it begins, and the settings in force."""

    transcriber: Lane[Transcriber]
    detector: Lane[Detector]
    stt: SttSettings
    vad: VadSettings
    spoken: Spoken


class Utterance:
    """One utterance on its way through the transcriber.

    Sound is fed as it comes, and at most one partial is asked for at a time. The task that feeds is not cancelled
    before the utterance is given up, so that no sound is lost; one that asks may be at any time, as the engine keeps
    what it heard.
    """

    def __init__(self, stream: str, number: int, ears: Ears, emit: Emit) -> None:
        self.number = number
        self.samples = 0
        self.committed = ""
        self.tentative = ""
        self.language = ""
        self._stream = stream
        self._lane = ears.transcriber
        self._spoken = ears.spoken
        self._emit = emit
        self._intake = Intake(ears.stt.interval_s)
        self._sound: list[Int16] = []
        self._feeding: asyncio.Task[None] | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._anticipating: asyncio.Task[None] | None = None
        self._failure: GenieError | None = None
        self._opened = False

    @property
    def text(self) -> str:
        """Return what was heard until now, certain or not."""
        return joined(self.committed, self.tentative)

    @property
    def settled(self) -> bool:
        """Whether `text` is what all of it says until the pause."""
        return self._anticipating is not None and self._anticipating.done() and self._failure is None

    def add(self, samples: Int16, speech: bool = True) -> None:
        """Take the next samples, shape (n,) at `LISTENING_RATE`; `speech` says whether anybody speaks in them."""
        self._sound.append(samples)
        self.samples += len(samples)
        if speech:
            self.resume()
        self._intake.add(samples, speech)
        if self._failure is not None:
            return
        if self._intake.waiting >= FEED_S * LISTENING_RATE:
            self._feed()
        if not _runs(self._hearing) and self._intake.is_due(time.monotonic()):
            self._hearing = self._ask(self._hear)

    def pause(self) -> None:
        """Speech may be over: have the final text made, in case it is."""
        if self._intake.pause() and self._failure is None:
            self._anticipating = self._ask(self._anticipate)

    def resume(self) -> None:
        """Speech goes on: what was anticipated is no end, and is not begun any more."""
        self._quit(self._anticipating)
        self._anticipating = None

    def sound(self) -> Pcm:
        """Return all of it, as it came."""
        return Pcm(LISTENING_RATE, np.concatenate([np.zeros(0, np.int16), *self._sound]))

    async def finish(self) -> str:
        """Return the whole text; raises what the engine raised.

        What was asked for and has not begun is withdrawn; what has begun was heard by the engine, which decodes no
        more than is new.
        """
        try:
            self._quit(self._hearing, self._anticipating)
            self._intake.end()
            if self._intake.spoken:
                await self._fed()
            if not self._opened:
                return ""
            heard = await self._lane.call(Transcriber.finish, self._stream)
            self.language = heard.language
            return self._grown(heard.committed)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Forget the utterance; harmless after `finish`."""
        self._quit(self._hearing, self._anticipating, self._feeding)
        self._hearing = self._anticipating = self._feeding = (
            None  # a cancelled task holds on to its utterance, a circle with all its sound
        )
        if self._opened:
            self._opened = False
            self._lane.tell(Transcriber.abandon, self._stream)

    def _quit(self, *tasks: asyncio.Task[None] | None) -> None:
        for task in tasks:
            if task is not None:
                task.cancel()

    def _ask(self, question: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Return the task that asks the engine what it heard."""
        self._intake.asked()
        return asyncio.create_task(self._asking(question))

    async def _asking(self, question: Callable[[], Awaitable[None]]) -> None:
        began = time.monotonic()
        try:
            await question()
        except GenieError as error:
            self._failure = error
        self._intake.answered(began, time.monotonic())

    async def _hear(self) -> None:
        await self._fed()
        self._show(await self._lane.join(Transcriber.hear, self._stream))

    async def _anticipate(self) -> None:
        await self._fed()
        await self._lane.speculate(Transcriber.anticipate, self._stream)
        if self._hearing is not None and not self._hearing.done():
            await asyncio.wait([self._hearing])  # it may have begun before the last word was said
        self._show(await self._lane.join(Transcriber.hear, self._stream))

    def _show(self, heard: Heard) -> None:
        """Tell what was heard where it has changed."""
        before = self.committed, self.tentative
        self.committed, self.tentative = self._grown(heard.committed), heard.tentative
        self.language = heard.language
        if (self.committed, self.tentative) != before:
            self._emit(
                Transcript(
                    utterance=self.number,
                    committed=self.committed,
                    tentative=self.tentative,
                    language=self.language or None,
                )
            )

    async def _fed(self) -> None:
        """Return when the engine has all sound that came, or raise why it has not."""
        if self._failure is None:
            await asyncio.wait([self._feed()])
        if self._failure is not None:
            raise self._failure

    def _feed(self) -> asyncio.Task[None]:
        """Return the task that feeds all that waits until it ends."""
        if self._feeding is None or self._feeding.done():
            self._feeding = asyncio.create_task(self._feed_all())
        return self._feeding

    async def _feed_all(self) -> None:
        try:
            if not self._opened:
                self._opened = True
                await self._lane.call(Transcriber.open, self._stream, self._spoken)
            while (samples := self._intake.take()) is not None:
                await self._lane.call(Transcriber.feed, self._stream, samples)
        except GenieError as error:
            self._failure = error

    def _grown(self, committed: str) -> str:
        """Return what is committed now, never less than before: clients have seen that, and agents may have acted."""
        if committed.startswith(self.committed):
            return committed
        log.error("committed_words_changed", extra={"stream": self._stream})
        kept = self.committed.split()
        return " ".join([*kept, *committed.split()[len(kept) :]])


def _runs(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
