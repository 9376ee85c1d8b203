"""One event to many clients: deliveries a second, next to python-socketio's room and websockets' `broadcast`.

Each server gets the same event as an object, encodes it once or more, and sends it to every client; all run on uvloop
without compression, in a process each, and are measured in turns. A round is a number of events, one after the other;
it ends when the clients (another process) have received them all, counted frame by frame. The first round is not
counted. CPU is the server's own.

    python -m bench.fanout [--clients 200 500] [--rounds 7] [--events 100] [--json FILE]
"""

import argparse
import asyncio
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench.event import SUBSCRIBE
from bench.process import Server, started
from bench.raw import TEXT, RawSocket, opened, raise_limits
from bench.repeats import Repeats, keep, show

NAMES = ("genie", "socketio", "broadcast")
SOCKETIO = "/socket.io/?EIO=4&transport=websocket"
GOALS = {"socketio": 2.0, "broadcast": 0.8}
ROUND_S = 60.0


class Audience:
    """The clients of one server, and how many events they have received together."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.received = 0
        self._ready = 0
        self._ones: list[RawSocket] = []
        self._changed = asyncio.Event()

    async def gather(self, count: int) -> None:
        """Connect clients until there are so many that follow."""
        path = SOCKETIO if self.server.name == "socketio" else "/ws"
        while len(self._ones) < count:
            one = await opened(self.server.host, self.server.port, self._hear, path)
            self._ones.append(one)
            match self.server.name:
                case "genie":
                    one.send(TEXT, b'{"type":"hello","protocol":1}')
                    one.send(TEXT, SUBSCRIBE)
                case "socketio":
                    one.send(TEXT, b"40")
                case _:
                    self._ready += 1
        await self._until(lambda: self._ready >= count)

    async def round(self, events: int) -> float:
        """Have events sent and return how many deliveries a second there were."""
        self.received = 0
        wanted = events * len(self._ones)
        began = time.monotonic()
        self.server.command(f"emit {events} 0")
        await self._until(lambda: self.received >= wanted)
        took = time.monotonic() - began
        await asyncio.to_thread(self.server.answer)
        assert self.received == wanted, f"{self.received} instead of {wanted}"
        return wanted / took

    def _hear(self, opcode: int, payload: bytes) -> None:
        if b"todo_update" in payload:
            self.received += 1
        elif b'"subscribed"' in payload or payload.startswith(b"40"):
            self._ready += 1
        self._changed.set()

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(ROUND_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


async def run(clients: list[int], rounds: int, events: int) -> list[Repeats]:
    table: list[Repeats] = []
    with ExitStack() as stack:
        audiences = [Audience(stack.enter_context(started(name))) for name in NAMES]
        for count in clients:
            rates: dict[str, list[float]] = {name: [] for name in NAMES}
            cpu: dict[str, list[float]] = {name: [] for name in NAMES}
            for audience in audiences:
                await audience.gather(count)
                await audience.round(events)
            for _ in range(rounds):
                for audience in audiences:
                    name, before = audience.server.name, audience.server.cpu()
                    rates[name].append(await audience.round(events))
                    used = audience.server.cpu() - before
                    cpu[name].append(used / (events * count) * 1e6)
            table += [Repeats(f"{name}, {count} clients (deliveries/s)", rates[name]) for name in NAMES]
            table += [Repeats(f"{name}, {count} clients (CPU µs each)", cpu[name]) for name in NAMES]
            for name, goal in GOALS.items():
                ratios = [one / other for one, other in zip(rates["genie"], rates[name], strict=True)]
                table.append(Repeats(f"genie / {name}, {count} (goal ≥ {goal:g})", ratios))
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, nargs="+", default=[200, 500])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--events", type=int, default=100)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    raise_limits()
    load = os.getloadavg()[0]
    table = uvloop.run(run(sorted(chosen.clients), chosen.rounds, chosen.events))
    print(f"load before: {load:.2f}, {chosen.rounds} rounds of {chosen.events} events")
    show(table)
    keep(table, chosen.json, load=load)


if __name__ == "__main__":
    main()
