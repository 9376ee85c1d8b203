"""A session that hears speeches of a small voice without a server, and what they leave behind."""

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from genie import config, messages
from genie.audio.engine import Card
from genie.audio.lane import Lane
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from genie.queues.job import Heard
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.fakes import RATE, FakeSynthesizer

LIMITS = config.load(environment={}).server


@dataclass
class Spoken:
    """What a session's answers leave behind: stages that were noted, and who claimed which job."""

    noted: list[tuple[str, str]] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)

    def note(self, user: str, job: str, stage: str, heard: Heard | None) -> None:
        self.noted.append((job, stage))
        if heard is not None:
            self.heard[job] = heard

    async def claim(self, user: str, job: str, session: str, again: bool) -> bool:
        is_new = job not in self.claims
        self.claims.setdefault(job, session)
        return is_new or again

    async def disclaim(self, user: str, job: str, session: str) -> None:
        del self.claims[job]


@asynccontextmanager
async def speaking(voice=None, ahead_s: float = 0.2):
    """A session whose speeches are made by a fake voice, and what they leave behind."""
    lane, spoken = Lane(FakeSynthesizer, name="fake"), Spoken()
    session = Session("local", "UTC", "en", history_limit=2)
    session.loudspeaker = Loudspeaker(
        session, spoken.claim, spoken.disclaim, spoken.note, lambda _, job, heard: session.cut_short(job, heard)
    )
    session.speeches = SpeechLine(
        session.loudspeaker, voice or (lambda: Studio(lane, Card("fake", rate=RATE, voice="fake"))), ahead_s
    )
    try:
        yield session, spoken
    finally:
        session.speeches.close()
        lane.close()


def say(session: Session, text: str, job: str = "j") -> None:
    speech = session.speeches.reserve(job, Manner())
    speech.feed(text)
    speech.close()


async def sound(outbox: Outbox) -> tuple[int, int, int]:
    """Take what is sent, until a frame of sound comes; return its speech, its first sample and how many it has."""
    async with asyncio.timeout(30):
        while True:
            frame = await outbox.take()
            if isinstance(frame, bytes):
                speech, first, pcm = messages.decode_audio(frame)
                return speech, first, len(pcm) // 2


def back(session: Session, outbox: Outbox) -> None:
    """Come back on a new socket."""
    session.attach(outbox)
    session.loudspeaker.resume()


def sounds(session: Session, *texts: str, seconds: float = 1.0) -> None:
    """Send pieces of speech 1, a second each, whose words are evenly spread."""
    loudspeaker, at = session.loudspeaker, 0
    loudspeaker.speech_began(1, "j", RATE, "fake")
    for text in texts:
        spans = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
        step = round(RATE * seconds / len(spans))
        words = tuple((start, end, at + number * step) for number, (start, end) in enumerate(spans))
        loudspeaker.speech_caption(1, text, at, words)
        loudspeaker.speech_frame(1, at, bytes(2 * round(RATE * seconds)))
        at += round(RATE * seconds)


async def until_noted(spoken: Spoken, stage: str) -> None:
    async with asyncio.timeout(30):
        while ("j", stage) not in spoken.noted:
            await asyncio.sleep(0.01)
