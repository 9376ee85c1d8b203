"""What one client hears: speeches on their way to its loudspeaker, and what a socket that comes back is sent again."""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from genie import messages
from genie.audio.delivery import EndReason
from genie.audio.pcm import Words
from genie.errors import GenieError

KEPT_SPEECHES = 8
"""Speeches of which it is still known whose they are: a client plays a few seconds behind."""

KEPT_S = 8.0
"""Seconds of sound that are kept until they were played: sound is sent 3 s ahead, clients report each second."""

Claim = Callable[[str, str, str, bool], Awaitable[bool]]
"""Take a job (second) of a user (first) for a session (third); `again` (fourth) although it was spoken before."""

Disclaim = Callable[[str, str, str], Awaitable[None]]
"""Take back that a session (third) has a job (second) of a user (first)."""

Note = Callable[[str, str, str], None]
"""Note that a stage (third) of a job (second) of a user (first) is reached now."""


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


@dataclass(slots=True)
class _Heard:
    """A speech, of which `sent` samples were sent and `played` were heard.

    `tail` is the sound that was sent and is not known to be heard, as pairs of first sample and PCM16.
    """

    job: str | None
    began: messages.AudioUpdate
    end: messages.AudioEnd | None = None
    played: int = 0
    sent: int = 0
    sent_at: float = 0.0
    captions: list[messages.Caption] = field(default_factory=list)
    tail: deque[tuple[int, bytes]] = field(default_factory=deque)

    @property
    def is_unheard(self) -> bool:
        """Whether a part may still be to be played; what was sent long ago was, though the client did not say so."""
        return bool(self.tail) and time.monotonic() - self.sent_at <= KEPT_S

    def keep(self, first_sample: int, pcm: bytes) -> None:
        """Keep sound until it was played, within `KEPT_S`."""
        self.tail.append((first_sample, pcm))
        self.sent = first_sample + len(pcm) // 2
        self.sent_at = time.monotonic()
        self.forget_before(first_sample - round(KEPT_S * self.began.sample_rate))

    def forget_before(self, sample: int) -> None:
        """Let go of the sound that ends before a sample."""
        while self.tail and self.tail[0][0] + len(self.tail[0][1]) // 2 <= sample:
            self.tail.popleft()

    def unheard(self) -> list[tuple[int, bytes]]:
        """Return the kept sound from the sample last played."""
        if not self.tail:
            return []
        first, pcm = self.tail[0]
        skipped = max(0, self.played - first)
        return [(first + skipped, pcm[2 * skipped :]), *list(self.tail)[1:]]


class Loudspeaker:
    """Pass speeches on to a client, one after the other; samples count from the start of each."""

    def __init__(self, client: Client, claim: Claim, disclaim: Disclaim, note: Note) -> None:
        self._client = client
        self._claim = claim
        self._disclaim = disclaim
        self._note = note
        self._speeches: dict[int, _Heard] = {}

    async def present(self) -> None:
        await self._client.present()

    async def claim(self, job: str, *, again: bool) -> bool:
        return await self._claim(self._client.user, job, self._client.session, again)

    async def disclaim(self, job: str) -> None:
        await self._disclaim(self._client.user, job, self._client.session)

    def speech_began(self, speech: int, job: str | None, rate: int, voice: str, instead_of: str | None = None) -> None:
        url = f"api/get-answer/{job}" if job else None
        began = messages.AudioUpdate(
            speech=speech, job=job, url=url, sample_rate=rate, voice=voice, instead_of=instead_of
        )
        self._speeches[speech] = _Heard(job, began)
        while len(self._speeches) > KEPT_SPEECHES:
            del self._speeches[next(iter(self._speeches))]
        self._client.send(began)

    def speech_caption(self, speech: int, text: str | None, first_sample: int, words: Words) -> None:
        captions = self._speeches[speech].captions
        if text is not None:
            captions.append(
                messages.Caption(speech=speech, text=text, first_sample=first_sample, words=list(words) or None)
            )
        else:
            captions[-1] = captions[-1].model_copy(update={"words": [*(captions[-1].words or ()), *words]})
        self._client.send(captions[-1])

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None:
        self._speeches[speech].keep(first_sample, pcm)
        self._client.send_sound(messages.encode_audio(speech, first_sample, pcm))
        if first_sample == 0:
            self._reached(speech, "first_audio")

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        if (heard := self._speeches.get(speech)) is not None:  # it has begun
            heard.end = messages.AudioEnd(speech=speech, samples=samples, reason=reason)
            if reason != "completed":
                self._reached(speech, "heard_until")
            if reason == "stopped":
                self._stopped(speech, heard)
            self._client.send(heard.end)
        if error is not None:
            self._client.send(messages.ErrorMessage(code=error.code, message=error.message))

    def played(self, speech: int, samples: int) -> None:
        """Take how far the loudspeaker has come; a speech that was played to its end is heard, and forgotten."""
        heard = self._speeches.get(speech)
        if heard is None:
            return
        heard.played = max(heard.played, min(samples, heard.sent))  # nobody has heard what was not sent
        heard.forget_before(heard.played)
        if heard.end is not None and samples >= heard.end.samples:
            self._reached(speech, "heard_until")
            del self._speeches[speech]

    def hush(self, job: str | None = None) -> None:
        """Let the client drop what it was sent whole and may not have played, of one job or of all."""
        for speech, heard in list(self._speeches.items()):
            if heard.end is not None and heard.is_unheard and job in (None, heard.job):
                heard.end = heard.end.model_copy(update={"reason": "stopped"})
                self._reached(speech, "heard_until")
                self._stopped(speech, heard)
                self._client.send(heard.end)

    def left(self) -> None:
        """Note that the socket is gone; what was sent long ago was heard, although the client did not say so."""
        for heard in self._speeches.values():
            if heard.end is not None and not heard.is_unheard:
                heard.tail.clear()

    def resume(self) -> None:
        """Send a client that has come back the rest of what it was hearing, from the sample last played."""
        for speech, heard in list(self._speeches.items()):
            unheard = heard.unheard()
            if unheard or heard.end is None:
                self._client.send(heard.began)
                for caption in _from(heard.captions, heard.played):
                    self._client.send(caption)
                for first, pcm in unheard:
                    self._client.send_sound(messages.encode_audio(speech, first, pcm))
            if heard.end is not None:
                self._client.send(heard.end)
                if not unheard:
                    del self._speeches[speech]

    def _stopped(self, speech: int, heard: _Heard) -> None:
        """Let go of what is not wanted any more; a client that is away is told so when it comes back."""
        heard.tail.clear()
        self._client.discard_sound(lambda frame: messages.decode_audio(frame)[0] == speech)
        if self._client.connected:
            del self._speeches[speech]

    def _reached(self, speech: int, stage: str) -> None:
        if (job := self._speeches[speech].job) is not None:
            self._note(self._client.user, job, stage)


def _from(captions: list[messages.Caption], sample: int) -> list[messages.Caption]:
    """Return the caption that is heard at a sample, and those that follow."""
    later = [caption for caption in captions if caption.first_sample > sample]
    return captions[len(captions) - len(later) - 1 :] if len(later) < len(captions) else later
