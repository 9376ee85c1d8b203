"""A real server process, and a client of its socket; for tests and benches."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import soundfile
from websockets.asyncio.client import ClientConnection, connect

from genie import messages

START_S = 60.0
LOADED_S = 200.0
"""Importing torch takes its time where other tests run beside this one."""
ENDED_S = 15.0
"""How long a server may take that ends, where other tests run beside this one; `server.shutdown_s` is 4 at most."""
DEAF = "tests.deaf"
FRAME_S = 0.02

M = TypeVar("M", bound=messages.Message)


@dataclass(slots=True)
class Served:
    """A running server: where it is, its process, and what it printed."""

    url: str
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)

    @property
    def ws(self) -> str:
        return f"ws{self.url.removeprefix('http')}/ws"


@contextmanager
def serving(
    data: Path,
    *settings: str,
    environment: dict[str, str] | None = None,
    module: str = "genie.cli",
    conf: Path | None = None,
) -> Iterator[Served]:
    """Start `genie serve` on a free port of loopback, and end it with SIGTERM; `module` may serve it in its own way.

    `DEAF` is one for whoever says nothing to the server.
    """
    flags = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-m", module, "serve", "--port", "0", "--data", str(data), *flags]
    command += ["--conf", str(conf)] if conf else []
    variables = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=variables,
    )
    served = Served("", process)
    found = threading.Event()
    reading = threading.Thread(target=_follow, args=(served, found), daemon=True)
    reading.start()
    try:
        if not found.wait(START_S) or not served.url:
            raise RuntimeError("genie did not start:\n" + "".join(served.output))
        yield served
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            reading.join(5)
            assert process.stdout is not None
            process.stdout.close()


def _follow(served: Served, found: threading.Event) -> None:
    assert served.process.stdout is not None
    for line in served.process.stdout:
        served.output.append(line)
        if not served.url and (match := re.search(r"http://\S+", line)):
            served.url = match[0]
            found.set()
    found.set()


async def until_ready(served: Served, ear: str = "") -> None:
    """Wait until the ear and the voice are loaded; `ear` names the transcriber that must serve."""
    async with asyncio.timeout(LOADED_S), httpx.AsyncClient(base_url=served.url) as http:
        while True:
            engines = (await http.get("/health")).json()["engines"]
            if all(engine["state"] == "ready" for engine in engines.values()) and ear in ("", engines["stt"]["name"]):
                return
            await asyncio.sleep(0.1)


def forget_jobs(url: str) -> None:
    """Leave nothing in the queues of a server, nothing that is still to be heard, and no pause."""
    with httpx.Client(base_url=url, verify=False, trust_env=False) as http:
        for path in ("/api/queue/resume", "/api/reset-queues"):
            http.post(path).raise_for_status()


class Client:
    """Speak the socket's protocol; keep everything that came, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[messages.Message] = []
        self._unclaimed: list[messages.Message] = []
        self.sound: dict[int, bytearray] = {}

    async def send(self, message: messages.Message | bytes | str) -> None:
        await self.socket.send(messages.encode(message) if isinstance(message, messages.Message) else message)

    async def receive(self) -> messages.Message | None:
        """Take the next frame; sound is checked for gaps and kept by speech."""
        frame = await self.socket.recv()
        if isinstance(frame, str):
            message = messages.decode_server(frame)
            self.seen.append(message)
            self._unclaimed.append(message)
            return message
        speech, first, pcm = messages.decode_audio(frame)
        sound = self.sound.setdefault(speech, bytearray())
        assert first == len(sound) // 2, f"speech {speech} has a gap at sample {first}"
        sound += pcm
        return None

    def forget(self) -> None:
        """Keep nothing of what came until now."""
        self.seen.clear()
        self._unclaimed.clear()
        self.sound.clear()

    async def wait(self, kind: type[M], that: Callable[[M], bool] = lambda _: True, *, within: float = 30.0) -> M:
        """Take the first message of this kind that fits and that nobody has taken, or receive until it comes."""
        async with asyncio.timeout(within):
            while True:
                for message in self._unclaimed:
                    if isinstance(message, kind) and that(message):
                        self._unclaimed.remove(message)
                        return message
                await self.receive()

    async def request(self, request: messages.Request) -> messages.Message:
        """Send a request and return what answers it."""
        ref = f"r{len(self.seen)}"
        await self.send(request.model_copy(update={"ref": ref}))
        return await self.wait(messages.Message, lambda message: getattr(message, "ref", None) == ref)

    async def speak(self, clip: Path, *, pace: float = 1.0) -> None:
        """Send a recording as 20 ms frames, `pace` times as fast as it was spoken."""
        samples, rate = soundfile.read(clip, dtype="int16")
        step = round(rate * FRAME_S)
        start = asyncio.get_running_loop().time()
        for number, at in enumerate(range(0, len(samples), step)):
            await self.send(samples[at : at + step].tobytes())
            await asyncio.sleep(max(0.0, start + (number + 1) * FRAME_S / pace - asyncio.get_running_loop().time()))


@asynccontextmanager
async def client(served: Served, **hello: Any) -> AsyncIterator[Client]:
    """Open a socket and say hello; any number of frames may wait: with a full queue its end takes ten seconds."""
    async with connect(served.ws, max_size=None, max_queue=None, proxy=None) as socket:
        one = Client(socket)
        await one.send(messages.Hello(protocol=messages.PROTOCOL, **hello))
        await one.wait(messages.Connect)
        yield one
