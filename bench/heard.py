"""How well genie knows what was heard of an answer that is stopped at a random moment.

A real server tells a story; clients play it in real time and stop it. Each knows which sample it was playing, and from
the marks of the captions which word that was; the job says what genie takes for heard. One half of the clients reports
how far it is, the other never does. Answers are spoken by eSpeak, or by a Kokoro of random weights (--voice kokoro).

    python -m bench.heard [--times 200] [--sessions 8] [--voice espeak|kokoro] [--json FILE]
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from pathlib import Path

from bench.player import Player
from bench.story import story_teller, voice_settings
from genie import messages
from genie.queues.job import Heard
from tests.serving import Served, client, serving, until_ready

LONGEST_S = 8.0


async def stopped(player: Player, question: str, chance: random.Random, *, reports: bool) -> int:
    """Hear a part of an answer; return by how many words what genie takes for heard is longer than what was."""
    job = await player.hear(question)
    await player.listen(chance.uniform(0.05, LONGEST_S), reports=reports)
    played = player.played()
    stop = messages.SpeechStop(speech=player.speech, samples=played) if reports else messages.SpeechStop()
    await player.one.send(stop)
    known = await _heard(player, job)
    begun = [word for word, sample in player.words() if sample <= played]
    player.one.sound.clear()
    return len(known.text.split()) - len(begun)


async def _heard(player: Player, job: str) -> Heard:
    def fits(update: messages.DoneUpdate) -> bool:
        return update.job.id == job and update.job.heard is not None

    heard = (await player.one.wait(messages.DoneUpdate, fits)).job.heard
    assert heard is not None
    return heard


async def run(times: int, sessions: int, voice: str) -> dict[str, Counter[int]]:
    off: dict[str, Counter[int]] = {"reports": Counter(), "silent": Counter()}
    with tempfile.TemporaryDirectory() as folder:
        async with story_teller() as teller:
            settings = (*voice_settings(voice, Path(folder)), *teller)
            with serving(Path(folder) / "data", *settings) as served:
                await until_ready(served)
                each = [_session(served, off, number, times // sessions) for number in range(sessions)]
                await asyncio.gather(*each)
    return off


async def _session(served: Served, off: dict[str, Counter[int]], seed: int, times: int) -> None:
    chance = random.Random(seed)
    reports = seed % 2 == 0
    async with client(served) as one:
        await one.request(messages.Subscribe(topics=["done"]))
        player = Player(one)
        for number in range(times):
            words = await stopped(player, f"tell me story {seed} {number}", chance, reports=reports)
            off["reports" if reports else "silent"][words] += 1


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--sessions", type=int, default=8)
    options.add_argument("--voice", choices=("espeak", "kokoro"), default="espeak")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    off = asyncio.run(run(chosen.times, chosen.sessions, chosen.voice))
    print("words more (or less) than were begun → how often; goal: at most one")
    for kind, counts in off.items():
        table = ", ".join(f"{words:+}: {count}" for words, count in sorted(counts.items()))
        worst = max(map(abs, counts), default=0)
        print(f"{kind:10} n {counts.total():4}   worst {worst}   {table}")
    if chosen.json:
        chosen.json.write_text(json.dumps({kind: dict(counts) for kind, counts in off.items()}, indent=1))


if __name__ == "__main__":
    main()
