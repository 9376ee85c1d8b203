"""One client that stops reading, among many that follow: what the others notice, and when it is let go.

Events of about 600 bytes go out at a steady pace. A client's latency is the time from the event to its arrival in the
clients' process. Phases without and with the stalled client come in turns, with a new one each time; it has a small
receive buffer, subscribes, and never reads again. It is let go when the server has closed its descriptor.

    python -m bench.stalled [--clients 50] [--repeats 5] [--seconds 12] [--pace 0.02] [--json FILE]
"""

import argparse
import asyncio
import os
import re
import socket
import time
from itertools import chain
from pathlib import Path

import httpx
import uvloop

from bench.event import SUBSCRIBE
from bench.process import Server, started
from bench.raw import TEXT, opened, raise_limits, upgrade
from bench.repeats import Repeats, keep, show
from tests.raw import frame

HELLO = b'{"type":"hello","protocol":1}'
GOAL_RATIO, GOAL_DROPPED_S = 1.2, 10.0
SMALL_BUFFER = 4_096


class Followers:
    """Clients that read, and how long events took to reach them (s)."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self._following = 0

    async def gather(self, server: Server, count: int) -> None:
        for _ in range(count):
            one = await opened(server.host, server.port, self._hear)
            one.send(TEXT, HELLO)
            one.send(TEXT, SUBSCRIBE)
        while self._following < count:
            await asyncio.sleep(0.01)

    def _hear(self, opcode: int, payload: bytes) -> None:
        if payload.startswith(b'{"seq":'):
            sent = int(payload[7 : payload.index(b",")])
            self.latencies.append((time.monotonic_ns() - sent) / 1e9)
        elif b'"subscribed"' in payload:
            self._following += 1


def stalled(server: Server) -> socket.socket:
    """Open a socket that follows and never reads."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    plain.connect((server.host, server.port))
    plain.sendall(upgrade(server.host, server.port))
    if not plain.recv(1_024).startswith(b"HTTP/1.1 101"):
        raise RuntimeError("the server refused a socket")
    plain.sendall(frame(TEXT, HELLO) + frame(TEXT, SUBSCRIBE))
    return plain


def descriptors(server: Server) -> int:
    """Return how many the server's process has open."""
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


async def until_let_go(server: Server, before: int) -> float:
    """Return after how many seconds the server had let go of the stalled client."""
    began = time.monotonic()
    while descriptors(server) > before:
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def phase(server: Server, followers: Followers, seconds: float, pace: float) -> list[float]:
    """Send events for a while and return their latencies (s)."""
    followers.latencies.clear()
    server.command(f"emit {round(seconds / pace)} {pace}")
    await asyncio.to_thread(server.answer)
    await asyncio.sleep(0.1)
    return followers.latencies.copy()


def p99(latencies: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    ordered = sorted(latencies)
    return ordered[round(0.99 * (len(ordered) - 1))] * 1_000


def closes(server: Server) -> dict[str, int]:
    """Return how many sockets the server closed, by code."""
    text = httpx.get(f"http://{server.host}:{server.port}/metrics").text
    return {code: int(float(n)) for code, n in re.findall(r'genie_socket_closes_total\{code="(\d+)"\} (\S+)', text)}


async def run(clients: int, repeats: int, seconds: float, pace: float) -> tuple[list[Repeats], dict[str, int]]:
    alone: list[list[float]] = []
    among: list[list[float]] = []
    let_go: list[float] = []
    with started("genie") as server:
        followers = Followers()
        await followers.gather(server, clients)
        await phase(server, followers, 2.0, pace)
        for _ in range(repeats):
            alone.append(await phase(server, followers, seconds, pace))
            before = descriptors(server)
            plain = await asyncio.to_thread(stalled, server)
            watching = asyncio.create_task(until_let_go(server, before))
            among.append(await phase(server, followers, seconds, pace))
            let_go.append(await watching)
            plain.close()
        codes = await asyncio.to_thread(closes, server)
    together = p99(list(chain(*among))) / p99(list(chain(*alone)))
    table = [
        Repeats("p99 without a stalled client (ms)", [p99(each) for each in alone]),
        Repeats("p99 with one (ms)", [p99(each) for each in among]),
        Repeats(f"with / without, all phases (goal ≤ {GOAL_RATIO:g})", [together]),
        Repeats(f"let go after (s, goal ≤ {GOAL_DROPPED_S:g})", let_go),
    ]
    return table, codes


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--seconds", type=float, default=12.0)
    options.add_argument("--pace", type=float, default=0.02)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    raise_limits()
    load = os.getloadavg()[0]
    table, codes = uvloop.run(run(chosen.clients, chosen.repeats, chosen.seconds, chosen.pace))
    print(f"load before: {load:.2f}, {chosen.clients} clients, an event every {chosen.pace * 1_000:g} ms")
    show(table)
    print("sockets closed by code:", codes)
    keep(table, chosen.json, load=load, codes=codes)


if __name__ == "__main__":
    main()
