"""Serve a steady mixed load for long, and show what grows: memory, tasks, descriptors, loop lag, the journal's files.

Voices speak recorded questions at the pace at which they were spoken, others ask by text, over HTTP, or come and go;
of each resume the client's mirror is checked. The slopes are taken over the second half, when everything that is
bounded is full.

    python -m bench.soak.hours [--minutes 60] [--json FILE]
"""

import argparse
import asyncio
import itertools
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench.memory import children, resident_mib
from bench.roundtrip import CLIPS, turn
from genie import messages
from genie.memory.database import NAME
from tests.follower import Follower
from tests.model import slow_model, story
from tests.serving import Served, serving, until_ready

VOICES, ASKERS, VISITORS = 2, 3, 4
SAMPLES = 60
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.log_level=warning",
    "server.resume_s=10",
    "queue.done_limit=200",
    "memory.events=2000",
)
"""Bounds that are full within minutes, so that what still grows is no bound's doing."""


@dataclass(frozen=True)
class Sample:
    """How the server stood at one moment; `lag_ms` is the longest since the moment before."""

    at_s: float
    rss_mib: float
    engines_mib: float
    tasks: float
    descriptors: float
    lag_ms: float
    wal_kib: float
    database_kib: float


class Load:
    """Clients of every kind, and how much they did."""

    def __init__(self, served: Served, http: httpx.AsyncClient) -> None:
        self.served = served
        self.http = http
        self.done: Counter[str] = Counter()
        self.faults: list[str] = []
        self._chance = random.Random(1)

    def kinds(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        return [self._speak] * VOICES + [self._ask] * ASKERS + [self._visit] * VISITORS + [self._call]

    async def _speak(self) -> None:
        """Ask aloud, one clip after the other."""
        for clip in itertools.cycle(sorted(CLIPS.glob("*.wav"))):
            await turn(self.served, clip)
            self.done["spoken turns"] += 1

    async def _ask(self) -> None:
        """Ask by text on a socket that breaks off now and then."""
        follower = Follower(self.served.ws)
        for number in itertools.count():
            if number % 20 == 0:
                await follower.drop(abort=number % 40 == 0)
                await follower.open()
            text = story(300) if number % 5 == 0 else f"what is {number} plus {number}"
            await follower.request(messages.Ask(text=text))
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))
            self.done["asked by text"] += 1
            self.faults += follower.faults
            follower.faults.clear()

    async def _visit(self) -> None:
        """Come, look around and go, in any way."""
        for number in itertools.count():
            follower = Follower(self.served.ws)
            await follower.open()
            await asyncio.sleep(self._chance.uniform(0, 1))
            if number % 2:
                await follower.open()
            await follower.drop(abort=number % 3 == 0)
            self.faults += follower.faults
            self.done["visits"] += 1

    async def _call(self) -> None:
        """Use HTTP for everything it is for."""
        for number in itertools.count():
            pushed = await self.http.post("/api/push", json={"question": f"what is {number} minus 1"})
            job = pushed.raise_for_status().json()["id"]
            for path in (f"/api/jobs/{job}", "/api/get_queue/done?limit=50", "/metrics", "/health"):
                (await self.http.get(path)).raise_for_status()
            (await self.http.get("/api/get_tts_audio", params={"text": "hello"})).raise_for_status()
            await asyncio.sleep(0.5)
            self.done["rounds over HTTP"] += 1


class Watch:
    """Take samples of a server."""

    def __init__(self, served: Served, folder: Path) -> None:
        self._served = served
        self._folder = folder
        self._began = time.monotonic()
        self.samples: list[Sample] = []

    async def run(self, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            self.samples.append(self._sample())

    def _sample(self) -> Sample:
        pid = self._served.process.pid
        watched = [line.split() for line in self._served.output if line.startswith("watched")]
        self._served.output.clear()
        return Sample(
            at_s=round(time.monotonic() - self._began, 1),
            rss_mib=resident_mib(pid),
            engines_mib=sum(map(resident_mib, children(pid))),
            tasks=max((float(tasks) for _, tasks, _ in watched), default=0.0),
            descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
            lag_ms=max((float(lag) for _, _, lag in watched), default=0.0),
            wal_kib=_kib(self._folder / f"{NAME}-wal"),
            database_kib=_kib(self._folder / NAME),
        )


def _kib(file: Path) -> float:
    return file.stat().st_size / 1_024 if file.exists() else 0.0


def slope(samples: list[Sample], what: str) -> float:
    """Return by how much a figure grows in an hour, by least squares."""
    hours = [sample.at_s / 3_600 for sample in samples]
    return float(np.polyfit(hours, [getattr(sample, what) for sample in samples], 1)[0])


async def run(minutes: float, folder: Path) -> tuple[list[Sample], Counter[str], list[str]]:
    """Return the samples, what was done, and what went wrong."""
    async with slow_model() as chat:
        with serving(folder, *SETTINGS, *chat, module="bench.watched_server") as served:
            await until_ready(served)
            async with httpx.AsyncClient(base_url=served.url, timeout=60, trust_env=False) as http:
                load, watch = Load(served, http), Watch(served, folder)
                working = [asyncio.create_task(kind(), name=kind.__name__) for kind in load.kinds()]
                watching = asyncio.create_task(watch.run(minutes * 60 / SAMPLES))
                ended, _ = await asyncio.wait(
                    [*working, watching], timeout=minutes * 60, return_when=asyncio.FIRST_COMPLETED
                )
                for task in (*working, watching):
                    task.cancel()
                await asyncio.wait([*working, watching])
    load.faults += [f"{task.get_name()} ended: {task.exception()!r}" for task in ended]
    return watch.samples, load.done, load.faults


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        samples, done, faults = asyncio.run(run(chosen.minutes, Path(folder)))
    print(f"{chosen.minutes:g} minutes: " + ", ".join(f"{count} {what}" for what, count in sorted(done.items())))
    print(f"{'':14}{'first':>10}{'middle':>10}{'last':>10}{'most':>10}{'an hour':>12}")
    late = samples[len(samples) // 2 :]
    for figure in (field.name for field in fields(Sample) if field.name != "at_s"):
        values = [getattr(sample, figure) for sample in samples]
        shown = "".join(f"{value:10.1f}" for value in (values[0], values[len(values) // 2], values[-1], max(values)))
        print(f"{figure:14}{shown}{slope(late, figure):+12.2f}")
    print(f"faults {len(faults)}", *faults[:10], sep="\n  ")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(sample) for sample in samples], indent=1))
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
