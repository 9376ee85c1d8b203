"""One session's listening, from `listen_start` to `listen_stop`: frames of sound in, utterances out.

Sound waits in a bounded backlog, passes the detector frame by frame, and reaches the transcriber only where somebody
speaks.
"""

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from genie.audio.ending import patience
from genie.audio.engine import LISTENING_RATE, Detector
from genie.audio.frames import FRAME, FRAME_S, Frames
from genie.audio.overlap import Overlap
from genie.audio.pcm import Int16, Pcm
from genie.audio.segmenter import MEMORY_S, Event, Segmenter
from genie.audio.texture import Textures
from genie.audio.timed import joined
from genie.audio.transcription import Ears, Emit, Utterance
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted

Mode = Literal["push_to_talk", "hands_free"]

STEP_S = 0.1
"""Seconds of sound that are worth a call of the detector while a button says where speech ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One utterance: its final text, empty when nothing was said, and its sound as the transcriber heard it."""

    text: str
    sound: Pcm


TakeBack = Callable[[], Awaitable[bool]]
"""Take back the question that the last utterance became; False when it has none, or its answer has begun."""


async def _stands() -> bool:
    return False


class _Kept(NamedTuple):
    """A frame that may yet belong to an utterance: when it ended, and whether anybody speaks in it."""

    end_s: float
    frame: Int16
    speech: bool


