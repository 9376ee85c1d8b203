"""What one client hears: speeches on their way to its loudspeaker, and what a socket that comes back is sent again."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import numpy as np

from genie import messages
from genie.audio.delivery import EndReason
from genie.audio.loudness import SILENCE
from genie.audio.pcm import Float32, Words
from genie.errors import GenieError
from genie.queues.job import Heard
from genie.rest.sounding import Sounding

KEPT_SPEECHES = 8
"""Speeches of which it is still known whose they are: a client plays a few seconds behind."""

LONGEST_HOLD_S = 4.0
"""Seconds after which what is held goes on by itself: whoever held it hears nothing any more."""

LAST_WORD_S = 0.5
"""Seconds in which a client that was stopped says how far it had come; it knows better than our clock."""

Claim = Callable[[str, str, str, bool], Awaitable[bool]]
"""Take a job (second) of a user (first) for a session (third); `again` (fourth) although it was spoken before."""

Disclaim = Callable[[str, str, str], Awaitable[None]]
"""Take back that a session (third) has a job (second) of a user (first)."""

Note = Callable[[str, str, str, Heard | None], None]
"""Note that a stage (third) of a job (second) of a user (first) is reached now, and what was heard if it was cut."""

Cut = Callable[[str, str, str | None], None]
"""Remember how much a user (first) heard of the answer of a job (second); None: all of it."""


class Client(Protocol):
    """Who hears."""

    @property
    def user(self) -> str: ...

    @property
    def session(self) -> str: ...

    @property
    def connected(self) -> bool: ...

    def send(self, message: messages.Message) -> None: ...

    def send_sound(self, frame: bytes) -> None: ...

    def discard_sound(self, unwanted: Callable[[bytes], bool]) -> None: ...

    async def present(self) -> None: ...


class Loudspeaker:
    """Pass speeches on to a client, one after the other; samples count from the start of each."""

    def __init__(self, client: Client, claim: Claim, disclaim: Disclaim, note: Note, cut: Cut) -> None:
        self._client = client
        self._claim = claim
        self._disclaim = disclaim
        self._note = note
        self._remember = cut
        self._speeches: dict[int, Sounding] = {}
        self._aside: dict[int, Sounding] = {}
        """Those that go on when what is urgent is over; both are known by the numbers under which they began."""
        self._cut: dict[int, Sounding] = {}
        """Those that were stopped lately, by their numbers on the wire."""
        self._stops: deque[messages.AudioEnd] = deque(maxlen=KEPT_SPEECHES)
        """What was told of stops: a client that loses its socket may not know."""
        self._replayed: set[str] = set()
        """Jobs that are claimed although they were spoken before."""
        self._goes_on = asyncio.Event()
        self._goes_on.set()
        self._held_at = 0.0
        self._held_s = 0.0
        self._longest: asyncio.TimerHandle | None = None

    @property
    def held_s(self) -> float:
        return self._held_s + (0.0 if self._goes_on.is_set() else time.monotonic() - self._held_at)

    async def present(self) -> None:
        await self._client.present()
        await self._goes_on.wait()

    async def claim(self, job: str, *, again: bool) -> bool:
        self._replayed.discard(job)
        if await self._claim(self._client.user, job, self._client.session, False):
            return True
        if not (again and await self._claim(self._client.user, job, self._client.session, True)):
            return False
        self._replayed.add(job)
        return True

    async def disclaim(self, job: str) -> None:
        await self._disclaim(self._client.user, job, self._client.session)

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
        if urgent:
            self._set_aside()
        url = f"api/get-answer/{job}" if job else None
        began = messages.AudioUpdate(
            speech=speech, job=job, url=url, sample_rate=rate, voice=voice, instead_of=instead_of
        )
        again = job in self._replayed
        if job is not None and not again:
            self._forget(job)
        self._replayed.discard(job or "")
        self._speeches[speech] = Sounding(job, began, again=again, urgent=urgent)
        while len(self._speeches) > KEPT_SPEECHES:  # its client never says what it has played
            self._over(next(iter(self._speeches)))
        self._client.send(began)

    def speech_caption(self, speech: int, text: str | None, first_sample: int, words: Words) -> None:
        sounding = self._speeches.get(speech) or self._aside[speech]
        captions = sounding.captions
        if text is not None:
            captions.append(
                messages.Caption(speech=speech, text=text, first_sample=first_sample, words=list(words) or None)
            )
        else:
            captions[-1] = captions[-1].model_copy(update={"words": [*(captions[-1].words or ()), *words]})
        if speech in self._speeches:
            self._client.send(sounding.caption(captions[-1]))

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None:
        sounding = self._speeches[speech]
        sounding.keep(first_sample, pcm, self._left_s(speech))
        self._client.send_sound(sounding.frame(first_sample, pcm))
        if first_sample == 0:
            self._reached(sounding, "first_audio")

    def speech_unheard(self, job: str, rate: int) -> None:
        self._remember(self._client.user, job, "")
        self._note(self._client.user, job, "heard_until", Heard(text="", samples=0, sample_rate=rate))

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        if (sounding := self._aside.get(speech) or self._speeches.get(speech)) is not None:  # it has begun
            end = sounding.ends(reason)
            if reason == "stopped":
                self._stopped(speech, sounding)
            if speech not in self._aside:
                self._client.send(end)
        if error is not None:
            self._client.send(messages.ErrorMessage(code=error.code, message=error.message))

    def played(self, speech: int, samples: int) -> None:
        """Take how far the loudspeaker has come; a speech that was played to its end is heard, and forgotten."""
        for sounding in [*self._cut.values(), *self._aside.values()]:
            if sounding.speech == speech:
                sounding.report(samples)
        if (number := self._sounding(speech)) is not None:
            sounding = self._speeches[number]
            sounding.report(samples)
            if sounding.end is not None and samples >= sounding.end.samples:
                self._over(number)

    def stops(self, speech: int, samples: int) -> None:
        """Take where a client stops the speech that it plays."""
        self.played(speech, samples)
        if (number := self._sounding(speech)) is not None:
            self._speeches[number].played.hold(time.monotonic())

    def hush(self, job: str | None = None) -> bool:
        """Let the client drop what it was sent whole and may not have played, of one job or of all.

        Return whether there was any.
        """
        hushed = False
        for speech, sounding in [*self._aside.items(), *self._speeches.items()]:
            is_unheard = speech in self._aside or sounding.is_unheard
            if sounding.end is not None and is_unheard and job in (None, sounding.job):
                end = sounding.ends("stopped")
                self._stopped(speech, sounding)
                self._client.send(end)
                hushed = True
        return hushed

    def take_up(self, number: Callable[[], int]) -> float:
        for speech, sounding in self._aside.items():
            sounding.go_on(number(), self._left_s())
            self._speeches[speech] = sounding
            self._send_rest(sounding)
        self._aside.clear()
        return self._left_s()

    def hold(self) -> None:
        """Let the client pause, and send nothing: somebody may want to say something."""
        if not self._goes_on.is_set():
            return
        self._goes_on.clear()
        self._held_at = time.monotonic()
        self._longest = asyncio.get_running_loop().call_later(LONGEST_HOLD_S, self.go_on)
        for sounding in self._speeches.values():
            sounding.played.hold(self._held_at)
        self._client.send(messages.AudioHold(on=True))

    def go_on(self, *, tell: bool = True) -> None:
        """Let the client go on where it paused; it need not be told where it is told of a stop."""
        if self._goes_on.is_set():
            return
        self._held_s = self.held_s
        self._goes_on.set()
        if self._longest is not None:
            self._longest.cancel()
        for sounding in self._speeches.values():
            sounding.played.go_on(time.monotonic())
        if tell:
            self._client.send(messages.AudioHold(on=False))

    def sounds(self, at: float) -> bool:
        """Say whether something was heard, or held, at a moment that has not long passed (monotonic s)."""
        return any(sounding.sounds(at) for sounding in self._speeches.values())

    def levels(self, at: float, steps: int) -> Float32:
        """Return the loudness of what was heard in these steps up to a moment (monotonic s)."""
        for sounding in self._speeches.values():
            if 0 < (sample := sounding.played.at(at)) < sounding.played.sent and not sounding.played.pauses:
                return sounding.envelope.before(sample, steps)
        return np.repeat(SILENCE, steps, axis=0)

    def said(self) -> str:
        """Return what has been said lately, or is about to be."""
        lately = [*self._cut.values(), *self._aside.values(), *self._speeches.values()]
        return " ".join(caption.text for sounding in lately for caption in sounding.captions)

    def left(self) -> None:
        """Note that the socket is gone; what was sent long ago was heard, although the client did not say so."""
        self.go_on()
        for sounding in self._speeches.values():
            if sounding.end is not None and not sounding.is_unheard:
                sounding.tail.clear()
            sounding.played.hold(time.monotonic())

    def resume(self) -> None:
        """Send a client that has come back the rest of what it was hearing, from the sample last played."""
        while self._stops:
            self._client.send(self._stops.popleft())
        for speech, sounding in list(self._speeches.items()):
            sounding.played.go_on(time.monotonic())
            if not self._send_rest(sounding) and sounding.end is not None:
                self._over(speech)

    def close(self) -> None:
        """Note what was heard by a client that does not come back."""
        for speech, sounding in [*self._aside.items(), *self._speeches.items()]:
            if sounding.end is not None:
                self._over(speech)

    def _send_rest(self, sounding: Sounding) -> bool:
        """Send of a speech what was sent and not heard; return whether there was any."""
        frames = sounding.frames_left()
        if frames or sounding.end is None:
            self._client.send(sounding.began)
            for caption in sounding.captions_left():
                self._client.send(caption)
            for frame in frames:
                self._client.send_sound(frame)
        if sounding.end is not None:
            self._client.send(sounding.end)
        return bool(frames)

    def _set_aside(self) -> None:
        """Let the client drop what it has not played yet of what is not urgent."""
        now = time.monotonic()
        for speech, sounding in list(self._speeches.items()):
            if sounding.urgent:
                continue
            if sounding.end is not None and not sounding.sounds(now):
                self._over(speech)
                continue
            sounding.played.hold(now)
            self._aside[speech] = self._speeches.pop(speech)
            end = messages.AudioEnd(
                speech=sounding.speech, samples=sounding.played.sent - sounding.base, reason="stopped", goes_on=True
            )
            self._drop(sounding, end)
            self._client.send(end)

    def _stopped(self, speech: int, sounding: Sounding) -> None:
        """Let go of what is not wanted any more."""
        sounding.played.hold(time.monotonic())
        if self._aside.pop(speech, None) is None:
            del self._speeches[speech]
        if sounding.end is not None:
            self._drop(sounding, sounding.end)
        self._cut_short(sounding)
        if self._client.connected:
            self._cut[sounding.speech] = sounding
            asyncio.get_running_loop().call_later(LAST_WORD_S, self._settle, sounding.speech)
        else:
            self._reached(sounding, "heard_until", sounding.heard())

    def _drop(self, sounding: Sounding, end: messages.AudioEnd) -> None:
        """Take back what has not left yet; a client that is away is told of the end when it comes back."""
        self.go_on(tell=False)  # a client that is told of a stop does
        self._stops.append(end)
        self._client.discard_sound(lambda frame: messages.decode_audio(frame)[0] == sounding.speech)

    def _sounding(self, speech: int) -> int | None:
        """Return the number under which a speech began that has this one on the wire."""
        return next((number for number, one in self._speeches.items() if one.speech == speech), None)

    def _left_s(self, before: int | None = None) -> float:
        """Return the seconds that were sent and not heard, of all speeches or of those before one."""
        now, left_s = time.monotonic(), 0.0
        for number, sounding in self._speeches.items():
            if number == before:
                break
            left_s += sounding.played.left_s(now)
        return left_s

    def _settle(self, speech: int) -> None:
        """Note what was heard of a speech that was stopped, now that its client has had time to say so."""
        if (sounding := self._cut.pop(speech, None)) is None:
            return
        self._cut_short(sounding)
        self._reached(sounding, "heard_until", sounding.heard())

    def _forget(self, job: str) -> None:
        """Forget what was heard of an answer before: the job was asked again, and this is another one."""
        for speech in [speech for speech, sounding in self._cut.items() if sounding.job == job]:
            del self._cut[speech]
        self._remember(self._client.user, job, None)

    def _cut_short(self, sounding: Sounding) -> None:
        """Let whoever asked remember how much of an answer was heard."""
        if sounding.job is not None and not sounding.again:
            heard = sounding.heard()
            self._remember(self._client.user, sounding.job, None if heard is None else heard.text)

    def _over(self, speech: int) -> None:
        """Note that a speech was heard to its end, or to where it broke off."""
        sounding = self._aside.pop(speech, None) or self._speeches.pop(speech)
        self._cut_short(sounding)
        self._reached(sounding, "heard_until", sounding.heard())

    def _reached(self, sounding: Sounding, stage: str, heard: Heard | None = None) -> None:
        if sounding.job is not None:
            self._note(self._client.user, sounding.job, stage, None if sounding.again else heard)
