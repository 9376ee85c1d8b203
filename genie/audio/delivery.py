"""One speech on its way to who hears it: claimed, made, kept, and sent a little ahead of the ear."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Literal, Protocol

from genie.audio.ahead import ahead
from genie.audio.cast import Cast, Role
from genie.audio.pcm import Piece, Words
from genie.audio.speech import Speech, pieces
from genie.audio.studio import Studio
from genie.errors import GenieError, StageFailed

log = logging.getLogger(__name__)

FRAME_S = 0.1
"""Seconds of sound in one frame: short enough to stop at once, long enough to cost little."""

MADE_S = 8.0
"""Seconds of sound that may wait to be sent when another piece is begun: with what is sent ahead they last while
the longest piece is made at half the pace of speech; more would be made in vain when somebody says stop."""

EndReason = Literal["completed", "stopped", "failed"]


class Store(Protocol):
    """Where the sound of answers is kept."""

    async def spoken(self, job: str) -> tuple[int, AsyncGenerator[Piece, None]] | None:
        """Return the rate (Hz) and the sound of an answer that was spoken before, None when it is not kept."""

    def recorded(self, job: str, rate: int, sounds: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
        """Yield the sound of an answer on; keep it when it comes to its end."""


class Listener(Protocol):
    """Who hears a speech. Samples count from the start of the speech."""

    @property
    def held_s(self) -> float:
        """Seconds for which it was held until now: it pauses, and goes on where it paused."""

    async def present(self) -> None:
        """Return when somebody is there; a speech does not begin before, and pauses while nobody is, or it is held."""

    def take_up(self, number: Callable[[], int]) -> float:
        """Go on with what was set aside for something urgent, as speeches of new numbers.

        Return the seconds of sound that are still to be heard of what was sent.
        """

    async def claim(self, job: str, *, again: bool) -> bool:
        """Become the one that hears a job's answer; return False when it was spoken and `again` is not wanted."""

    async def disclaim(self, job: str) -> None:
        """Take a claim back: the voice failed before anything was heard."""

    def speech_began(
        self,
        speech: int,
        job: str | None,
        rate: int,
        voice: str,
        instead_of: str | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Take that a speech begins, and by whom; `instead_of` is the voice that was wished for and is not here.

        What is `urgent` is heard at once: whatever else is being heard is set aside until `take_up`.
        """

    def speech_caption(self, speech: int, text: str | None, first_sample: int, words: Words) -> None:
        """Take what is said from a sample on, and where its words are; no text: more words of what was said last."""

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None: ...

    def speech_unheard(self, job: str, rate: int) -> None:
        """Take that the speech of an answer, of so many Hz, was stopped before it began."""

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        """Take how a speech ended; one that found no voice fails without having begun."""


class Delivery:
    """One speech on its way to its listener."""

    def __init__(self, listener: Listener, number: Callable[[], int], ahead_s: float, store: Store | None) -> None:
        """`number` returns the number of the next speech."""
        self._listener = listener
        self._next = number
        self._number = 0
        self._ahead_s = ahead_s
        self._store = store
        self._sent = 0
        self._began_at = 0.0
        self._rate = 1
        self._ended = False
        self._goes_on = asyncio.Event()
        self._goes_on.set()

    def hold(self) -> None:
        """Send nothing until it goes on: something urgent is heard."""
        self._goes_on.clear()

    def go_on(self, left_s: float) -> None:
        """Send on to a listener who still has so many seconds of sound to hear."""
        if self._goes_on.is_set():
            return
        self._began_at = self._now() - self._sent / self._rate + left_s
        self._goes_on.set()

    def stop(self) -> None:
        """Tell the listener at once that it ends here; whoever stops it cancels `run`, which may take a while."""
        self._end("stopped", None)

    async def run(self, speech: Speech, studio: Callable[[], Studio]) -> None:
        """Speak to the end, or until stopped; the listener is told how it ended in either case."""
        reason: EndReason = "stopped"
        failure: GenieError | None = None
        self._number = self._next()
        try:
            if await self._deliver(speech, studio()):
                reason = "completed"
        except GenieError as error:
            reason, failure = "failed", error
        except Exception:  # the stage's edge: a bug is logged and told, and the next speech is spoken
            log.exception("speech_crashed", extra={"job": speech.job})
            reason, failure = "failed", StageFailed("internal", "genie made a mistake; the log says more")
        finally:
            self._end(reason, failure)
        if failure is not None and not self._sent and speech.job is not None and not speech.again:
            if speech.claiming is not None:
                await asyncio.wait([speech.claiming])
            await self._listener.disclaim(speech.job)

    def _end(self, reason: EndReason, failure: GenieError | None) -> None:
        if not self._ended:
            self._ended = True
            self._listener.speech_ended(self._number, self._sent, reason, failure)

    async def _deliver(self, speech: Speech, studio: Studio) -> bool:
        """Send sound once the answer is claimed; return False when somebody has heard it already.

        The claim is written down while the first sound is being made: neither waits for the other.
        """
        if speech.claiming is None:
            speech.claiming = asyncio.create_task(self._claim(speech), name=f"claim-{speech.job}")
            speech.claiming.add_done_callback(_known)
        rate, sounds = await self._sounds(speech, studio)
        async with aclosing(sounds):
            first = await anext(sounds, None)
            if not await asyncio.shield(speech.claiming):
                return False
            self._rate = rate
            speech.begin()
            self._tell_beginning(speech, Cast(studio.card))
            if first is not None:
                await self._send(first)
            async for piece in sounds:
                await self._send(piece)
        return True

    def _tell_beginning(self, speech: Speech, cast: Cast) -> None:
        wished = speech.manner.voice
        voice = cast.speaker(Role(wished, speech.manner.language))
        lacking = wished if cast.lacks(wished) else None
        self._listener.speech_began(self._number, speech.job, self._rate, voice, lacking, urgent=speech.is_urgent)

    async def _sounds(self, speech: Speech, studio: Studio) -> tuple[int, AsyncGenerator[Piece, None]]:
        """Return the sound of a speech and its rate: what is kept of one that is heard again, else what is made now."""
        spoken = pieces(speech.text(), studio.speaking_for(speech.about), speech.manner)
        made = ahead(spoken, round(MADE_S * studio.rate))
        if speech.notice is not None:
            return studio.rate, speech.notice.sounds(studio.rate, made)
        if self._store is None or speech.job is None:
            return studio.rate, made
        if speech.again and (kept := await self._store.spoken(speech.job)) is not None:
            return kept
        return studio.rate, self._store.recorded(speech.job, studio.rate, made)

    async def _claim(self, speech: Speech) -> bool:
        if speech.notice is not None:
            return await speech.notice.claim()
        return speech.job is None or await self._listener.claim(speech.job, again=speech.again)

    async def _send(self, piece: Piece) -> None:
        if piece.text is not None or piece.words:
            words = tuple((start, end, self._sent + sample) for start, end, sample in piece.words)
            self._listener.speech_caption(self._number, piece.text, self._sent, words)
        step = round(FRAME_S * self._rate)
        for start in range(0, len(piece.samples), step):
            await self._pace()
            await self._present()
            frame = piece.samples[start : start + step]
            self._listener.speech_frame(self._number, self._sent, frame.astype("<i2", copy=False).tobytes())
            self._sent += len(frame)

    async def _pace(self) -> None:
        """Wait until the listener is less than `ahead_s` behind; a listener that ran dry starts its clock anew."""
        now, sent_s = self._now(), self._sent / self._rate
        played = now - self._began_at
        if self._sent == 0 or played > sent_s:
            self._began_at = now - sent_s
            return
        ahead = sent_s - played
        if ahead > self._ahead_s:
            await asyncio.sleep(ahead - self._ahead_s)

    async def _present(self) -> None:
        """Return when the listener is there, and hears nothing urgent."""
        await self._listener.present()
        while not self._goes_on.is_set():
            await self._goes_on.wait()
            await self._listener.present()

    def _now(self) -> float:
        """Return the listener's time: it stands still while that is held."""
        return asyncio.get_running_loop().time() - self._listener.held_s


def _known(claim: asyncio.Task[bool]) -> None:
    """Look at how a claim ended: whoever waited for it may be gone."""
    if not claim.cancelled():
        claim.exception()
