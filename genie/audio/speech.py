"""One spoken answer: a stream of text in, an ordered run of sound out, and the line that keeps answers in order."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, Protocol

from genie.audio.engine import Synthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Piece
from genie.audio.sentences import SentenceSplitter
from genie.audio.spoken_text import spoken
from genie.errors import Busy, GenieError, StageFailed

log = logging.getLogger(__name__)

FRAME_S = 0.1
"""Seconds of sound in one frame: short enough to stop at once, long enough to cost little."""

MAX_PLACES = 20_000
"""Speeches that may wait in one line: more than questions may wait, so that the queue is full before the line is."""

EndReason = Literal["completed", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak: None is the engine's default; `speed` 1.0 is normal."""

    voice: str | None = None
    language: str | None = None
    speed: float = 1.0


async def pieces(text: AsyncIterator[str], lane: Lane[Synthesizer], manner: Manner) -> AsyncGenerator[Piece, None]:
    """Speak text as it comes: its first clause is sound while the rest is still being made."""
    async with aclosing(_written(text)) as all_written:
        async for written in all_written:
            async with aclosing(_speak(written, lane, manner)) as spoken_pieces:
                async for piece in spoken_pieces:
                    yield piece


async def _written(text: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Yield a text that comes in parts of any size as pieces worth speaking."""
    splitter = SentenceSplitter()
    async for part in text:
        for written in splitter.push(part):
            yield written
    for written in splitter.finish():
        yield written


async def _speak(written: str, lane: Lane[Synthesizer], manner: Manner) -> AsyncGenerator[Piece, None]:
    words = spoken(written, manner.language or "en")
    if not words:
        return
    text: str | None = written
    sounds = lane.iterate(Synthesizer.synthesize, words, manner.voice, manner.language, manner.speed)
    async with aclosing(sounds):
        async for samples in sounds:
            yield Piece(text, samples)
            text = None


class Store(Protocol):
    """Where the sound of answers is kept."""

    async def spoken(self, job: str) -> tuple[int, AsyncGenerator[Piece, None]] | None:
        """Return the rate (Hz) and the sound of an answer that was spoken before, None when it is not kept."""

    def recorded(self, job: str, rate: int, sounds: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
        """Yield the sound of an answer on; keep it when it comes to its end."""


class Listener(Protocol):
    """Who hears a speech. Samples count from the start of the speech."""

    async def present(self) -> None:
        """Return when somebody is there; a speech does not begin before, and pauses while nobody is."""

    async def claim(self, job: str, *, again: bool) -> bool:
        """Become the one that hears a job's answer; return False when it was spoken and `again` is not wanted."""

    def speech_began(self, speech: int, job: str | None, rate: int, voice: str) -> None: ...

    def speech_caption(self, speech: int, text: str, first_sample: int) -> None: ...

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None: ...

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        """Take how a speech ended; one that found no voice fails without having begun."""


class Speech:
    """A place in the line of a session, and the text that is to be spoken there; `again` when it was spoken before."""

    def __init__(self, job: str | None, manner: Manner, *, again: bool = False) -> None:
        self.job = job
        self.manner = manner
        self.again = again
        self.began = False
        self.line: SpeechLine | None = None
        self._parts: deque[str] = deque()
        self._closed = False
        self._more = asyncio.Event()

    def feed(self, text: str) -> None:
        """Add text; an answer's length is bounded where it is made."""
        self._parts.append(text)
        self._more.set()

    def close(self) -> None:
        """Say that no more text comes."""
        self._closed = True
        self._more.set()

    def give_up(self) -> None:
        """Leave the line, wherever this speech stands now."""
        if self.line is not None:
            self.line.give_up(self)

    async def has_text(self) -> bool:
        """Return True as soon as there is text to speak, False when none will come."""
        while not self._parts and not self._closed:
            self._more.clear()
            await self._more.wait()
        return bool(self._parts)

    async def text(self) -> AsyncIterator[str]:
        """Yield the text as it is fed, until it is closed."""
        while await self.has_text():
            yield self._parts.popleft()


class SpeechLine:
    """Speak the answers of one session one at a time, in the order in which they were asked.

    Sound is sent at most `ahead_s` seconds ahead of the listener, so that stopping wastes little.
    """

    def __init__(
        self,
        listener: Listener,
        voice: Callable[[], tuple[Lane[Synthesizer], int, str]],
        ahead_s: float,
        store: Store | None = None,
    ) -> None:
        self._listener = listener
        self._voice = voice
        self._ahead_s = ahead_s
        self._store = store
        self._places: dict[Speech, None] = {}  # in the order in which they were taken
        self._more = asyncio.Event()
        self._current: tuple[Speech, asyncio.Task[None]] | None = None
        self._count = 0

    def reserve(self, job: str | None, manner: Manner, *, again: bool = False) -> Speech:
        """Take the next place in the line; it is held until the speech was closed and spoken, or silenced.

        One more than `MAX_PLACES` is refused with `too_many_speeches`.
        """
        speech = Speech(job, manner, again=again)
        self._add(speech)
        return speech

    def release(self) -> list[Speech]:
        """Give away every speech that has not begun, in order, for another line to adopt."""
        waiting = [speech for speech in self._places if not speech.began]
        for speech in waiting:
            self.give_up(speech)
        return waiting

    def adopt(self, speeches: Iterable[Speech]) -> None:
        """Take speeches of another line behind one's own."""
        for speech in speeches:
            self._add(speech)

    def jobs(self) -> set[str | None]:
        """Return the jobs whose answers are being spoken here or wait to be."""
        return {speech.job for speech in self._places}

    def silence(self, job: str) -> None:
        """Give up the places of a job, and stop the one that is being spoken."""
        for speech in [speech for speech in self._places if speech.job == job]:
            self.give_up(speech)

    def give_up(self, speech: Speech) -> None:
        """Give up one place, and stop it when it is being spoken."""
        self._places.pop(speech, None)
        if self._current is not None and self._current[0] is speech:
            self._current[1].cancel()

    def stop(self) -> None:
        """Silence what is being spoken now."""
        if self._current is not None and self._current[0].began:
            self._current[1].cancel()

    async def run(self) -> None:
        """Speak what comes, until cancelled."""
        while True:
            while not self._places:
                self._more.clear()
                await self._more.wait()
            await self._take(next(iter(self._places)))

    def _add(self, speech: Speech) -> None:
        if len(self._places) >= MAX_PLACES:
            raise Busy("too_many_speeches", "too many answers wait to be spoken; stop some, or wait")
        speech.line = self
        self._places[speech] = None
        self._more.set()

    async def _take(self, speech: Speech) -> None:
        task = asyncio.create_task(self._speak(speech), name=f"speech-{speech.job}")
        self._current = speech, task
        try:
            await asyncio.wait([task])
        finally:
            self._current = None
            self._places.pop(speech, None)
            task.cancel()

    async def _speak(self, speech: Speech) -> None:
        if not await speech.has_text():
            return
        await self._listener.present()
        speech.began = True
        self._count += 1
        await _Delivery(self._listener, self._count, self._ahead_s, self._store).run(speech, self._voice)


class _Delivery:
    """One speech on its way to its listener."""

    def __init__(self, listener: Listener, number: int, ahead_s: float, store: Store | None) -> None:
        self._listener = listener
        self._number = number
        self._ahead_s = ahead_s
        self._store = store
        self._sent = 0
        self._began_at = 0.0

    async def run(self, speech: Speech, voice: Callable[[], tuple[Lane[Synthesizer], int, str]]) -> None:
        """Speak to the end, or until stopped; the listener is told how it ended in either case."""
        reason: EndReason = "stopped"
        failure: GenieError | None = None
        try:
            if await self._deliver(speech, *voice()):
                reason = "completed"
        except GenieError as error:
            reason, failure = "failed", error
        except Exception:  # the stage's edge: a bug is logged and told, and the next speech is spoken
            log.exception("speech_crashed", extra={"job": speech.job})
            reason, failure = "failed", StageFailed("internal", "genie made a mistake; the log says more")
        finally:
            self._listener.speech_ended(self._number, self._sent, reason, failure)

    async def _deliver(self, speech: Speech, lane: Lane[Synthesizer], rate: int, default: str) -> bool:
        """Send sound once the answer is claimed; return False when somebody has heard it already.

        The claim is written down while the first sound is being made: neither waits for the other.
        """
        claim = asyncio.create_task(self._claim(speech), name=f"claim-{speech.job}")
        try:
            rate, sounds = await self._sounds(speech, lane, rate)
            async with aclosing(sounds):
                first = await anext(sounds, None)
                if not await claim:
                    return False
                name = speech.manner.voice or speech.manner.language or default
                self._listener.speech_began(self._number, speech.job, rate, name)
                if first is not None:
                    await self._send(first, rate)
                async for piece in sounds:
                    await self._send(piece, rate)
        finally:
            claim.cancel()
        return True

    async def _sounds(
        self, speech: Speech, lane: Lane[Synthesizer], rate: int
    ) -> tuple[int, AsyncGenerator[Piece, None]]:
        """Return the sound of a speech and its rate: what is kept of one that is heard again, else what is made now."""
        if self._store is None or speech.job is None:
            return rate, pieces(speech.text(), lane, speech.manner)
        if speech.again and (kept := await self._store.spoken(speech.job)) is not None:
            return kept
        return rate, self._store.recorded(speech.job, rate, pieces(speech.text(), lane, speech.manner))

    async def _claim(self, speech: Speech) -> bool:
        return speech.job is None or await self._listener.claim(speech.job, again=speech.again)

    async def _send(self, piece: Piece, rate: int) -> None:
        if piece.text is not None:
            self._listener.speech_caption(self._number, piece.text, self._sent)
        step = round(FRAME_S * rate)
        for start in range(0, len(piece.samples), step):
            await self._pace(rate)
            await self._listener.present()
            frame = piece.samples[start : start + step]
            self._listener.speech_frame(self._number, self._sent, frame.astype("<i2", copy=False).tobytes())
            self._sent += len(frame)

    async def _pace(self, rate: int) -> None:
        """Wait until the listener is less than `ahead_s` behind; a listener that ran dry starts its clock anew."""
        now = time.monotonic()
        played = now - self._began_at
        if self._sent == 0 or played > self._sent / rate:
            self._began_at = now - self._sent / rate
            return
        ahead = self._sent / rate - played
        if ahead > self._ahead_s:
            await asyncio.sleep(ahead - self._ahead_s)
