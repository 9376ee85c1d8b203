"""How well genie knows what was heard of an answer that something urgent interrupts, and that is stopped later.

As `bench.heard`, but in each answer an alarm comes at a random moment, and the stop behind that: while the alarm is
heard, or the rest of the answer. One half of the clients reports how far it is. Each plays in real time what has
arrived, in order, and drops what it is told to. It counts, too, how much of the answer was never heard because of the
alarm ("lost"), and how much twice.

    python -m bench.alarms [--times 40] [--sessions 4] [--voice espeak|kokoro|sized] [--json FILE]
"""

import asyncio
import json
import random
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from statistics import median

import httpx

from bench.heard import Errors
from bench.story import STORY, options, telling
from genie import messages
from tests.serving import Client, Served, client

REPORT_S = 1.0
BEFORE_S, AFTER_S = 8.0, 8.0
"""The alarm comes within the first so many seconds, the stop within so many after it."""


@dataclass
class Fifo:
    """A loudspeaker that plays what has arrived, in order, in real time."""

    rate: int = 1
    at: float = 0.0
    waiting: deque[list[int]] = field(default_factory=deque)
    """Speech, and how many samples of it: the next one first."""
    played: dict[int, int] = field(default_factory=dict)

    def add(self, speech: int, samples: int) -> None:
        self.play()
        self.waiting.append([speech, samples])

    def drop(self, speech: int) -> None:
        self.play()
        self.waiting = deque(chunk for chunk in self.waiting if chunk[0] != speech)

    def play(self) -> None:
        now = time.monotonic()
        due, self.at = round((now - self.at) * self.rate), now
        while due > 0 and self.waiting:
            speech, samples = self.waiting[0]
            part = min(due, samples)
            due -= part
            self.played[speech] = self.played.get(speech, 0) + part
            self.waiting[0][1] -= part
            if not self.waiting[0][1]:
                self.waiting.popleft()


class Listener:
    """A client that plays what it is sent."""

    def __init__(self, one: Client) -> None:
        self.one = one
        self.fifo = Fifo()
        self.spoken: dict[int, messages.AudioUpdate] = {}
        self.captions: dict[int, dict[int, messages.Caption]] = {}
        self._got: dict[int, int] = {}

    async def receive(self) -> messages.Message | None:
        message = await self.one.receive()
        match message:
            case None:
                for speech, sound in self.one.sound.items():
                    if new := len(sound) // 2 - self._got.get(speech, 0):
                        self.fifo.add(speech, new)
                        self._got[speech] = len(sound) // 2
            case messages.AudioUpdate():
                self.spoken[message.speech] = message
                if not self.fifo.waiting:
                    self.fifo.rate, self.fifo.at = message.sample_rate, time.monotonic()
            case messages.Caption():
                self.captions.setdefault(message.speech, {})[message.first_sample] = message
            case messages.AudioEnd(reason="stopped"):
                self.fifo.drop(message.speech)
        return message

    async def listen(self, seconds: float, *, reports: bool) -> None:
        """Play for so long, and tell the server each second how far it is."""
        end, told = time.monotonic() + seconds, 0.0
        while (now := time.monotonic()) < end:
            if reports and now - told >= REPORT_S:
                told = now
                self.fifo.play()
                for speech, samples in self.fifo.played.items():
                    await self.one.send(messages.SpeechPlayed(speech=speech, samples=samples))
            try:
                async with asyncio.timeout(min(end - now, REPORT_S)):
                    await self.receive()
            except TimeoutError:
                continue

    def words(self, speech: int, before: int) -> tuple[int, int]:
        """Return how many words of the story were said before a part of it, and before what was not begun of that."""
        captions = sorted(self.captions.get(speech, {}).values(), key=lambda one: one.first_sample)
        if not captions:
            return before, before
        places = [len(STORY[:at].split()) for at in range(len(STORY)) if STORY.startswith(captions[0].text, at)]
        first = min(places, key=lambda place: abs(place - before))
        played = self.fifo.played.get(speech, 0)
        return first, first + sum(word[2] <= played for one in captions for word in one.words or ())


@dataclass
class Result:
    """What was found."""

    errors: Errors = field(default_factory=Errors)
    lost: int = 0
    twice: list[int] = field(default_factory=list)


async def interrupted(
    listener: Listener, served: Served, question: str, chance: random.Random, result: Result, *, reports: bool
) -> None:
    """Hear an answer with an alarm in its midst, and stop it."""
    one = listener.one
    job = (await one.request(messages.Ask(text=question))).job  # type: ignore[attr-defined]
    while not any(began.job == job for began in listener.spoken.values()):
        await listener.receive()
    await listener.listen(chance.uniform(0.2, BEFORE_S), reports=reports)
    here = next(message.session for message in one.seen if isinstance(message, messages.Connect))
    wanted = {"text": "The bath is full.", "priority": "urgent", "session": here}
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
        (await http.post("/api/notify", json=wanted)).raise_for_status()
    await listener.listen(chance.uniform(0.2, AFTER_S), reports=reports)
    listener.fifo.play()
    parts = [began.speech for began in listener.spoken.values() if began.job == job]
    speech = max(listener.fifo.played, default=0)
    samples = listener.fifo.played.get(speech, 0)
    await one.send(messages.SpeechStop(speech=speech, samples=samples) if reports else messages.SpeechStop())
    done = await one.wait(messages.DoneUpdate, lambda told: told.job.id == job and told.job.heard is not None)
    assert done.job.heard is not None
    begun = 0
    for number, part in enumerate(parts):
        first, until = listener.words(part, begun)
        if number and until > first:
            result.lost += max(0, first - begun)
            result.twice.append(max(0, begun - first))
        begun = max(begun, until)
    result.errors.words.append(len(done.job.heard.text.split()) - begun)
    one.sound.clear()


async def _session(served: Served, results: dict[str, Result], seed: int, times: int) -> None:
    chance, reports = random.Random(seed), seed % 2 == 0
    result = results["reports" if reports else "silent"]
    async with client(served) as one:
        await one.request(messages.Subscribe(topics=["done", "notifications"]))
        for number in range(times):
            await interrupted(Listener(one), served, f"tell me story {seed} {number}", chance, result, reports=reports)


async def run(times: int, sessions: int, voice: str) -> dict[str, Result]:
    results = {"reports": Result(), "silent": Result()}
    async with telling(voice) as served:
        each = [_session(served, results, number, times // sessions) for number in range(sessions)]
        await asyncio.gather(*each)
    return results


def main() -> None:
    chosen = options(__doc__, times=40, sessions=4).parse_args()
    results = asyncio.run(run(chosen.times, chosen.sessions, chosen.voice))
    print("words more (or less) than were begun → how often; goal: at most one, and none lost")
    for kind, result in results.items():
        print(f"{kind:8} {result.errors}")
        twice = median(result.twice or [0])
        print(f"         went on in {len(result.twice)}: lost {result.lost} words, said again {twice} of them each")
    if chosen.json:
        chosen.json.write_text(json.dumps({kind: asdict(result) for kind, result in results.items()}, indent=1))


if __name__ == "__main__":
    main()
