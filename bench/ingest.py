"""What incoming sound costs: CPU of a server to which clients speak at once, 50 frames of 20 ms a second each.

`echo` is a bare Starlette socket on uvicorn that sends each frame back; `sink` one that throws it away. genie sends
nothing back for a frame: it checks sizes and rates, keeps a bounded backlog, resamples, cuts detector frames, passes
them through the detector's lane and collects an utterance, decoded every half second. In `genie` the detector and the
engines are fakes that say at once that everything is speech; the lines below add the detector that is really used, and
all engines. All run on uvloop without compression, in a process each, and are measured in turns. CPU is that of the
server's process with its threads, in microseconds a frame.

    python -m bench.ingest [--clients 50] [--rounds 5] [--seconds 5] [--json FILE]
"""

import argparse
import asyncio
import os
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import uvloop

from bench.process import Server, started
from bench.raw import BINARY, TEXT, RawSocket, opened, raise_limits
from bench.repeats import Repeats, keep, show
from tests.raw import frame

NAMES = ("genie", "echo", "sink", "genie-detector", "genie-engines")
GOAL = 1.3
FRAME_S = 0.02
FRAME_BYTES = 640
HELLO = b'{"type":"hello","protocol":1}'
START = b'{"type":"listen_start","ref":"s"}'
CANCEL = b'{"type":"listen_cancel","ref":"c"}'


class Speakers:
    """Clients of one server that speak at the same time."""

    def __init__(self, server: Server, sound: list[bytes]) -> None:
        self.server = server
        self._sound = sound
        self._ones: list[RawSocket] = []
        self._accepted = 0
        self._refused: list[bytes] = []

    async def gather(self, count: int) -> None:
        for _ in range(count):
            self._ones.append(await opened(self.server.host, self.server.port, self._hear))
            self._say(HELLO)

    async def speak(self, seconds: float) -> float:
        """Let everybody speak for a while and return the server's CPU, µs a frame."""
        await self._request(START)
        before = self.server.cpu()
        await asyncio.gather(*(self._stream(number, seconds) for number in range(len(self._ones))))
        used = self.server.cpu() - before
        await self._request(CANCEL)
        assert not self._refused, self._refused[0]
        return used / (len(self._ones) * round(seconds / FRAME_S)) * 1e6

    async def _stream(self, number: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        one, due = self._ones[number], loop.time() + FRAME_S * number / len(self._ones)
        for count in range(round(seconds / FRAME_S)):
            await asyncio.sleep(due - loop.time())
            one.transport.write(self._sound[count % len(self._sound)])
            due += FRAME_S

    def _say(self, request: bytes) -> None:
        if self.server.name.startswith("genie"):
            self._ones[-1].send(TEXT, request)

    async def _request(self, request: bytes) -> None:
        """Send a request from everybody and wait until all were accepted; peers know none."""
        if not self.server.name.startswith("genie"):
            return
        self._accepted = 0
        for one in self._ones:
            one.send(TEXT, request)
        async with asyncio.timeout(30):
            while self._accepted < len(self._ones):
                await asyncio.sleep(0.01)

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode != TEXT:
            return
        self._accepted += b'"type":"accepted"' in payload
        if b'"type":"error"' in payload:
            self._refused.append(payload)


def loud() -> list[bytes]:
    """Return frames of noise as loud as speech, ready to be sent."""
    noise = np.random.default_rng(7).integers(-8_000, 8_000, (50, FRAME_BYTES // 2), np.int16)
    return [frame(BINARY, each.astype("<i2").tobytes()) for each in noise]


async def run(clients: int, rounds: int, seconds: float) -> list[Repeats]:
    cpu: dict[str, list[float]] = {name: [] for name in NAMES}
    with ExitStack() as stack:
        everybody = [Speakers(stack.enter_context(started(name)), loud()) for name in NAMES]
        for speakers in everybody:
            while speakers.server.measure().get("ready") == 0:
                await asyncio.sleep(0.1)
            await speakers.gather(clients)
            await speakers.speak(1.0)
        for _ in range(rounds):
            for speakers in everybody:
                cpu[speakers.server.name].append(await speakers.speak(seconds))
    table = [Repeats(f"{name} (CPU µs a frame)", values) for name, values in cpu.items()]
    for other, goal in (("echo", f" (goal ≤ {GOAL:g})"), ("sink", "")):
        ratios = [one / base for one, base in zip(cpu["genie"], cpu[other], strict=True)]
        table.append(Repeats(f"genie / {other}{goal}", ratios))
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=50)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    raise_limits()
    load = os.getloadavg()[0]
    table = uvloop.run(run(chosen.clients, chosen.rounds, chosen.seconds))
    print(f"load before: {load:.2f}, {chosen.clients} clients, {chosen.rounds} rounds of {chosen.seconds:g} s")
    show(table)
    keep(table, chosen.json, load=load)


if __name__ == "__main__":
    main()
