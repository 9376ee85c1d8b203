"""How long a spoken turn takes, and how much of that is genie's own: everything except calls of engines.

A real server process; a client that streams the spoken clips at the pace they were spoken, releases the button and
waits. Times are taken at the client, from release to the final transcript, the first text and the first sound of the
answer. The server logs each engine call with its monotonic times; what no engine call covers is genie's own.

    python -m bench.roundtrip [--turns 30] [--set table.key=value …] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from bench.latencies import Latencies, latencies, show
from bench.repeats import keep
from genie import messages
from tests.serving import Served, client, until_ready

CLIPS = Path(__file__).parent.parent / "tests" / "clips"
GOALS_MS = {"own part of first sound": 15.0, "stop → last sound": 100.0, "health": 50.0, "loop lag": 20.0}
STOPS = 20

Span = tuple[float, float]


@dataclass(frozen=True)
class Turn:
    """One turn's moments, by the monotonic clock (s)."""

    clip: str
    released: float
    final: float
    text: float
    sound: float


def uncovered(span: Span, calls: list[Span]) -> float:
    """Return how much of a span (s) no call covers."""
    begin, end = span
    own, at = 0.0, begin
    for call_begin, call_end in sorted(calls):
        if call_end <= at or call_begin >= end:
            continue
        own += max(0.0, call_begin - at)
        at = max(at, call_end)
    return own + max(0.0, end - at)


async def turn(served: Served, clip: Path) -> Turn:
    """Speak one clip and wait until its answer has begun to sound."""
    async with client(served, timezone="Europe/Berlin") as one:
        await one.request(messages.ListenStart(sample_rate=16_000))
        await one.speak(clip)
        released = time.monotonic()
        await one.send(messages.ListenStop(ref="stop"))
        await one.wait(messages.Transcript, lambda message: message.final)
        final = time.monotonic()
        await one.wait(messages.AnswerDelta)
        text = time.monotonic()
        async with asyncio.timeout(30):
            while not one.sound:
                await one.receive()
        sound = time.monotonic()
        await one.wait(messages.AudioEnd)
    return Turn(clip.name, released, final, text, sound)


async def stop(served: Served, after_s: float) -> float:
    """Let a long answer be spoken, stop it, and return how long its sound still came (s)."""
    async with client(served) as one:
        await one.request(messages.Ask(text="what can you do"))
        while not one.sound:
            await one.receive()
        await asyncio.sleep(after_s)
        stopped = last = time.monotonic()
        await one.send(messages.SpeechStop())
        async with asyncio.timeout(10):
            while not any(isinstance(message, messages.AudioEnd) for message in one.seen):
                if await one.receive() is None:
                    last = time.monotonic()
    return last - stopped


async def ping(url: str, latencies: list[float]) -> None:
    """Ask for the health of the server ten times a second."""
    async with httpx.AsyncClient(base_url=url) as http:
        while True:
            began = time.monotonic()
            await http.get("/health")
            latencies.append(time.monotonic() - began)
            await asyncio.sleep(0.1)


def engine_calls(output: list[str]) -> list[Span]:
    """Return when engine calls began and ended, from the server's log."""
    found = (re.search(r"engine_call .*began=([\d.]+) ended=([\d.]+)", line) for line in output)
    return [(float(match[1]), float(match[2])) for match in found if match]


async def run(turns: int, settings: list[str]) -> tuple[list[Latencies], list[Turn]]:
    """Serve, talk, and return the table."""
    clips = sorted(CLIPS.glob("*.wav"))
    health: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        lags_file = Path(folder) / "lags.json"
        served, process = start(folder, settings, lags_file)
        try:
            await until_ready(served, ear="")
            await turn(served, clips[0])
            pinging = asyncio.create_task(ping(served.url, health))
            began = time.monotonic()
            results = [await turn(served, clips[number % len(clips)]) for number in range(turns)]
            ended = time.monotonic()
            stops = [await stop(served, 0.1 * number) for number in range(STOPS)]
            pinging.cancel()
        finally:
            process.terminate()
            process.wait(20)
        lags = [lag for due, lag in json.loads(lags_file.read_text()) if began < due < ended]
    calls = engine_calls(served.output)
    table = [
        latencies("release → final transcript", (t.final - t.released for t in results)),
        latencies("release → first text", (t.text - t.released for t in results)),
        latencies("release → first sound", (t.sound - t.released for t in results)),
        latencies("own part of final transcript", (uncovered((t.released, t.final), calls) for t in results)),
        latencies("own part of first sound", (uncovered((t.released, t.sound), calls) for t in results)),
        latencies("stop → last sound", stops),
        latencies("health", health),
        latencies("loop lag", lags),
    ]
    return table, results


def start(folder: str, settings: list[str], lags_file: Path) -> tuple[Served, "subprocess.Popen[str]"]:
    """Start the probed server; settings become variables of its environment."""
    chosen = {f"GENIE_{name.replace('.', '__').upper()}": value for name, value in (s.split("=", 1) for s in settings)}
    variables = {
        **os.environ,
        "GENIE_SERVER__PORT": "0",
        "GENIE_SERVER__DATA": folder,
        "GENIE_SERVER__LOG_LEVEL": "debug",
        "GENIE_BENCH_LAGS": str(lags_file),
        "HF_HUB_OFFLINE": "1",
        **chosen,
    }
    command = [sys.executable, "-m", "bench.probed_server"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables)
    served = Served("", process)
    ready = threading.Event()

    def follow() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            served.output.append(line)
            if not served.url and line.startswith("http://"):
                served.url = line.strip()
                ready.set()
        ready.set()

    threading.Thread(target=follow, daemon=True).start()
    if not ready.wait(30) or not served.url:
        raise RuntimeError("the server did not start:\n" + "".join(served.output))
    return served, process


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--turns", type=int, default=30)
    options.add_argument("--set", action="append", default=["stt.engine=embedded", "tts.engine=embedded"])
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    table, turns = asyncio.run(run(chosen.turns, chosen.set))
    print(f"load before: {load:.2f}, {len(turns)} turns")
    show(table, lambda what: f"≤ {GOALS_MS[what]:g} at {'p95' if 'own' in what else 'p99'}" if what in GOALS_MS else "")
    keep(table, chosen.json, load=load, turns=[asdict(turn) for turn in turns])


if __name__ == "__main__":
    main()
