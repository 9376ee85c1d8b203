"""What a connection costs, and what is left of it when it has gone.

Idle: memory of the server per open socket, over many of them after `hello` (and after a few that came and went); next
to it a bare Starlette app on uvicorn with its default settings.
Reconnects: clients that come and go, some at a time, every second one without a word (a reset). Memory is compared
after a warm-up that leaves as many remembered sessions as there may be; tasks, descriptors, sockets and sessions have
to be what they were, at a server that remembers nobody for longer than a second.

    python -m bench.connections [--sockets 1000] [--repeats 3] [--json FILE]
"""

import argparse
import asyncio
import os
import time
from pathlib import Path

import uvloop

from bench.process import Server, started
from bench.raw import CLOSE, TEXT, RawSocket, opened, raise_limits
from bench.repeats import Repeats, keep, show

GOAL_KIB, GOAL_RATIO, GOAL_GROWTH_MIB = 40.0, 0.6, 1.0
SETTLED_S = 30.0
AT_ONCE = 50
WARM_UP = 20
WARM_UP_CHURNS = 5
HELLO = b'{"type":"hello","protocol":1}'
FORGETFUL = "server.resume_s=1"
COUNTED = ("tasks", "descriptors", "sockets", "sessions")


async def hello(server: Server) -> RawSocket:
    """Open a socket and say hello; where nobody answers to that, it is only sent."""
    answered = asyncio.Event()
    one = await opened(server.host, server.port, lambda opcode, payload: answered.set())
    one.send(TEXT, HELLO)
    if server.name.startswith("genie"):
        await answered.wait()
    return one


async def crowd(server: Server, count: int) -> list[RawSocket]:
    """Open many sockets, some at a time."""
    found: list[RawSocket] = []
    while len(found) < count:
        found += await asyncio.gather(*(hello(server) for _ in range(min(AT_ONCE, count - len(found)))))
    return found


async def leave(ones: list[RawSocket], *, every_second_aborts: bool = False) -> None:
    for number, one in enumerate(ones):
        if every_second_aborts and number % 2:
            one.abort()
        else:
            one.send(CLOSE, b"\x03\xe8")
    await asyncio.gather(*(one.lost for one in ones))


async def settled(server: Server, before: dict[str, float]) -> dict[str, float]:
    """Wait until tasks, descriptors and sockets are what they were, or time is over; return what there is."""
    end = time.monotonic() + SETTLED_S
    while True:
        now = server.measure()
        if all(now[name] <= before[name] for name in COUNTED) or time.monotonic() > end:
            return now
        await asyncio.sleep(0.2)


async def idle(server: Server, count: int) -> float:
    """Return the KiB of one open socket."""
    await leave(await crowd(server, WARM_UP))
    before = server.measure()
    ones = await crowd(server, count)
    after = server.measure()
    await leave(ones)
    return (after["resident"] - before["resident"]) / count / 1_024


async def growth(server: Server, count: int) -> float:
    """Return by how many MiB the server grew with clients that came and went, after as many as it remembers had."""
    for _ in range(WARM_UP_CHURNS):
        await churn(server, count)
    before = server.measure()
    await churn(server, count)
    return (server.measure()["resident"] - before["resident"]) / 1_024 / 1_024


async def left(server: Server, count: int) -> dict[str, float]:
    """Return how much more of what is counted there is when clients that came and went are forgotten."""
    before = server.measure()
    await churn(server, count)
    after = await settled(server, before)
    return {name: after[name] - before[name] for name in COUNTED}


async def churn(server: Server, count: int) -> None:
    for begin in range(0, count, AT_ONCE):
        await leave(await crowd(server, min(AT_ONCE, count - begin)), every_second_aborts=True)


async def run(count: int, repeats: int) -> tuple[list[Repeats], dict[str, float]]:
    kib: dict[str, list[float]] = {"genie": [], "default": [], "sink": []}
    for _ in range(repeats):
        for name, values in kib.items():
            with started(name) as server:
                await ready(server)
                values.append(await idle(server, count))
    grown: list[float] = []
    for _ in range(repeats):
        with started("genie") as server:
            await ready(server)
            grown.append(await growth(server, count))
    with started("genie", FORGETFUL) as server:
        await ready(server)
        more = await left(server, count)
    table = [
        Repeats("genie, idle socket (KiB)", kib["genie"]),
        Repeats("uvicorn's default (KiB)", kib["default"]),
        Repeats("the same without deflate (KiB)", kib["sink"]),
        Repeats(
            "genie / uvicorn's default", [one / other for one, other in zip(kib["genie"], kib["default"], strict=True)]
        ),
        Repeats(f"growth in {count} reconnects (MiB)", grown),
    ]
    return table, more


async def ready(server: Server) -> None:
    while server.name == "genie" and not server.measure()["ready"]:
        await asyncio.sleep(0.05)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sockets", type=int, default=1_000)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    raise_limits()
    load = os.getloadavg()[0]
    table, more = uvloop.run(run(chosen.sockets, chosen.repeats))
    print(f"load before: {load:.2f}, {chosen.sockets} sockets, {chosen.repeats} repeats")
    show(table)
    print(f"goals: idle ≤ {GOAL_KIB:g} KiB and ≤ {GOAL_RATIO:g} of the default; growth ≤ {GOAL_GROWTH_MIB:g} MiB")
    print("more than before the reconnects:", ", ".join(f"{name} {value:g}" for name, value in more.items()))
    keep(table, chosen.json, load=load, left=more)


if __name__ == "__main__":
    main()
