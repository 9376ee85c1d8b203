"""One client of a user: what genie knows of it, whether or not a socket is open. It asks, listens and is told."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from genie import messages
from genie.agents.agent import CUT
from genie.audio.speech import Manner, manner_of
from genie.audio.speech_line import SpeechLine
from genie.audio.wish import DETECTED
from genie.errors import BadInput, Busy
from genie.preferences import Preferences
from genie.pronunciation import Lexicon
from genie.rest.hearing import Hearing
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from genie.zone import is_known

MAX_TOPICS = 1_024
"""Topics of one session: every job is one."""

MAX_CUT = 8
"""Answers that were cut short and are not remembered: they are being written, or another session asked."""

SPEECH = "speech"
"""The topic of clients that play what they are sent."""

NOTIFICATIONS = "notifications"
"""The topic of clients that are told what their user is to know, and say it aloud."""


def checked_zone(name: str) -> str:
    """Return an IANA zone name, or raise `unknown_timezone`."""
    if not is_known(name):
        raise BadInput("unknown_timezone", f"{name!r} is not an IANA time zone", field="timezone")
    return name


@dataclass(slots=True, eq=False)
class Session:
    """A session of a user, the asker of its questions; one that never plays sound has no line of speeches."""

    user: str
    timezone: str
    locale: str
    history_limit: int
    session: str = field(default_factory=lambda: secrets.token_hex(16))
    voice: str | None = None
    language: str | None = None
    speed: float | None = None
    prefers: Callable[[], Preferences] = Preferences
    """Returns how the user wants to be spoken to where this client does not say."""
    lexicon: Callable[[], Lexicon] = tuple
    """Returns how the user wants words pronounced."""
    sample_rate: int = 16_000
    topics: set[str] = field(default_factory=lambda: {"answers", SPEECH})
    outbox: Outbox | None = None
    speeches: SpeechLine | None = None
    loudspeaker: Loudspeaker | None = None
    hearing: Hearing | None = None
    utterances: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    listenings: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    left_at: float = 0.0
    _history: list[tuple[str, str, str]] = field(default_factory=list)
    _cut: dict[str, str] = field(default_factory=dict)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def connected(self) -> bool:
        return self.outbox is not None

    @property
    def here(self) -> bool:
        """Whether a speech that begins now would be heard."""
        return self.connected and self.speeches is not None and SPEECH in self.topics

    @property
    def sounds(self) -> bool:
        """Whether a speech is being heard here, or is about to be."""
        return self.loudspeaker is not None and self.loudspeaker.sounds(time.monotonic())

    def attach(self, outbox: Outbox) -> None:
        """Begin to send to a socket."""
        self.outbox = outbox
        self._ready.set()

    def detach(self, outbox: Outbox) -> bool:
        """Stop sending to a socket; return False when the session has moved to another one already."""
        if self.outbox is not outbox:
            return False
        self.outbox = None
        if self.loudspeaker is not None:
            self.loudspeaker.left()
        return True

    def close(self) -> None:
        """Forget what it was saying and what it would hear."""
        if self.speeches is not None:
            self.speeches.close()
        if self.loudspeaker is not None:
            self.loudspeaker.close()
        if self.hearing is not None:
            self.hearing.close()

    def send(self, message: messages.Message, key: Hashable = None) -> None:
        """Queue a message; without a socket it is lost, and the client resumes by sequence number."""
        if self.outbox is not None:
            self.outbox.put(messages.encode(message), key)

    def send_sound(self, frame: bytes) -> None:
        """Queue sound; without a socket it is lost, and sent again to the one that comes back."""
        if self.outbox is not None:
            self.outbox.put(frame)

    def discard_sound(self, speech: int) -> None:
        """Take back the sound of a speech that has not left yet."""
        if self.outbox is not None:
            self.outbox.discard(speech)

    def silence(self, job: str | None = None) -> bool:
        """Stop what is being spoken, or whatever of one job is spoken or would be.

        Return whether anything ends so of which the client is told.
        """
        if self.speeches is None or self.loudspeaker is None:
            return False
        ends = False
        if job is None:
            ends = self.speeches.stop()
        else:
            self.speeches.silence(job)
        return self.loudspeaker.hush(job) or ends

    def follow(self, topics: Iterable[str]) -> None:
        """Be told of these topics from now on, or raise `too_many_topics`."""
        both = self.topics | set(topics)
        if len(both) > MAX_TOPICS:
            raise Busy("too_many_topics", f"a session may follow {MAX_TOPICS} topics; unsubscribe from some")
        self.topics = both
        self._ready.set()

    def hear(self, message: messages.Message) -> None:
        """Queue what was heard; a tentative transcript that still waits is replaced by a newer one of its utterance."""
        match message:
            case messages.Transcript(utterance=utterance, final=False):
                self.send(message, ("transcript", utterance))
            case _:
                self.send(message)

    def manner(self) -> Manner:
        language = None if self.language in DETECTED else self.language
        return manner_of(Preferences(self.voice, language, self.speed).over(self.prefers()), self.lexicon())

    def history(self) -> tuple[tuple[str, str], ...]:
        """Return what was asked and answered, newest last; of an answer that was cut what was heard, and a dash."""
        return tuple((question, self._cut.get(job, answer)) for job, question, answer in self._history)

    def remember(self, job: str, question: str, answer: str) -> None:
        """Keep what was said for a language model, within the limit."""
        self._history.append((job, question, answer))
        while len(self._history) > self.history_limit:
            self._history.pop(0)

    def cut_short(self, job: str, heard: str | None) -> None:
        """Note that no more than this was heard of an answer, which may still be remembered; None: all of it was."""
        self._cut.pop(job, None)
        if heard is not None:
            self._cut[job] = f"{heard}{CUT}"
        remembered = {job for job, *_ in self._history}
        others = [job for job in self._cut if job not in remembered]
        for other in others[:-MAX_CUT]:
            del self._cut[other]

    async def present(self) -> None:
        """Return as soon as there is a socket that plays what it is sent."""
        while not self.here:
            self._ready.clear()
            await self._ready.wait()
