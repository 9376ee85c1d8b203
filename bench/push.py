"""How soon a subscriber sees a question run: from sending it to `run_update`, through two durable commits.

A real server process, a subscriber's socket that follows `run`, and a client that asks one question at a time, by
`ask` on a socket of its own and by `POST /api/push`, in turns. Each repeat is a fresh server, its first questions not
counted.

    python -m bench.push [--repeats 5] [--asks 100] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import uvloop

from genie import messages
from tests.serving import Client, client, serving

GOAL_MS = 5.0
WARM_UP = 20
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.log_level=warning",
    "queue.questions_per_minute=1000000",
)
QUESTION = "what is two plus two"

Ask = Callable[[], Awaitable[str]]
"""Ask a question and return the id of its job."""


@dataclass(frozen=True)
class Row:
    """One line of the table: milliseconds, each a median over the repeats, with the span of the p50s."""

    what: str
    p50: float
    p50_span: tuple[float, float]
    p95: float


def row(what: str, repeats: list[list[float]]) -> Row:
    p50s = [statistics.median(each) for each in repeats]
    p95s = [statistics.quantiles(each, n=20)[-1] for each in repeats]
    return Row(what, statistics.median(p50s), (min(p50s), max(p50s)), statistics.median(p95s))


async def seen(subscriber: Client, ask: Ask) -> float:
    """Ask and return the milliseconds until the subscriber is told that it runs."""
    began = time.perf_counter()
    asking = asyncio.ensure_future(ask())
    update = await subscriber.wait(messages.RunUpdate, lambda update: update.change == "added")
    ended = time.perf_counter()
    if update.job.id != await asking:
        raise RuntimeError("another job runs")
    await subscriber.wait(messages.DoneUpdate, lambda update: update.change == "added")
    return (ended - began) * 1_000


async def once(synchronous: str, asks: int) -> dict[str, list[float]]:
    """Serve, and return the milliseconds of each way to ask."""
    settings = (*SETTINGS, f"memory.synchronous={synchronous}")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), *settings) as served:
        http = httpx.AsyncClient(base_url=served.url, trust_env=False)
        async with http, client(served, speech="never") as asker, client(served, speech="never") as subscriber:
            await subscriber.request(messages.Subscribe(topics=["run", "done"]))

            async def by_socket() -> str:
                return str(getattr(await asker.request(messages.Ask(text=QUESTION)), "job", ""))

            async def by_http() -> str:
                return str((await http.post("/api/push", json={"question": QUESTION})).json()["id"])

            taken: dict[str, list[float]] = {"ask on the socket": [], "POST /api/push": []}
            for _ in range(WARM_UP + asks):
                for way, ask in (("ask on the socket", by_socket), ("POST /api/push", by_http)):
                    taken[way].append(await seen(subscriber, ask))
    return {f"{synchronous}, {way}": each[WARM_UP:] for way, each in taken.items()}


async def run(repeats: int, asks: int) -> list[Row]:
    """Return the table."""
    taken: dict[str, list[list[float]]] = {}
    for _ in range(repeats):
        for synchronous in ("FULL", "NORMAL"):
            for way, each in (await once(synchronous, asks)).items():
                taken.setdefault(way, []).append(each)
    return [row(way, each) for way, each in taken.items()]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--asks", type=int, default=100)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    table = uvloop.run(run(chosen.repeats, chosen.asks))
    print(f"load before: {load:.2f}, {chosen.repeats} servers, {chosen.asks} questions each; push → run_update, ms")
    for line in table:
        low, high = line.p50_span
        print(f"{line.what:28} p50 {line.p50:6.2f} ({low:.2f} to {high:.2f})   p95 {line.p95:6.2f}")
    print(f"goal: p50 at most {GOAL_MS:g} ms")
    if chosen.json:
        chosen.json.write_text(json.dumps({"load": load, "rows": [asdict(line) for line in table]}, indent=1))


if __name__ == "__main__":
    main()