class Listening:
    """Hear one utterance (push to talk), or one after the other (hands-free)."""

    def __init__(
        self,
        mode: Mode,
        rate: int,
        listen: Callable[[], Ears],
        emit: Emit,
        stream: str,
        numbers: Iterator[int],
        overlap: Overlap | None = None,
    ) -> None:
        """Take sound at `rate` Hz; `listen` gives each utterance the engines that serve when it begins.

        Hands-free, `overlap` is who knows what to make of what is said while genie speaks.
        """
        ears = listen()
        self.mode = mode
        self.rate = rate
        self.speech_s = 0.0
        """Seconds of speech heard until now."""
        self._listen = listen
        self._ears = ears
        self._emit = emit
        self._stream = stream
        self._numbers = numbers
        self._overlap = overlap
        self._frames = Frames(rate, ears.stt.backlog_s, STEP_S if mode == "push_to_talk" else 0.0)
        self._segmenter = Segmenter(ears.vad, ears.stt.max_utterance_s, ends=mode == "hands_free")
        self._textures = Textures(FRAME)
        self._kept: deque[_Kept] = deque(maxlen=round((MEMORY_S + ears.vad.pre_roll_s) / FRAME_S) + 1)
        self._utterance: Utterance | None = None
        self._before: Said | None = None
        self._number = 0
        self._seconds = 0.0
        self._handed_s = 0.0
        self._ended_s = 0.0

    @property
    def at_s(self) -> float:
        """Return how many seconds of sound were heard."""
        return self._seconds

    def push(self, pcm: bytes) -> None:
        """Take PCM16 as it comes from the socket; when too much waits, the oldest goes and the client is told."""
        if not self._frames.push(pcm):
            self._emit(
                ErrorMessage(code="audio_overflow", message="sound came faster than it could be heard; some is lost")
            )

    def stop(self) -> None:
        """Say that no more sound comes; what was said until now still counts."""
        self._frames.close()

    async def utterances(self, take_back: TakeBack = _stands) -> AsyncGenerator[Said, None]:
        """Yield each utterance when it has ended; push to talk yields exactly one.

        Where somebody speaks on soon after an end and `take_back` returns True, the next utterance begins with what
        the last one said, and the two are one.
        """
        last: Said | None = None
        await self._ears.detector.call(Detector.open, self._stream)
        try:
            if self.mode == "push_to_talk":
                self._begin()
            async for frames in self._frames.read():
                probabilities = await self._detect(frames)
                for frame, probability in zip(frames, probabilities, strict=True):
                    event = self._hear(frame, probability)
                    if event == "start" and self._utterance is None:
                        self._begin(last if self._may_continue(last) and await take_back() else None)
                    if self._passes_on(event):
                        if (last := await self._end()) is not None:
                            yield last
                        if self.mode == "push_to_talk":
                            return
                    if event == "cut":
                        last = None  # it goes on by itself: as one question it would have no end
                        self._begin()
                        self._hand_over()
            if self._utterance is not None and (said := await self._end()) is not None:
                yield said
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

    def _hear(self, frame: Int16, probability: float) -> Event | None:
        """Take one frame and return what happens there."""
        self._seconds += FRAME_S
        if self._overlap is not None:
            probability = self._overlap.hear(frame, self._seconds, probability)
        event = self._segmenter.push(self._seconds, probability, self._textures.take(frame), self._patience())
        self._kept.append(_Kept(self._seconds, frame, self._segmenter.speaks))
        if self._segmenter.speaks:
            self.speech_s += FRAME_S
        if event == "start":
            self._handed_s = self._segmenter.start_s
        if self._overlap is not None:
            seconds = self._ears.vad.min_speech_s if event == "start" else FRAME_S
            text = self._utterance.text if self._utterance is not None else ""
            speaks = self._segmenter.opened and self._segmenter.speaks
            self._overlap.follow(seconds, speaks=speaks, text=text)
        return event

    def _patience(self) -> float | None:
        """Return the seconds of silence that end what is being said, or None where its text is not known yet."""
        utterance = self._utterance
        if utterance is None or not utterance.settled:
            return None
        return patience(utterance.text, utterance.language or self._ears.spoken.language or "", self._ears.vad)

    def _passes_on(self, event: Event | None) -> bool:
        """Pass on what was heard to the utterance; return True when that ends it."""
        utterance = self._utterance
        if utterance is None or not (self._segmenter.opened or event == "end"):
            return False
        if event == "resume":
            utterance.resume()
        if event == "cut":
            self._hand_over(self._segmenter.start_s)
        elif not self._segmenter.holds:
            self._hand_over()
        if event == "pause":
            utterance.pause()
        return event in ("end", "cut") or (self.mode == "push_to_talk" and self._is_too_long(utterance))

    def _hand_over(self, until_s: float | None = None) -> None:
        """Give the utterance the frames that were kept and that it has not got, up to a moment."""
        assert self._utterance is not None
        until = self._seconds if until_s is None else until_s
        for kept in self._kept:
            if self._handed_s < kept.end_s <= until:
                self._utterance.add(kept.frame, kept.speech)
        self._handed_s = until

    def _is_too_long(self, utterance: Utterance) -> bool:
        """Say whether a button was held beyond the limit; what was said until then counts."""
        limit = self._ears.stt.max_utterance_s
        if utterance.samples < limit * LISTENING_RATE:
            return False
        self._emit(ErrorMessage(code="utterance_too_long", message=f"an utterance ends after {limit:g} seconds"))
        self._frames.close()
        return True

    def _may_continue(self, last: Said | None) -> bool:
        """Say whether an utterance that starts now may be more of the last one, which must not be endless."""
        vad, stt = self._ears.vad, self._ears.stt
        if last is None or not last.text or self._seconds - self._ended_s > vad.reopen_s + vad.min_speech_s:
            return False
        return vad.reopen_s > 0 and last.sound.seconds <= stt.max_utterance_s / 2

    def _begin(self, before: Said | None = None) -> None:
        """Begin an utterance, or go on with one; with push to talk it began when the button was pressed."""
        continues = None if before is None else self._number
        number, ears = next(self._numbers), self._listen()
        if self._overlap is not None and self._overlap.into_answer:
            ears = replace(ears, spoken=replace(ears.spoken, into_answer=True))
        self._before, self._number = before, number
        self._utterance = Utterance(f"{self._stream}-{number}", number, ears, self._tell)
        self._emit(UtteranceStarted(utterance=number, continues=continues))

    @property
    def continues(self) -> bool:
        """Whether what is being said holds an earlier question, which was taken back."""
        return self._utterance is not None and self._before is not None

    def _tell(self, message: UtteranceStarted | UtteranceEnded | Transcript | ErrorMessage) -> None:
        if self._before is not None and isinstance(message, Transcript):
            message = message.model_copy(update={"committed": joined(self._before.text, message.committed)})
        self._emit(message)

    async def _end(self) -> Said | None:
        """End the utterance and return it, None when it was no question: it only went along with what genie said."""
        assert self._utterance is not None
        utterance, self._utterance = self._utterance, None
        self._ended_s = self._seconds
        self._emit(UtteranceEnded(utterance=utterance.number))
        try:
            text = await utterance.finish()
        except GenieError as error:
            if self.mode == "push_to_talk":
                raise
            self._emit(ErrorMessage(code=error.code, message=error.message))
            text = ""  # hands-free goes on: the next utterance has the engine that replaced this one
        final = text or utterance.committed  # that stays, even where nothing is asked for want of the rest
        language = utterance.language or None
        judged = self._overlap.judge(text) if self._overlap is not None else None
        dropped = judged if self._before is None else None  # what goes on with a question is a part of it
        self._tell(
            Transcript(utterance=utterance.number, committed=final, final=True, language=language, dropped=dropped)
        )
        return None if dropped else _together(self._before, Said(text, utterance.sound()))

    def _forget(self) -> None:
        if self._utterance is not None:
            self._utterance.abandon()
        if self._overlap is not None:
            self._overlap.close()
        self._ears.detector.tell(Detector.close, self._stream)


def _together(before: Said | None, said: Said) -> Said:
    if before is None:
        return said
    sound = Pcm(LISTENING_RATE, np.concatenate((before.sound.samples, said.sound.samples)))
    return Said(joined(before.text, said.text), sound)
