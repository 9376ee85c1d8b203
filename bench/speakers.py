"""How long people wait for their last words when several speak at once, against a lane that is one plain line.

Everybody speaks at real pace into utterances of their own, as if holding a button: a few sentences with a short pause
between them, which might be the end, and then released. The words come from the test checkpoint, which understands
them; the time from a Whisper of real size with random weights, which hears the same windows and writes as many tokens.
One way is genie's; the other is one plain line for all calls, as genie's was once: a partial whenever half a second
waits and none is asked for, none withdrawn, nothing anticipated. They are measured in turns on the same speech, each
with an engine in a process of its own.

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
from genie.audio.engines.whisper.checkpoint import load
from genie.audio.engines.whisper.ear import Answer, Ear, Encoded, Question
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.remote import in_process
from genie.audio.transcription import Ears, Utterance
from tests.training.exam import FOLDER, questions

GOAL, GOAL_AT = 0.6, 4
FRAME = 512
FRAME_S = FRAME / LISTENING_RATE
KEPT = 32
"""Encoded windows that are kept, one an utterance: a second decode of the same sound encodes nothing."""
SOFT_S = 0.2
"""Seconds of silence after which speech may be over."""


class HeavyEar(Ear):
    """Hear with one Whisper and take the time of another: what is encoded or written is so by both."""

    def __init__(self, ear: Ear, heavy: Ear) -> None:
        self._light, self._heavy = ear, heavy
        self._encoded: dict[int, Encoded] = {}

    def encode(self, sounds: list[Int16], *, whole: bool = False) -> Encoded:
        light = self._light.encode(sounds, whole=whole)
        self._encoded = {**dict(list(self._encoded.items())[-KEPT:]), id(light): self._heavy.encode(sounds)}
        return light

    def hear(self, questions: list[Question], encoded: Encoded | None = None) -> list[Answer]:
        light = encoded or self.encode([question.sound for question in questions])
        answers = self._light.hear(questions, light)
        forced = [
            Question(question.sound, "en", given=question.given, forced=max(1, len(answer.pieces)))
            for question, answer in zip(questions, answers, strict=True)
        ]
        self._heavy.hear(forced, self._encoded.get(id(light)))
        return answers


class HeavyWhisper(WhisperTranscriber):
    """The test checkpoint at the pace of a large one."""

    def __init__(self, folder: str) -> None:
        super().__init__(str(FOLDER), device="cpu")
        heavy = Ear(load(folder, "", "cpu", "auto"), config.load(environment={}).stt.crop_s)
        heavy.warm()
        self._ear = HeavyEar(self._ear, heavy)


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
        self._sentences = [question.spoken.samples for question in questions(40)]
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
        due = time.monotonic()
        for frame, speech in frames(self._sentences, chance):
            due += FRAME_S
            await asyncio.sleep(due - time.monotonic())
            utterance.add(frame, speech=bool(speech))
            if speech is None:
                utterance.pause()
        released = time.monotonic()
        await utterance.finish()
        self.waits.append(time.monotonic() - released)

    def _tell(self, _: object) -> None:
        self.partials += 1


def frames(sentences: list[Int16], chance: random.Random) -> Iterator[tuple[Int16, bool | None]]:
    """Yield an utterance's frames and whether each is speech; None where a pause has lasted for `SOFT_S`."""
    silence = np.zeros(FRAME, np.int16)
    for number in range(many := chance.randint(1, 3)):
        said = chance.choice(sentences)
        for frame in np.pad(said, (0, -len(said) % FRAME)).reshape(-1, FRAME):
            yield frame, True
        if number < many - 1:
            yield from [(silence, False)] * (round(SOFT_S / FRAME_S) - 1)
            yield silence, None
            yield from [(silence, False)] * round(chance.uniform(0.0, 0.3) / FRAME_S)
    yield from [(silence, False)] * round(chance.uniform(0.05, 0.15) / FRAME_S)


@contextmanager
def rooms(folder: Path) -> Iterator[dict[str, Room]]:
    """Yield a room for each kind of lane."""
    factory = in_process(partial(HeavyWhisper, str(folder)))
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
    busy = os.getloadavg()[0]
    people = [int(each) for each in chosen.speakers.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        weights = whisper_sized.save(Path(folder) / chosen.size, chosen.size)
        table = asyncio.run(run(weights, people, chosen.rounds, chosen.seconds))
    print(f"load before: {busy:.2f}, {chosen.size}, {chosen.rounds} rounds of {chosen.seconds:g} s")
    show(table)
    keep(table, chosen.json, load=busy, size=chosen.size)


if __name__ == "__main__":
    main()
