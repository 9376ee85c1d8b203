"""Alarms, stops and lost sockets in any order: what is sent fits together, and what is set aside goes on or ends."""

import asyncio
import random
from dataclasses import dataclass, field
from itertools import count

import pytest

from genie import messages
from genie.audio.notice import Notice, Rank
from genie.audio.speech import Manner, Speech
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.speaking import LIMITS, back, say, speaking

DEEDS = 60


@dataclass
class Ear:
    """Keep what is sent, and what of it does not fit together."""

    began: dict[int, messages.AudioUpdate] = field(default_factory=dict)
    ends: dict[int, messages.AudioEnd] = field(default_factory=dict)
    continued: dict[int, int] = field(default_factory=dict)
    samples: dict[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    last: int = 0

    async def take(self, outbox: Outbox) -> None:
        while len(outbox):
            frame = await outbox.take()
            if isinstance(frame, bytes):
                self._hear(*messages.decode_audio(frame))
            else:
                self._told(messages.decode_server(frame))

    def _hear(self, speech: int, first: int, pcm: bytes) -> None:
        if speech not in self.began or speech in self.ends or speech < self.last:
            self.faults.append(f"sound of {speech} after that of {self.last}; {self.ends.get(speech)}")
        if first != self.samples.get(speech, first):
            self.faults.append(f"{speech} has a gap at {first}")
        self.samples[speech], self.last = first + len(pcm) // 2, speech

    def _told(self, message: messages.Message) -> None:
        match message:
            case messages.AudioUpdate(speech=speech, continues=continues):
                if continues is not None and not (continues < speech and self.ends[continues].goes_on):
                    self.faults.append(f"{speech} continues {continues}, which does not go on")
                self.began[speech] = message
                if continues is not None:
                    self.continued[continues] = speech
                self.ends.pop(speech, None)
            case messages.AudioEnd(speech=speech):
                self.ends[speech] = message
            case messages.ErrorMessage():
                self.faults.append(message.code)

    def lose(self) -> None:
        """A socket that is lost takes with it what it had of the speeches that had not ended."""
        self.samples, self.last = {}, 0

    def unfinished(self) -> list[int]:
        """Return the speeches of which nobody said how they ended, or that were to go on and did not."""
        return [
            one
            for one in self.began
            if (end := self.ends.get(one)) is None or (end.goes_on and one not in self.continued)
        ]


async def always() -> bool:
    return True


def announce(session: Session, rank: Rank, name: str) -> None:
    speech = session.speeches.reserve(None, Manner(), notice=Notice(name, None, rank, always))
    speech.feed("O.")
    speech.close()


@pytest.mark.parametrize("seed", range(2))
async def test_in_any_order_all_that_is_sent_fits_together_and_nothing_is_forgotten(seed):
    chance, ear, names, outbox = random.Random(seed), Ear(), count(), Outbox(LIMITS)
    written: list[Speech] = []
    async with speaking(ahead_s=0.1) as (session, _):
        session.attach(outbox)
        for _ in range(DEEDS):
            match chance.choices(
                ("say", "write", "write on", "written", "alarm", "tell", "stop", "silence", "hold", "go on", "lose",
                 "report", "report all"),
                (6, 4, 6, 4, 6, 1, 1, 2, 2, 4, 2, 4, 3),
            )[0]:  # fmt: skip
                case "say" if len(session.speeches.jobs()) < 4:
                    say(session, "x" * chance.randint(5, 15), f"j{next(names)}")
                case "write" if len(session.speeches.jobs()) < 4:
                    written.append(session.speeches.reserve(f"j{next(names)}", Manner()))
                case "write on" if written:
                    chance.choice(written).feed("x" * chance.randint(3, 9) + ". ")
                case "written" if written:
                    written.pop(chance.randrange(len(written))).close()
                case "alarm":
                    announce(session, Rank.URGENT, f"n{next(names)}")
                case "tell":
                    announce(session, Rank.IN_TURN, f"n{next(names)}")
                case "stop":
                    session.silence()
                    await ear.take(outbox)
                    ear.faults += [f"{one} does not end with a stop" for one in ear.unfinished()]
                case "silence" if jobs := sorted(job for job in session.speeches.jobs() if job):
                    session.silence(chance.choice(jobs))
                case "hold":
                    session.loudspeaker.hold()
                case "go on":
                    session.loudspeaker.go_on()
                case "lose":
                    await ear.take(outbox)
                    session.detach(outbox)
                    await asyncio.sleep(chance.choice((0, 0.02)))
                    ear.lose()
                    back(session, outbox := Outbox(LIMITS))
                case "report" if ear.samples:
                    speech = max(ear.samples)
                    session.loudspeaker.played(speech, chance.randint(0, ear.samples[speech]))
                case "report all" if ear.samples:
                    session.loudspeaker.played(speech := max(ear.samples), ear.samples[speech])
            await asyncio.sleep(chance.choice((0, 0.01, 0.05, 0.1)))
            await ear.take(outbox)
        session.loudspeaker.go_on()
        for speech in written:
            speech.close()
        async with asyncio.timeout(30):
            while session.speeches.jobs():
                await asyncio.sleep(0.01)
                await ear.take(outbox)
        await asyncio.sleep(0)
        await ear.take(outbox)
    assert ear.faults == [] and ear.unfinished() == []
    assert ear.continued, "an answer was interrupted and went on"
