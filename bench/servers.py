"""The servers that benches compare, each in a process of its own: genie as it is, and its peers.

    python -m bench.servers NAME [table.key=value …]

It prints its address, then carries out the commands that come on standard input, one a line, and answers each with a
line of JSON: `measure` tells what the process holds, `cpu` what it has used, `emit N SECONDS` sends an event to every
client N times at that pace, or as fast as it can.
Every server runs on uvloop, without compression unless the name says otherwise.
"""

import asyncio
import contextlib
import gc
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.event import event
from genie import app, config, logs, messages
from genie.audio.engine import Detector, Heard
from genie.audio.engines.choose import Engines, choose
from genie.audio.engines.slot import Slot, Small
from genie.audio.pcm import Int16
from genie.errors import GenieError
from genie.rest.hub import update_of
from genie.rest.server import Server
from genie.settings import Settings
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber

Emit = Callable[[], Awaitable[None]]
Serve = Callable[[Callable[[str], None], list[str]], Awaitable[None]]

MAX_CONNECTIONS = 5_000


class Console:
    """Carry out commands from standard input."""

    def __init__(self, emit: Emit, held: Callable[[], dict[str, float]] = dict) -> None:
        self._emit = emit
        self._held = held
        self._task: asyncio.Task[None] | None = None

    def open(self, address: str) -> None:
        """Tell the address and begin to listen to commands."""
        print(address, flush=True)
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while line := await asyncio.to_thread(sys.stdin.readline):
            match line.split():
                case ["measure"]:
                    print(json.dumps(measured() | self._held()), flush=True)
                case ["cpu"]:
                    print(json.dumps(used()), flush=True)
                case ["emit", count, pace]:
                    await self._emit_all(int(count), float(pace))
                    print("{}", flush=True)

    async def _emit_all(self, count: int, pace: float) -> None:
        due = time.monotonic()
        for _ in range(count):
            await self._emit()
            due += pace
            await asyncio.sleep(max(0.0, due - time.monotonic()))


def measured() -> dict[str, float]:
    """Return resident bytes, tasks, threads and open descriptors of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "resident": pages * os.sysconf("SC_PAGE_SIZE"),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }


def used() -> dict[str, float]:
    """Return the CPU seconds of this process; nothing is tidied up for it, which would count."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": usage.ru_utime + usage.ru_stime}


async def _nothing() -> None:
    return


class NullDetector(FakeDetector):
    """Say at once that everything is speech."""

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        return [1.0] * len(frames)


class NullTranscriber(FakeTranscriber):
    """Hear nothing."""

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        return [Heard("") for _ in streams]

    def finish(self, stream: str) -> Heard:
        return Heard("")


def fake_engines(settings: Settings, *, detector: bool) -> Engines:
    """Return engines that cost nothing; with `detector` sound passes the one that is really used."""
    real = choose(settings, ())
    return Engines(
        stt=Slot(Small("fake", NullTranscriber), None, 60.0),
        tts=Slot(Small("fake", FakeSynthesizer), None, 60.0),
        vad=real.vad if detector else Slot[Detector](Small("fake", NullDetector), None, 60.0),
    )


def genie(own: list[str], *, engines: str = "fake") -> None:
    """Serve genie; `engines` says which are real: none ("fake"), the detector, or all."""
    flags = dict(setting.split("=", 1) for setting in own)
    with tempfile.TemporaryDirectory() as folder:
        settings = config.load(
            flags={
                "server.port": "0",
                "server.data": folder,
                "server.max_connections": str(MAX_CONNECTIONS),
                "server.max_connections_per_address": str(MAX_CONNECTIONS),
                "server.requests_per_s": "100000",
                "server.log_level": "warning",
                **flags,
            }
        )
        logs.set_up(settings.server.log_level, settings.server.log_format)
        chosen = None if engines == "all" else fake_engines(settings, detector=engines == "detector")
        house = app.furnish(settings, engines=chosen)

        async def emit() -> None:
            house.hub.publish_event(event())

        def held() -> dict[str, float]:
            hub = house.hub
            return {"sockets": hub.sockets, "sessions": hub.sessions, "ready": float(house.engines.ready())}

        console = Console(emit, held)
        Server(app.assemble(house), house.hub, settings.server, console.open).run()


class Peer(uvicorn.Server):
    """uvicorn with a console."""

    def __init__(self, served: Any, console: Console, **options: Any) -> None:
        super().__init__(uvicorn.Config(served, port=0, log_level="error", **options))
        self._console = console

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self._console.open(f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}")


def starlette(handle: Callable[[WebSocket], Awaitable[None]], **options: Any) -> None:
    """Serve one handler of sockets, bare."""
    served = Starlette(routes=[WebSocketRoute("/ws", partial(_until_gone, handle))])
    Peer(served, Console(_nothing), **options).run()


async def _until_gone(handle: Callable[[WebSocket], Awaitable[None]], websocket: WebSocket) -> None:
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await handle(websocket)


async def _echo(websocket: WebSocket) -> None:
    event = await websocket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect
    if (data := event.get("bytes")) is not None:
        await websocket.send_bytes(data)
    else:
        await websocket.send_text(event["text"])


async def _sink(websocket: WebSocket) -> None:
    event = await websocket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect


def socketio() -> None:
    """Serve python-socketio; every client is in one room."""
    from socketio import ASGIApp, AsyncServer

    # its pings are frames of text, which the bench's clients do not answer
    server = AsyncServer(async_mode="asgi", cors_allowed_origins="*", ping_interval=3_600)

    async def connect(sid: str, environ: dict[str, Any]) -> None:
        await server.enter_room(sid, "followers")

    server.on("connect", connect)

    async def emit() -> None:
        await server.emit(
            "todo_update", update_of(event()).model_dump(mode="json", exclude_none=True), room="followers"
        )

    Peer(ASGIApp(server), Console(emit), ws_per_message_deflate=False).run()


def broadcast() -> None:
    """Serve websockets' own server; an event goes out by its `broadcast`."""
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    clients: set[ServerConnection] = set()

    async def follow(connection: ServerConnection) -> None:
        clients.add(connection)
        with contextlib.suppress(Exception):
            await connection.wait_closed()
        clients.discard(connection)

    async def emit() -> None:
        broadcast(clients, messages.encode(update_of(event())))

    async def run() -> None:
        async with serve(follow, "127.0.0.1", 0, compression=None) as server:
            Console(emit).open(f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}")
            await server.serve_forever()

    uvloop.run(run())


def main() -> None:
    name, *own = sys.argv[1:]
    match name:
        case "genie":
            genie(own)
        case "genie-detector":
            genie(own, engines="detector")
        case "genie-engines":
            genie(own, engines="all")
        case "echo":
            starlette(_echo, ws_per_message_deflate=False)
        case "sink":
            starlette(_sink, ws_per_message_deflate=False)
        case "default":
            starlette(_sink)
        case "socketio":
            socketio()
        case "broadcast":
            broadcast()
        case _:
            raise SystemExit(f"no such server: {name}")


if __name__ == "__main__":
    main()
