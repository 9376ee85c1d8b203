"""Let clients come and go while jobs move: every client that stays is told every event once, in order.

Half of the clients stay from before the first job to after the last one. The others come, stay for a moment, leave
with a close or without a word, and come back to their session or to a new one; of those too nobody may miss an event.

    python -m bench.soak.churn [--clients 200] [--moves 2000] [--seed 1]
"""

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.follower import Follower, Lost
from tests.serving import DEAF, Served, serving

SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.log_level=warning",
    "server.requests_per_s=100000",
    "server.max_connections=1000",
    "server.max_connections_per_address=1000",
    "queue.done_limit=100",
)
STAY_S = 0.5
"""Seconds that a client which comes and goes stays at most."""

AT_ONCE = 8
"""Questions that are pushed together."""


@dataclass
class Report:
    """What came of it."""

    moves: int = 0
    events: int = 0
    told: int = 0
    visits: int = 0
    resumes: int = 0
    resyncs: int = 0
    faults: list[str] = field(default_factory=list)


async def come_and_go(served: Served, chance: random.Random, report: Report) -> None:
    """Be one client after the other, until cancelled."""
    follower = Follower(served.ws)
    while True:
        if chance.random() < 0.2:
            _close_account(follower, report)
            follower = Follower(served.ws)
        try:
            await follower.open()
            await asyncio.sleep(chance.uniform(0, STAY_S))
        except Lost as error:
            report.faults.append(f"a client that came was sent away: {error.__cause__}")
        except asyncio.CancelledError:
            _close_account(follower, report)
            raise
        finally:
            await follower.drop(abort=chance.random() < 0.5)
        report.visits += 1


def _close_account(follower: Follower, report: Report) -> None:
    report.faults += follower.faults
    report.resumes += follower.resumes
    report.resyncs += follower.resyncs
    report.told += follower.mirror.events


async def push(http: httpx.AsyncClient, watch: Follower, moves: int) -> None:
    """Push questions until so many moves were seen, as fast as the clients of this process can follow."""
    number = 0
    while watch.mirror.moves < moves:
        questions = [f"what is {number + each} plus {number}" for each in range(AT_ONCE)]
        pushed = await asyncio.gather(*(push_one(http, text) for text in questions))
        while pushed[-1] not in watch.mirror.queues["done"]:
            await asyncio.sleep(0.005)
        number += AT_ONCE


async def push_one(http: httpx.AsyncClient, question: str) -> str:
    """Push one question; it is its own key, and sent again where the connection was idle for too long."""
    asked = {"question": question, "key": question}
    try:
        reply = await http.post("/api/push", json=asked)
    except httpx.TransportError:
        reply = await http.post("/api/push", json=asked)
    return str(reply.raise_for_status().json()["id"])


async def judge(stayers: list[Follower], http: httpx.AsyncClient, report: Report) -> None:
    """Every client that stayed must know what is kept, from one unbroken row of events."""
    for number, stayer in enumerate(stayers):
        try:
            await stayer.agrees(http)
        except Lost:
            stayer.faults.append("was sent away")
        report.faults += [f"client {number}: {fault}" for fault in stayer.faults]
        report.told += stayer.mirror.events
    seen = {stayer.mirror.events for stayer in stayers}
    if len(seen) != 1:
        report.faults.append(f"clients that stayed were told {min(seen)} to {max(seen)} events")
    report.moves, report.events = stayers[0].mirror.moves, max(seen)


async def run(clients: int, moves: int, seed: int, folder: Path) -> Report:
    """Return what came of so many clients and moves."""
    report, chance = Report(), random.Random(seed)
    with serving(folder, *SETTINGS, module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url, timeout=20, trust_env=False) as http:
            stayers = [Follower(served.ws) for _ in range(clients // 2)]
            for stayer in stayers:
                await stayer.open()
            others = [
                asyncio.create_task(come_and_go(served, random.Random(chance.random()), report))
                for _ in range(clients - len(stayers))
            ]
            await push(http, stayers[0], moves)
            for other in others:
                other.cancel()
            await asyncio.wait(others)
            report.faults += [repr(o.exception()) for o in others if not o.cancelled() and o.exception()]
            await judge(stayers, http, report)
            for stayer in stayers:
                await stayer.drop()
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--moves", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(chosen.clients, chosen.moves, chosen.seed, Path(folder)))
    print(
        f"{report.moves} moves, {report.events} events in {time.monotonic() - began:.0f} s to {chosen.clients} clients"
    )
    print(
        f"{report.told} events told; {report.visits} visits, {report.resumes} resumes, {report.resyncs} told to resync"
    )
    print(f"faults {len(report.faults)}", *report.faults[:20], sep="\n  ")
    raise SystemExit(bool(report.faults))


if __name__ == "__main__":
    main()
