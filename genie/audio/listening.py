"""One session's listening, from `listen_start` to `listen_stop`: frames of sound in, utterances out.

Sound waits in a bounded backlog, passes the detector frame by frame, and reaches the transcriber only where somebody
speaks.
"""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from genie.audio.backlog import Backlog
from genie.audio.engine import LISTENING_RATE, Detector
from genie.audio.pcm import Framer, Int16, Pcm, StreamResampler
from genie.audio.segmenter import Segmenter
from genie.audio.transcription import Ears, Emit, Utterance
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted

FRAME = 512
"""Samples of one detector frame: 32 ms."""

Mode = Literal["push_to_talk", "hands_free"]

STEP_S = 0.1
"""Seconds of sound that are worth a call of the detector while a button says where speech ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One utterance: its final text, empty when nothing was said, and its sound as the transcriber heard it."""

    text: str
    sound: Pcm


class Listening:
    """Hear one utterance (push to talk), or one after the other (hands-free)."""

    def __init__(
        self, mode: Mode, rate: int, listen: Callable[[], Ears], emit: Emit, stream: str, numbers: Iterator[int]
    ) -> None:
        """Take sound at `rate` Hz; `listen` gives each utterance the engines that serve when it begins."""
        ears = listen()
        self._mode = mode
        self._listen = listen
        self._ears = ears
        self._emit = emit
        self._stream = stream
        self._numbers = numbers
        self._backlog = Backlog(rate, ears.stt.backlog_s, STEP_S if mode == "push_to_talk" else 0.0)
        self._resampler = StreamResampler(rate, LISTENING_RATE)
        self._framer = Framer(FRAME)
        self._segmenter = Segmenter(ears.vad, ears.stt.max_utterance_s)
        self._pre_roll: deque[Int16] = deque(maxlen=max(1, round(ears.vad.pre_roll_s * LISTENING_RATE / FRAME)))
        self._utterance: Utterance | None = None
        self._speaking = False
        self._seconds = 0.0

    def push(self, pcm: bytes) -> None:
        """Take PCM16 as it comes from the socket; when too much waits, the oldest goes and the client is told."""
        if not self._backlog.push(pcm):
            self._emit(
                ErrorMessage(code="audio_overflow", message="sound came faster than it could be heard; some is lost")
            )

    def stop(self) -> None:
        """Say that no more sound comes; what was said until now still counts."""
        self._backlog.close()

    async def utterances(self) -> AsyncGenerator[Said, None]:
        """Yield each utterance when it has ended; push to talk yields exactly one."""
        await self._ears.detector.call(Detector.open, self._stream)
        try:
            if self._mode == "push_to_talk":
                self._begin()
            async for frames in self._frames():
                probabilities = await self._detect(frames)
                for frame, probability in zip(frames, probabilities, strict=True):
                    if self._ends_utterance(frame, probability):
                        yield await self._end()
                        if self._mode == "push_to_talk":
                            return
            if self._utterance is not None:
                yield await self._end()
        finally:
            self._forget()

    async def _detect(self, frames: list[Int16]) -> list[float]:
        """Return how likely each frame holds speech; a detector that was restarted begins the stream anew."""
        detector = self._ears.detector
        try:
            return await detector.call(Detector.probabilities, self._stream, frames)
        except GenieError:
            await detector.call(Detector.open, self._stream)
            return await detector.call(Detector.probabilities, self._stream, frames)

    async def _frames(self) -> AsyncGenerator[list[Int16], None]:
        """Yield the sound that waits as detector frames; the last one is filled up with silence."""
        while (samples := await self._backlog.take()) is not None:
            if frames := list(self._framer.push(self._resampler.push(samples))):
                yield frames
        rest = np.concatenate((self._framer.take_left(), self._resampler.push(np.zeros(0, np.int16), last=True)))
        if padded := list(np.pad(rest, (0, -len(rest) % FRAME)).reshape(-1, FRAME)):
            yield padded

    def _ends_utterance(self, frame: Int16, probability: float) -> bool:
        """Take one frame; return True when the utterance ends with it."""
        self._seconds += FRAME / LISTENING_RATE
        event = self._segmenter.push(self._seconds, probability)
        if event == "start" and not self._speaking:
            self._speaking = True
            self._begin()
        if not self._speaking:
            self._pre_roll.append(frame)
            return False
        assert self._utterance is not None
        for kept in (*self._pre_roll, frame):
            self._utterance.add(kept)
        self._pre_roll.clear()
        if self._mode == "push_to_talk":
            return self._is_too_long(self._utterance)
        return event == "end"

    def _is_too_long(self, utterance: Utterance) -> bool:
        """Say whether a button was held beyond the limit; what was said until then counts."""
        limit = self._ears.stt.max_utterance_s
        if utterance.samples < limit * LISTENING_RATE:
            return False
        self._emit(ErrorMessage(code="utterance_too_long", message=f"an utterance ends after {limit:g} seconds"))
        self._backlog.close()
        return True

    def _begin(self) -> None:
        """Begin an utterance; with push to talk it began when the button was pressed."""
        if self._utterance is not None:
            return
        number, ears = next(self._numbers), self._listen()
        self._utterance = Utterance(f"{self._stream}-{number}", number, ears, self._emit)
        self._emit(UtteranceStarted(utterance=number))

    async def _end(self) -> Said:
        """End the utterance and return it."""
        assert self._utterance is not None
        utterance, self._utterance, self._speaking = self._utterance, None, False
        self._emit(UtteranceEnded(utterance=utterance.number))
        try:
            text = await utterance.finish()
        except GenieError as error:
            if self._mode == "push_to_talk":
                raise
            self._emit(ErrorMessage(code=error.code, message=error.message))
            text = ""  # hands-free goes on: the next utterance has the engine that replaced this one
        language = utterance.language or None
        self._emit(Transcript(utterance=utterance.number, committed=text, final=True, language=language))
        return Said(text, utterance.sound())

    def _forget(self) -> None:
        if self._utterance is not None:
            self._utterance.abandon()
        self._ears.detector.tell(Detector.close, self._stream)
