"""How long people wait for their last words when several speak at once, against a lane that is one plain line.

Everybody speaks at real pace into utterances of their own, as if holding a button: a few seconds with a short pause
now and then, which might be the end, and then released. The sound is noise, for a Whisper of random weights that writes
as many words as it may. One way is genie's; the other is one plain line for all calls, as genie's was once: a partial
whenever half a second waits and none is asked for, none withdrawn, nothing anticipated. They are measured in turns on
the same speech, each with an engine in a process of its own.

    python -m bench.speakers [--size base] [--speakers 1,2,4,8] [--rounds 5] [--seconds 30] [--json FILE]
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast

import numpy as np

from bench import whisper_sized
from bench.repeats import Repeats, keep, show
from genie import config
from genie.audio.engine import LISTENING_RATE, Detector, Spoken, Transcriber
from genie.audio.engines.vad import SileroDetector
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.remote import in_process
from genie.audio.transcription import Ears, Utterance

GOAL, GOAL_AT = 0.6, 4
FRAME = 512
FRAME_S = FRAME / LISTENING_RATE
SOFT_S = 0.2
"""Seconds of silence after which speech may be over."""


class PlainUtterance:
    """An utterance in one line with all others: a partial whenever enough waits and none is asked for."""

    def __init__(self, stream: str, ears: Ears, tell: Callable[[object], None]) -> None:
        self._stream = stream
        self._lane = ears.transcriber
        self._interval = round(ears.stt.interval_s * LISTENING_RATE)
        self._spoken = ears.spoken
        self._tell = tell
        self._waiting: list[Int16] = []
        self._hearing: asyncio.Task[None] | None = None
        self._opened = False

    def add(self, samples: Int16, speech: bool) -> None:
        self._waiting.append(samples)
        idle = self._hearing is None or self._hearing.done()
        if idle and len(self._waiting) * FRAME >= self._interval:
            self._hearing = asyncio.create_task(self._hear())

    def pause(self) -> None:
        """Expect nothing."""

    async def finish(self) -> str:
        if self._hearing is not None:
            await asyncio.wait([self._hearing])
        await self._feed()
        return (await self._lane.call(Transcriber.finish, self._stream)).committed

    async def _hear(self) -> None:
        await self._feed()
        [heard] = await self._lane.call(Transcriber.hear, [self._stream])
        self._tell(heard)

    async def _feed(self) -> None:
        if not self._opened:
            self._opened = True
            await self._lane.call(Transcriber.open, self._stream, self._spoken)
        if self._waiting:
            samples, self._waiting = np.concatenate(self._waiting), []
            await self._lane.call(Transcriber.feed, self._stream, samples)


class Room:
    """People who speak at once to one ear, and how long each of them waited for the end of what they said."""

    def __init__(self, lane: Lane[Transcriber], *, plain: bool) -> None:
        self._plain = plain
        settings = config.load(environment={})
        detector = cast(Lane[Detector], Lane(SileroDetector, name="detector"))
        self._ears = Ears(lane, detector, settings.stt, settings.vad, Spoken("en"))
        self._numbers = count(1)
        self._noise = np.random.default_rng(7).integers(-3_000, 3_000, 60 * LISTENING_RATE).astype(np.int16)
        self.waits: list[float] = []
        self.partials = 0

    async def speak(self, people: int, seconds: float, seed: int) -> None:
        """Let so many people speak until the time is over, and hear the last of them out."""
        until = time.monotonic() + seconds
        self.waits, self.partials = [], 0
        await asyncio.gather(*(self._person(random.Random(f"{seed} {number}"), until) for number in range(people)))

    async def _person(self, chance: random.Random, until: float) -> None:
        await asyncio.sleep(chance.uniform(0.0, 2.0))
        while time.monotonic() < until:
            await self._say(chance)
            await asyncio.sleep(chance.uniform(0.5, 2.0))

    async def _say(self, chance: random.Random) -> None:
        number = next(self._numbers)
        utterance: Utterance | PlainUtterance = (
            PlainUtterance(f"u{number}", self._ears, self._tell)
            if self._plain
            else Utterance(f"u{number}", number, self._ears, self._tell)
        )
        spoken = 0
        due = time.monotonic()
        for speech in rhythm(chance):
            due += FRAME_S
            await asyncio.sleep(due - time.monotonic())
            self._add(utterance, spoken, speech)
            spoken += FRAME
        released = time.monotonic()
        await utterance.finish()
        self.waits.append(time.monotonic() - released)

    def _add(self, utterance: Utterance | PlainUtterance, start: int, speech: bool | None) -> None:
        sound: Int16 = self._noise[start : start + FRAME] if speech else np.zeros(FRAME, np.int16)
        utterance.add(sound, speech=bool(speech))
        if speech is None:
            utterance.pause()

    def _tell(self, _: object) -> None:
        self.partials += 1


def rhythm(chance: random.Random) -> Iterator[bool | None]:
    """Say of each frame of an utterance whether it is speech; None where a pause has lasted for `SOFT_S`."""
    for phrase in range(phrases := chance.randint(1, 3)):
        yield from [True] * round(chance.uniform(1.0, 3.0) / FRAME_S)
        if phrase < phrases - 1:
            yield from [False] * (round(SOFT_S / FRAME_S) - 1)
            yield None
            yield from [False] * round(chance.uniform(0.0, 0.3) / FRAME_S)
    yield from [False] * round(chance.uniform(0.05, 0.15) / FRAME_S)


@contextmanager
def rooms(folder: Path) -> Iterator[dict[str, Room]]:
    """Yield a room for each kind of lane."""
    factory = in_process(partial(WhisperTranscriber, str(folder), device="cpu"))
    lanes = {name: cast(Lane[Transcriber], Lane(factory, name=name)) for name in ("genie", "plain")}
    try:
        yield {name: Room(lane, plain=name == "plain") for name, lane in lanes.items()}
    finally:
        for lane in lanes.values():
            lane.close()


async def run(folder: Path, people: list[int], rounds: int, seconds: float) -> list[Repeats]:
    table: list[Repeats] = []
    with rooms(folder) as both:
        for room in both.values():
            await room.speak(1, 1.0, 0)
        for many in people:
            ends: dict[str, list[float]] = {name: [] for name in both}
            most = dict.fromkeys(both, 0.0)
            partials = {name: list[float]() for name in both}
            for number in range(rounds):
                for name, room in both.items():
                    await room.speak(many, seconds, number)
                    ends[name].append(float(np.percentile(room.waits, 95)))
                    most[name] = max(most[name], *room.waits)
                    partials[name].append(room.partials / len(room.waits))
            ratios = [mine / other for mine, other in zip(ends["genie"], ends["plain"], strict=True)]
            goal = f" (goal ≤ {GOAL:g})" if many == GOAL_AT else ""
            table += [Repeats(f"{many} speak: final p95, genie / plain{goal}", ratios)]
            for name in both:
                table += [
                    Repeats(f"{many} speak, {name}: final p95, s", ends[name]),
                    Repeats(f"{many} speak, {name}: longest wait, s", [most[name]]),
                    Repeats(f"{many} speak, {name}: partials an utterance", partials[name]),
                ]
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=list(whisper_sized.SIZES), default="base")
    options.add_argument("--speakers", default="1,2,4,8")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    people = [int(each) for each in chosen.speakers.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        weights = whisper_sized.save(Path(folder) / chosen.size, chosen.size)
        table = asyncio.run(run(weights, people, chosen.rounds, chosen.seconds))
    print(f"load before: {load:.2f}, {chosen.size}, {chosen.rounds} rounds of {chosen.seconds:g} s")
    show(table)
    keep(table, chosen.json, load=load, size=chosen.size)


if __name__ == "__main__":
    main()
