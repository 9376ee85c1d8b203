"""How often a listener hears nothing in the middle of an answer, while the voice is faster than speech.

200 answers of 1 to 200 words (sentences of 1 to 25 words, some with commas) come at once, or as tokens of a language
model at 20 to 100 a second. They go through genie's own line of speeches. The voice takes exactly so many seconds for a
second of sound, and has told genie so, or that it is quicker ("told"); it reads words at 11 to 17 letters a
second. The player is the page's: it begins with 70 ms of sound, and again when it ran dry. Time is virtual, so that the
figure is the same on every machine.

    python -m bench.underruns [--answers 200] [--json FILE]   # takes half a minute
"""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

import numpy as np

from bench import virtual
from genie.audio.delivery import EndReason
from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Words
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from genie.errors import GenieError

RATE = 1_000
JITTER_S = 0.07
AHEAD_S = 3.0
SYLLABLES = (
    "ba",
    "den",
    "fi",
    "ko",
    "lu",
    "ma",
    "ne",
    "po",
    "ra",
    "si",
    "ta",
    "vo",
    "wen",
    "you",
    "zel",
    "and",
    "the",
    "of",
)


@dataclass(frozen=True, slots=True)
class SlowStudio(Studio):
    """A voice that takes `work` seconds for a second of sound; one passage after the other."""

    work: float = 0.5
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def takes(self, passage: Passage, *, first: bool) -> AsyncGenerator[Take, None]:
        letters_s = Random(passage.text).uniform(11, 17)
        seconds = 0.15 + len(passage.text) / letters_s
        async with self.busy:
            await asyncio.sleep(self.work * seconds)
        yield Take(np.full(round(seconds * RATE), 1_000, np.int16))


class Player:
    """Take frames when they come, and say afterwards when nothing was heard."""

    held_s = 0.0

    def __init__(self) -> None:
        self.arrivals: list[tuple[float, float]] = []
        self.ended = asyncio.Event()

    async def present(self) -> None:
        return None

    async def claim(self, job: str, *, again: bool) -> bool:
        return True

    async def disclaim(self, job: str) -> None:
        return None

    def take_up(self, number: Callable[[], int]) -> float:
        return 0.0

    def speech_began(self, speech: int, job: str | None, rate: int, *how: object, urgent: bool = False) -> None:
        return None

    def speech_caption(self, speech: int, text: str | None, first_sample: int, words: Words) -> None:
        return None

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None:
        self.arrivals.append((asyncio.get_running_loop().time(), len(pcm) / 2 / RATE))

    def speech_unheard(self, job: str, rate: int) -> None: ...

    def speech_ended(self, speech: int, samples: int, reason: EndReason, error: GenieError | None) -> None:
        if error is not None:
            raise error
        self.ended.set()

    def gaps(self) -> list[float]:
        """Return how long nothing was heard, each time."""
        gaps, playing_to, waiting = [], None, 0.0
        for at, seconds in self.arrivals:
            if playing_to is not None and at > playing_to + 1e-9:
                gaps.append(at - playing_to)
                playing_to = None
            waiting += seconds
            if playing_to is not None:
                playing_to += seconds
            elif waiting >= JITTER_S:
                playing_to = at + waiting
            if playing_to is not None:
                waiting = 0.0
        return gaps


def answer(random: Random) -> str:
    """Return an answer of 1 to 200 words."""
    left, sentences = random.randint(1, 200), list[str]()
    while left > 0:
        count = min(left, random.choice((1, 2, 3, 6, 8, 12, 16, 20, 25)))
        words = ["".join(random.choices(SYLLABLES, k=random.choice((1, 1, 1, 2, 2, 3)))) for _ in range(count)]
        words = [word + "," if random.random() < 0.08 else word for word in words[:-1]] + words[-1:]
        sentences.append(" ".join(words).capitalize() + random.choice(".....?!"))
        left -= count
    return " ".join(sentences)


def tokens(text: str, random: Random) -> Iterator[str]:
    """Yield a text in parts of about four letters."""
    while text:
        size = random.randint(2, 6)
        yield text[:size]
        text = text[size:]


async def hear(text: str, tokens_s: float | None, work: float, told: float, random: Random) -> Player:
    """Return who heard a text that comes at once, or at so many tokens a second."""
    player = Player()
    lane: Lane[Synthesizer] = Lane(EspeakSynthesizer, name="never loaded")
    studio = SlowStudio(lane, Card("slow", rate=RATE, voice="slow", pace=told), work=work)
    line = SpeechLine(player, lambda: studio, AHEAD_S)
    speech = line.reserve("job", Manner())
    for part in [text] if tokens_s is None else tokens(text, random):
        speech.feed(part)
        if tokens_s is not None:
            await asyncio.sleep(random.expovariate(tokens_s))
    speech.close()
    await player.ended.wait()
    line.close()
    return player


async def figure(count: int, work: float, told: float) -> dict[str, float]:
    """Return what `count` answers were like."""
    random, first, gaps, dry = Random(7), list[float](), list[float](), 0
    for number in range(count):
        text = answer(random)
        tokens_s = None if number % 4 == 0 else random.uniform(20, 100)
        began = asyncio.get_running_loop().time()
        player = await hear(text, tokens_s, work, told, random)
        first.append(player.arrivals[0][0] - began)
        found = player.gaps()
        gaps += found
        dry += bool(found)
    return {
        "work for a second of sound": work,
        "told": told,
        "answers": count,
        "underruns": len(gaps),
        "answers with any": dry,
        "seconds of silence": round(sum(gaps), 2),
        "longest": round(max(gaps, default=0.0), 2),
        "first sound, median s": round(median(first), 2),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--answers", type=int, default=200)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    rows = [
        virtual.run(figure(options.answers, work, told))
        for work, told in ((0.1, 0.1), (0.3, 0.3), (0.5, 0.5), (0.5, 0.3), (0.7, 0.7), (0.7, 0.5), (0.9, 0.9))
    ]
    for row in rows:
        print("   ".join(f"{name} {value:g}" for name, value in row.items()))
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
