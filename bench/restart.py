"""How soon a server that finds 10,000 waiting jobs serves its queues: from exec to each first answer.

The jobs are recorded by the real journal; then a server process is started on them. It works on them from its start on,
so what is measured competes with that. An empty folder in the same run shows what a start costs anyway.

    python -m bench.restart [--jobs 10000] [--repeats 5] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvloop
from ulid import ULID
from websockets.asyncio.client import connect

from genie import messages
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job

GOAL_S = 2.0
PORT = 7_991
STAGES = ("get_queue answered", "push accepted", "subscribe answered")
SETTINGS = ("stt.engine=embedded", "tts.engine=embedded", "queue.todo_limit=1000000")


async def fill(folder: Path, jobs: int) -> None:
    """Put so many jobs into todo."""
    journal = SqliteJournal(folder, kept=10_000)
    async with journal.opened():
        board = Board(journal, todo_limit=jobs, done_limit=1)
        now = datetime.now(UTC)
        pushes = (
            board.push(Job(id=str(ULID()), question=f"what is {number} plus 1", created_at=now))
            for number in range(jobs)
        )
        await asyncio.gather(*pushes)


def started(folder: Path) -> "subprocess.Popen[bytes]":
    flags = [part for setting in SETTINGS for part in ("--set", setting)]
    command = [sys.executable, "-m", "genie.cli", "serve", "--port", str(PORT), "--data", str(folder), *flags]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def start(folder: Path) -> list[float]:
    """Start a server and return the seconds to the first answer of each stage."""
    began = time.perf_counter()
    process = started(folder)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as http:
            await _listening(http)
            taken = [time.perf_counter() - began]
            pushed = await http.post("/api/push", json={"question": "what is 1 plus 1"})
            pushed.raise_for_status()
            taken.append(time.perf_counter() - began)
        async with connect(f"ws://127.0.0.1:{PORT}/ws", proxy=None, max_size=None) as socket:
            await socket.send(messages.encode(messages.Hello(protocol=messages.PROTOCOL, speech="never")))
            await socket.send(messages.encode(messages.Subscribe(topics=["todo", "run", "done", "dead"])))
            while '"subscribed"' not in str(await socket.recv()):
                pass
            taken.append(time.perf_counter() - began)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)
    return taken


async def _listening(http: httpx.AsyncClient) -> None:
    """Ask for the queue until it is answered."""
    async with asyncio.timeout(60):
        while True:
            try:
                (await http.get("/api/get_queue/todo")).raise_for_status()
                return
            except httpx.TransportError:
                await asyncio.sleep(0.01)


async def once(jobs: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        await fill(Path(folder), jobs)
        return await start(Path(folder))


async def run(jobs: int, repeats: int) -> dict[str, list[list[float]]]:
    """Return the stages' seconds of every start, by how many jobs there were."""
    taken: dict[str, list[list[float]]] = {"0": [], str(jobs): []}
    for _ in range(repeats):
        for count, starts in taken.items():
            starts.append(await once(int(count)))
    return taken


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--jobs", type=int, default=10_000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    taken = uvloop.run(run(chosen.jobs, chosen.repeats))
    print(f"load before: {load:.2f}, {chosen.repeats} starts each; seconds since exec: median (span)")
    for count, starts in taken.items():
        print(f"{count} jobs in todo")
        for stage, values in zip(STAGES, zip(*starts, strict=True), strict=True):
            print(f"  {stage:24}{statistics.median(values):6.2f}  ({min(values):.2f} to {max(values):.2f})")
    print(f"goal: each at most {GOAL_S:g} s")
    if chosen.json:
        chosen.json.write_text(json.dumps({"load": load, "starts": taken}, indent=1))


if __name__ == "__main__":
    main()
