"""How soon sound ends that is stopped, against finishing the sentence.

A real server tells a story; a client that plays it in real time stops it at random moments.
Measured at the client: from the stop that it sends to the last frame of that speech that still comes, and to the end
that it is told. "Finish the sentence" is what a server that only looks between two sentences would still have played.

    python -m bench.stop [--times 100] [--sessions 4] [--voice espeak|kokoro|sized] [--json FILE]
"""

import asyncio
import random
import time

from bench.latencies import Latencies, latencies, show
from bench.player import Player
from bench.repeats import keep
from bench.story import options, telling
from genie import messages
from tests.serving import Served, client

AFTER_S = 0.4
"""What still comes after a stop is waited for this long."""

LONGEST_S = 6.0
GOAL_MS, GOAL_SHARE = 100.0, 0.1


class Stops:
    """What was measured."""

    def __init__(self) -> None:
        self.last: list[float] = []
        self.told: list[float] = []
        self.sentence: list[float] = []

    async def add(self, player: Player, question: str, chance: random.Random) -> None:
        """Hear a part of an answer, stop it, and see what still comes."""
        await player.hear(question)
        await player.listen(chance.uniform(0.05, LONGEST_S), reports=True)
        stopped = time.monotonic()
        heard = player.played()
        player.last_sound_at = stopped
        await player.one.send(messages.SpeechStop(speech=player.speech, samples=heard))
        ended = 0.0
        while (left := stopped + AFTER_S - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    message = await player.receive()
            except TimeoutError:
                break
            if isinstance(message, messages.AudioEnd):
                ended = time.monotonic()
        self.last.append(player.last_sound_at - stopped)
        self.told.append(ended - stopped)
        self.sentence.append(_left_of_sentence(player, heard))
        player.one.sound.clear()


def _left_of_sentence(player: Player, heard: int) -> float:
    """Return how long the sentence would go on that is being heard, as far as its sound is known (s)."""
    words = [(word, sample) for word, sample in player.words() if sample >= heard]
    end = next((sample for word, sample in words if word.endswith((".", "!", "?"))), None)
    last = words[-1][1] if words else heard
    return ((end if end is not None else last) - heard) / player.rate


async def run(times: int, sessions: int, voice: str) -> list[Latencies]:
    stops = Stops()
    async with telling(voice) as served:
        await asyncio.gather(*(_session(served, stops, number, times // sessions) for number in range(sessions)))
    shares = [told / left for told, left in zip(stops.last, stops.sentence, strict=True) if left > GOAL_MS / 1_000]
    return [
        latencies("stop → last stale frame", stops.last),
        latencies("stop → audio_end", stops.told),
        latencies("finish the sentence", stops.sentence),
        latencies("last frame / sentence, × 1,000", shares),
    ]


async def _session(served: Served, stops: Stops, seed: int, times: int) -> None:
    chance = random.Random(seed)
    async with client(served) as one:
        player = Player(one)
        for number in range(times):
            await stops.add(player, f"tell me story {seed} {number}", chance)


def main() -> None:
    chosen = options(__doc__, times=100, sessions=4).parse_args()
    table = asyncio.run(run(chosen.times, chosen.sessions, chosen.voice))
    show(table)
    print(f"goals: last stale frame ≤ {GOAL_MS:g} ms at p99, and ≤ {GOAL_SHARE:g} × the rest of the sentence")
    keep(table, chosen.json)


if __name__ == "__main__":
    main()
