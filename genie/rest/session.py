"""One client of a user: what genie knows of it, whether or not a socket is open. It asks, listens and is told."""

import asyncio
import itertools
import secrets
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from genie import messages
from genie.audio.speech import EndReason, Manner, SpeechLine
from genie.errors import BadInput, Busy, GenieError
from genie.rest.outbox import Outbox
from genie.zone import is_known

KEPT_SPEECHES = 8
"""Speeches of which it is still known whose they are: a client plays a few seconds behind."""

MAX_TOPICS = 1_024
"""Topics of one session: every job is one."""

Note = Callable[[str, str, str], None]
"""Note that a stage (third) of a job (second) of a user (first) is reached now."""


def checked_zone(name: str) -> str:
    """Return an IANA zone name, or raise `unknown_timezone`."""
    if not is_known(name):
        raise BadInput("unknown_timezone", f"{name!r} is not an IANA time zone", field="timezone")
    return name


@dataclass(slots=True, eq=False)
class Session:
    """A session of a user. It is the asker of its questions and the listener of its speeches."""

    user: str
    timezone: str
    locale: str
    note: Note
    history_limit: int
    session: str = field(default_factory=lambda: secrets.token_hex(16))
    voice: str | None = None
    language: str | None = None
    speed: float = 1.0
    sample_rate: int = 16_000
    topics: set[str] = field(default_factory=lambda: {"answers"})
    outbox: Outbox | None = None
    attached: asyncio.Event = field(default_factory=asyncio.Event)
    speeches: SpeechLine | None = None
    utterances: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    listenings: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    left_at: float = 0.0
    _history: deque[tuple[str, str]] = field(default_factory=deque)
    _speeches: dict[int, "_Heard"] = field(default_factory=dict)

    def attach(self, outbox: Outbox) -> None:
        """Begin to send to a socket."""
        self.outbox = outbox
        self.attached.set()

    def detach(self, outbox: Outbox) -> bool:
        """Stop sending to a socket; return False when the session has moved to another one already."""
        if self.outbox is not outbox:
            return False
        self.outbox = None
        self.attached.clear()
        if self.speeches is not None:
            self.speeches.stop()
        return True

    def send(self, message: messages.Message, key: Hashable = None) -> None:
        """Queue a message; without a socket it is lost, and the client resumes by sequence number."""
        if self.outbox is not None:
            self.outbox.put(messages.encode(message), key)

    def follow(self, topics: Iterable[str]) -> None:
        """Be told of these topics from now on, or raise `too_many_topics`."""
        both = self.topics | set(topics)
        if len(both) > MAX_TOPICS:
            raise Busy("too_many_topics", f"a session may follow {MAX_TOPICS} topics; unsubscribe from some")
        self.topics = both

    def hear(self, message: messages.Message) -> None:
        """Queue what was heard; a tentative transcript that still waits is replaced by a newer one of its utterance."""
        match message:
            case messages.Transcript(utterance=utterance, final=False):
                self.send(message, ("transcript", utterance))
            case _:
                self.send(message)

    def manner(self) -> Manner:
        return Manner(self.voice, self.language, self.speed)

    def history(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._history)

    def remember(self, question: str, answer: str) -> None:
        """Keep what was said for a language model, newest last, within the limit."""
        self._history.append((question, answer))
        while len(self._history) > self.history_limit:
            self._history.popleft()

    async def present(self) -> None:
        """Return as soon as there is a socket that could hear a speech from its beginning."""
        while self.outbox is None:
            await self.attached.wait()

    def speech_began(self, speech: int, job: str | None, rate: int, voice: str) -> None:
        self._speeches[speech] = _Heard(job, self.outbox)
        self._speeches.pop(speech - KEPT_SPEECHES, None)
        url = f"api/get-answer/{job}" if job else None
        self.send(messages.AudioUpdate(speech=speech, job=job, url=url, sample_rate=rate, voice=voice))

    def speech_caption(self, speech: int, text: str, first_sample: int) -> None:
        if self._speeches[speech].outbox is self.outbox:
            self.send(messages.Caption(speech=speech, text=text, first_sample=first_sample))

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None:
        outbox = self._speeches[speech].outbox
        if outbox is None or outbox is not self.outbox:
            return
        outbox.put(messages.encode_audio(speech, first_sample, pcm))
        if first_sample == 0:
            self._reached(speech, "first_audio")

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        if (heard := self._speeches.get(speech)) is not None:  # it has begun
            heard.samples = samples
            if heard.outbox is self.outbox:
                self._tell_end(speech, samples, reason)
            if reason != "completed":
                self._reached(speech, "heard_until")
        if error is not None:
            self.send(messages.ErrorMessage(code=error.code, message=error.message))

    def _tell_end(self, speech: int, samples: int, reason: EndReason) -> None:
        if reason == "stopped" and self.outbox is not None:
            self.outbox.discard(lambda frame: messages.decode_audio(frame)[0] == speech)
        self.send(messages.AudioEnd(speech=speech, samples=samples, reason=reason))

    def played(self, speech: int, samples: int) -> None:
        """Take how far the loudspeaker has come; a speech that was played to its end is heard, and forgotten."""
        heard = self._speeches.get(speech)
        if heard is not None and heard.samples is not None and samples >= heard.samples:
            self._reached(speech, "heard_until")
            del self._speeches[speech]

    def _reached(self, speech: int, stage: str) -> None:
        if (job := self._speeches[speech].job) is not None:
            self.note(self.user, job, stage)


@dataclass(slots=True)
class _Heard:
    """A speech on its way to the loudspeaker; `samples` is its length once it has ended.

    It belongs to the socket at which it began: another one would not know what its frames are.
    """

    job: str | None
    outbox: Outbox | None
    samples: int | None = None
