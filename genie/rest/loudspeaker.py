"""What one client hears: speeches on their way to its loudspeaker, and what a socket that comes back is sent again."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from genie import messages
from genie.audio.delivery import EndReason
from genie.audio.loudness import SILENCE
from genie.audio.pcm import Float32, Words
from genie.errors import GenieError
from genie.rest.hold import Hold
from genie.rest.reception import Claim, Cut, Disclaim, Hearer, Note, Reception
from genie.rest.sounding import Sounding

KEPT_SPEECHES = 8
"""Speeches of which it is still known whose they are: a client plays a few seconds behind."""


class Client(Hearer, Protocol):
    """Who hears, and where it is sent."""

    def send(self, message: messages.Message) -> None: ...

    def send_sound(self, frame: bytes) -> None: ...

    def discard_sound(self, speech: int) -> None: ...

    async def present(self) -> None: ...


class Loudspeaker:
    """Pass speeches on to a client, one after the other; samples count from the start of each."""

    def __init__(self, client: Client, claim: Claim, disclaim: Disclaim, note: Note, cut: Cut) -> None:
        self._client = client
        self._reception = Reception(client, claim, disclaim, note, cut)
        self._speeches: dict[int, Sounding] = {}
        self._aside: dict[int, Sounding] = {}
        """Those that go on when what is urgent is over; both are known by the numbers under which they began."""
        self._stops: deque[messages.AudioEnd] = deque(maxlen=KEPT_SPEECHES)
        """What was told of stops: a client that loses its socket may not know."""
        self._hold = Hold()

    @property
    def held_s(self) -> float:
        return self._hold.seconds

    async def present(self) -> None:
        await self._client.present()
        await self._hold.over()

    async def claim(self, job: str, *, again: bool) -> bool:
        return await self._reception.claim(job, again=again)

    async def disclaim(self, job: str) -> None:
        await self._reception.disclaim(job)

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
        self._speeches[speech] = Sounding(job, began, again=self._reception.begin(job), urgent=urgent)
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
            self._reception.sound(sounding)

    def speech_unheard(self, job: str, rate: int) -> None:
        self._reception.miss(job, rate)

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
        for sounding in [*self._reception.stopped_lately, *self._aside.values()]:
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
            if self._hold.lasts or not self._client.connected:
                sounding.played.hold(time.monotonic())
            self._speeches[speech] = sounding
            self._send_rest(sounding, sounding.frames_left())  # also of one without any: its client waits for it
        self._aside.clear()
        return self._left_s()

    def hold(self) -> None:
        """Let the client pause, and send nothing: somebody may want to say something."""
        if self._hold.begin(self.go_on):
            for sounding in self._speeches.values():
                sounding.played.hold(time.monotonic())
            self._client.send(messages.AudioHold(on=True))

    def go_on(self, *, tell: bool = True) -> None:
        """Let the client go on where it paused; it need not be told where it is told of a stop."""
        if not self._hold.end():
            return
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
        lately = [*self._reception.stopped_lately, *self._aside.values(), *self._speeches.values()]
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
            if (frames := sounding.frames_left()) or sounding.end is None:
                self._send_rest(sounding, frames)
            else:
                self._client.send(sounding.end)
                self._over(speech)

    def close(self) -> None:
        """Note what was heard by a client that does not come back."""
        for speech, sounding in [*self._aside.items(), *self._speeches.items()]:
            if sounding.end is not None:
                self._over(speech)
        self._reception.close()

    def _send_rest(self, sounding: Sounding, frames: Iterable[bytes]) -> None:
        """Send of a speech what was sent and not heard."""
        self._client.send(sounding.began)
        for caption in sounding.captions_left():
            self._client.send(caption)
        for frame in frames:
            self._client.send_sound(frame)
        if sounding.end is not None:
            self._client.send(sounding.end)

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
        self._reception.stop(sounding)

    def _drop(self, sounding: Sounding, end: messages.AudioEnd) -> None:
        """Take back what has not left yet; a client that is away is told of the end when it comes back."""
        self.go_on(tell=False)  # a client that is told of a stop does
        self._stops.append(end)
        self._client.discard_sound(sounding.speech)

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

    def _over(self, speech: int) -> None:
        """Note that a speech was heard to its end, or to where it broke off."""
        sounding = self._aside.pop(speech, None) or self._speeches.pop(speech)
        self._reception.end(sounding)
