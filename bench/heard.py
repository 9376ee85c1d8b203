"""How well genie knows what was heard of an answer that is stopped at a random moment.

A real server tells a story; clients play it in real time and stop it. Each knows which sample it was playing, and from
the marks of the captions which word that was; the job says what genie takes for heard. One half of the clients reports
how far it is, the other never does. Answers are spoken by eSpeak, or by a Kokoro of random weights: a small one that
says five words a second (--voice kokoro), or one of the true size, which runs dry where it is slow (sized).

The truth is what has arrived and was played (`bench.player`), and the engine's own marks: the reckoning is checked, not
the marks. What a client that never reports cannot be known by is the way: of its stop, and of the sound. On a busy
machine that is up to half a second, and shows in "ms".

    python -m bench.heard [--times 200] [--sessions 8] [--voice espeak|kokoro|sized] [--json FILE]
"""

import asyncio
import json
import random
from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import median

from bench.player import Player
from bench.story import options, telling
from genie import messages
from genie.queues.job import Heard
from tests.serving import Served, client

LONGEST_S = 8.0


@dataclass
class Errors:
    """By how much what genie takes for heard is more than what was: words, and milliseconds of sound."""

    words: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    gaps: int = 0

    def __str__(self) -> str:
        table = ", ".join(f"{words:+}: {count}" for words, count in sorted(Counter(self.words).items()))
        worst = max(map(abs, self.words), default=0)
        span = f"{median(self.ms):+.0f} ({min(self.ms):+.0f} to {max(self.ms):+.0f}) ms" if self.ms else ""
        return f"n {len(self.words):4}   worst {worst}   {table}   {span}   ran dry {self.gaps} times"


async def stopped(player: Player, question: str, chance: random.Random, errors: Errors, *, reports: bool) -> None:
    """Hear a part of an answer and stop it; add by how much what genie takes for heard is more than what was."""
    job = await player.hear(question)
    await player.listen(chance.uniform(0.05, LONGEST_S), reports=reports)
    played = player.played()
    stop = messages.SpeechStop(speech=player.speech, samples=played) if reports else messages.SpeechStop()
    await player.one.send(stop)
    known = await _heard(player, job)
    begun = [word for word, sample in player.words() if sample <= played]
    errors.words.append(len(known.text.split()) - len(begun))
    errors.ms.append((known.samples - played) / player.rate * 1_000)
    errors.gaps += player.gaps
    player.one.sound.clear()


async def _heard(player: Player, job: str) -> Heard:
    def fits(update: messages.DoneUpdate) -> bool:
        return update.job.id == job and update.job.heard is not None

    heard = (await player.one.wait(messages.DoneUpdate, fits)).job.heard
    assert heard is not None
    return heard


async def run(times: int, sessions: int, voice: str) -> dict[str, Errors]:
    off = {"reports": Errors(), "silent": Errors()}
    async with telling(voice) as served:
        await asyncio.gather(*(_session(served, off, number, times // sessions) for number in range(sessions)))
    return off


async def _session(served: Served, off: dict[str, Errors], seed: int, times: int) -> None:
    chance = random.Random(seed)
    reports = seed % 2 == 0
    async with client(served) as one:
        await one.request(messages.Subscribe(topics=["done"]))
        player = Player(one)
        for number in range(times):
            errors = off["reports" if reports else "silent"]
            await stopped(player, f"tell me story {seed} {number}", chance, errors, reports=reports)


def main() -> None:
    chosen = options(__doc__, times=200, sessions=8).parse_args()
    off = asyncio.run(run(chosen.times, chosen.sessions, chosen.voice))
    print("words more (or less) than were begun → how often; goal: at most one")
    for kind, errors in off.items():
        print(f"{kind:10} {errors}")
    if chosen.json:
        chosen.json.write_text(json.dumps({kind: asdict(errors) for kind, errors in off.items()}, indent=1))


if __name__ == "__main__":
    main()
