"""How often a listener hears nothing in the middle of an answer, while the voice is faster than speech.

200 answers of 1 to 200 words (sentences of 1 to 25 words, some with commas) come at once, or as tokens of a language
model at 20 to 100 a second. They go through genie's own line of speeches, studio and turns. The voice takes exactly so
many seconds for a second of sound, and has told genie so, or that it is quicker ("told"); it reads words at 11 to 17
letters a second; on the way it pauses ten times for others, as Kokoro does. The player is the page's: it begins with
70 ms of sound, and again when it ran dry. Time is virtual, so that the figure is the same on every machine.

Each case is heard twice: as genie follows the voice, and as it did before, when it planned for what the voice had told,
served later pieces in the order asked and interrupted none; by one pace both plan alike. "Alike" is the share of the
answers that are cut in the same pieces by both.

    python -m bench.underruns [--answers 200] [--only four] [--json FILE]   # takes two minutes
"""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

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
from genie.audio.tempo import Tempo
from genie.audio.turns import Rank, Turns
from genie.errors import GenieError

RATE = 1_000
PARTS = 10
"""Turns that a passage takes."""

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


class Told(Tempo):
    """Plan for what the card says, whatever it takes."""

    def note(self, work_s: float, sound_s: float, told: float) -> bool:
        return False


@dataclass(frozen=True, eq=False)
class Turn:
    """A passage that waits for the voice."""

    rank: Rank
    due: float = 0.0
    name: str = "synthesize"
    begun: asyncio.Event = field(default_factory=asyncio.Event)


