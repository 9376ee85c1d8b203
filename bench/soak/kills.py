"""Kill the server at random moments while clients submit and jobs run; nothing that was accepted may be lost.

Every round starts a server on the same data, pushes questions as fast as they are accepted, and kills it with SIGKILL
after a random time. The ledger holds every id that the server answered with. At the end a server is left to finish, and
each id must be there once, ended once.

    python -m bench.soak.kills [--rounds 200] [--seed 1]
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from genie.memory.database import NAME
from tests.serving import Served, serving

CLIENTS = 4
LONGEST_S = 1.0
FINISH_S = 60.0
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.log_level=warning",
    "server.requests_per_s=100000",
    "queue.done_limit=100000",
    "memory.events=100000000",
)


@dataclass
class Report:
    """What the rounds came to."""

    rounds: int = 0
    accepted: list[str] = field(default_factory=list)
    damaged: int = 0
    lost: list[str] = field(default_factory=list)
    ended_twice: list[str] = field(default_factory=list)
    interrupted: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.damaged or self.lost or self.ended_twice)


async def submit(served: Served, name: str, ledger: list[str]) -> None:
    """Push questions until the server is gone; only what was answered counts."""
    async with httpx.AsyncClient(base_url=served.url, timeout=5, trust_env=False) as http:
        number = 0
        while True:
            number += 1
            try:
                reply = await http.post(
                    "/api/push", json={"question": f"what is {number} plus {number}", "key": f"{name}-{number}"}
                )
                ledger.append(reply.json()["id"])
            except (httpx.TransportError, KeyError, ValueError):
                return


async def one_round(folder: Path, number: int, chance: random.Random, ledger: list[str]) -> None:
    """Start, submit, kill."""
    with serving(folder, *SETTINGS) as served:
        clients = [asyncio.create_task(submit(served, f"{number}-{client}", ledger)) for client in range(CLIENTS)]
        await asyncio.sleep(chance.uniform(0.02, LONGEST_S))
        served.process.kill()
        await asyncio.to_thread(served.process.wait)
        await asyncio.wait(clients)


def is_damaged(folder: Path) -> bool:
    """Ask SQLite whether the file is whole."""
    connection = sqlite3.connect(folder / NAME)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    finally:
        connection.close()


async def finish(folder: Path) -> None:
    """Let a server work off what is left."""
    with serving(folder, *SETTINGS) as served:
        async with asyncio.timeout(FINISH_S), httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
            while True:
                queues = (await http.get("/health")).json()["queues"]
                if not queues["todo"] and not queues["run"]:
                    return
                await asyncio.sleep(0.1)


def judge(folder: Path, report: Report) -> None:
    """Compare the ledger with what is kept."""
    connection = sqlite3.connect(folder / NAME)
    try:
        kept = dict(connection.execute("SELECT id, job FROM job"))
        ends: dict[str, int] = {}
        ended = "steps LIKE '%done added%' OR steps LIKE '%dead added%'"
        query = f"SELECT json_extract(job, '$.id') FROM event WHERE {ended}"
        for (job,) in connection.execute(query):
            ends[job] = ends.get(job, 0) + 1
    finally:
        connection.close()
    report.lost = [
        job
        for job in report.accepted
        if '"queue":"done"' not in kept.get(job, "") and '"interrupted"' not in kept.get(job, "")
    ]
    report.ended_twice = [job for job, count in ends.items() if count > 1]
    report.interrupted = sum('"code":"interrupted"' in job for job in kept.values())


async def run(rounds: int, seed: int, folder: Path) -> Report:
    """Return what `rounds` kills came to."""
    report, chance = Report(), random.Random(seed)
    for number in range(rounds):
        await one_round(folder, number, chance, report.accepted)
        report.damaged += is_damaged(folder)
        report.rounds += 1
    await finish(folder)
    judge(folder, report)
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(chosen.rounds, chosen.seed, Path(folder)))
    print(f"{report.rounds} kills in {time.monotonic() - began:.0f} s, {len(report.accepted)} questions accepted")
    print(f"lost {len(report.lost)}, ended twice {len(report.ended_twice)}, damaged files {report.damaged}")
    print(f"interrupted twice and told so: {report.interrupted}")
    raise SystemExit(not report.is_clean)


if __name__ == "__main__":
    main()