class Voice(Lane[Synthesizer]):
    """A voice that takes `work` seconds for a second of sound, by genie's own turns, of which a passage takes `PARTS`.

    Of its passages a share of `hiccups` takes three times as long. Unless it is `shared` what is due is no matter, and
    each passage takes one turn.
    """

    def __init__(self, *, shared: bool, hiccups: float) -> None:
        super().__init__(EspeakSynthesizer, name="never loaded")
        self.work = 0.0
        self.said: set[str] = set()
        self._shared = shared
        self._hiccups = hiccups
        self._random = Random(11)
        self._turns: Turns[Turn] = Turns()
        self._busy = False

    def iterate_due(self, due: float, method: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        return self._say(args[0], Turn(Rank.BULK, due if self._shared else 0.0))

    def iterate_first(self, method: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        return self._say(args[0], Turn(Rank.FIRST))

    async def _say(self, passage: Passage, turn: Turn) -> AsyncGenerator[Take, None]:
        seconds = 0.15 + len(passage.text) / Random(passage.text).uniform(11, 17)
        self.said.add(passage.text)
        clock = asyncio.get_running_loop().time
        self._turns.put(turn, clock())
        self._next()
        await turn.begun.wait()
        work_s, parts = self.work * seconds, PARTS if self._shared else 1
        work_s *= 3 if self._random.random() < self._hiccups else 1
        for part in range(parts):
            if part:
                turn.begun.clear()
                self._turns.put_back(turn, clock())
                self._next()
                await turn.begun.wait()
            await asyncio.sleep(work_s / parts)
            self._busy = False
        self._next()
        yield Take(np.full(round(seconds * RATE), 1_000, np.int16), work_s=work_s)

    def _next(self) -> None:
        if not self._busy:
            for turn in self._turns.take(asyncio.get_running_loop().time()):
                self._busy = True
                turn.begun.set()


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


Parts = tuple[tuple[str, float], ...]
"""A text as it comes: parts of it, and the seconds before the next one."""


def parts(random: Random, number: int) -> Parts:
    """Return an answer that comes at once, or as tokens."""
    text = answer(random)
    if number % 4 == 0:
        return ((text, 0.0),)
    tokens_s = random.uniform(20, 100)
    return tuple((part, random.expovariate(tokens_s)) for part in tokens(text, random))


async def hear(studio: Studio, text: Parts, after_s: float) -> Player:
    """Return who heard a text that came after so long."""
    await asyncio.sleep(after_s)
    player = Player()
    line = SpeechLine(player, lambda: studio, AHEAD_S)
    speech = line.reserve("job", Manner())
    for part, pause_s in text:
        speech.feed(part)
        await asyncio.sleep(pause_s)
    speech.close()
    await player.ended.wait()
    line.close()
    return player


@dataclass(frozen=True, slots=True)
class Case:
    """A voice: the pace that it has told, and the one that it has, by the share of the answers that were heard."""

    name: str
    told: float
    later: tuple[tuple[float, float], ...] = ()
    """From which share on it has which pace."""
    listeners: int = 1
    apart_s: float = 0.0
    """Seconds after which the next one of them asks."""
    hiccups: float = 0.0

    def work(self, share: float) -> float:
        return next((pace for begin, pace in reversed(self.later) if share >= begin), self.told)


CASES = (
    *(Case(f"{pace}, as it told", pace) for pace in (0.1, 0.3, 0.5, 0.7, 0.9)),
    Case("0.5, but told 0.3", 0.3, ((0, 0.5),)),
    Case("0.7, but told 0.5", 0.5, ((0, 0.7),)),
    Case("0.3, but told 0.5", 0.5, ((0, 0.3),)),
    Case("0.3, in the second third 0.6", 0.3, ((1 / 3, 0.6), (2 / 3, 0.3))),
    Case("0.3, each 20th passage 0.9", 0.3, hiccups=0.05),
    *(Case(f"{pace}, four at once", pace, listeners=4) for pace in (0.15, 0.2)),
    *(Case(f"{pace}, two at once", pace, listeners=2) for pace in (0.3, 0.4)),
    Case("0.3, another 5 s later", 0.3, listeners=2, apart_s=5.0),
)


@dataclass(slots=True)
class Heard:
    """What answers were like."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    """Seconds to the first sound of each, and of the last one of those who are heard together."""
    gaps: list[float] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    """Numbers of the answers with gaps."""
    said: list[frozenset[str]] = field(default_factory=list)
    """The passages of each answer, or of those that were heard at once."""


async def heard(case: Case, count: int, *, followed: bool) -> Heard:
    """Return what `count` answers are like."""
    random, voice, found = Random(7), Voice(shared=followed, hiccups=case.hiccups), Heard()
    card = Card("slow", rate=RATE, voice="slow", pace=case.told)
    studio = Studio(voice, card, tempo=Tempo() if followed else Told())
    for number in range(0, count, case.listeners):
        voice.work, voice.said = case.work(number / count), set()
        texts = [parts(random, number + at) for at in range(case.listeners)]
        began = asyncio.get_running_loop().time()
        players = await asyncio.gather(*(hear(studio, text, at * case.apart_s) for at, text in enumerate(texts)))
        firsts = [player.arrivals[0][0] - began - at * case.apart_s for at, player in enumerate(players)]
        found.first += firsts
        found.last.append(firsts[-1] if case.apart_s else max(firsts))
        found.said.append(frozenset(voice.said))
        for at, player in enumerate(players):
            gaps = player.gaps()
            found.gaps += gaps
            found.touched += [number + at] if gaps else []
    return found


def row(name: str, found: Heard, other: Heard) -> dict[str, Any]:
    """Return figures of a case."""
    alike = sum(one == another for one, another in zip(found.said, other.said, strict=True)) / len(found.said)
    return {
        "voice": name,
        "underruns": len(found.gaps),
        "seconds of silence": round(sum(found.gaps), 2),
        "longest": round(max(found.gaps, default=0.0), 2),
        "answers with any": len(found.touched),
        "the first ones": found.touched[:4],
        "first sound, median s": round(median(found.first), 2),
        "of the last, median s": round(median(found.last), 2),
        "at most": round(max(found.last), 2),
        "pieces": sum(map(len, found.said)),
        "alike": round(alike, 2),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--answers", type=int, default=200)
    arguments.add_argument("--only", default="", help="part of the names of cases")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    rows = []
    for case in CASES:
        if options.only in case.name:
            before, after = (virtual.run(heard(case, options.answers, followed=followed)) for followed in (False, True))
            for found in (row(f"{case.name}; before", before, after), row(f"{case.name}; followed", after, before)):
                print("   ".join(f"{name} {value}" for name, value in found.items()), flush=True)
                rows.append(found)
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
