"""A server process of `bench.servers`: started, commanded and ended by the bench that measures it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(slots=True)
class Server:
    """A running server; `host` and `port` are where its sockets are."""

    name: str
    process: "subprocess.Popen[str]"
    host: str = ""
    port: int = 0

    def command(self, text: str) -> None:
        """Send a command; `answer` returns what comes of it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, float]:
        assert self.process.stdout is not None
        answer: dict[str, float] = json.loads(self.process.stdout.readline())
        return answer

    def measure(self) -> dict[str, float]:
        """Return what the process holds."""
        self.command("measure")
        return self.answer()

    def cpu(self) -> float:
        """Return the CPU seconds that the process has used."""
        self.command("cpu")
        return self.answer()["cpu"]


@contextmanager
def started(name: str, *settings: str) -> Iterator[Server]:
    """Start a server of `bench.servers`, and end it."""
    command = [sys.executable, "-m", "bench.servers", name, *settings]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    server = Server(name, process)
    try:
        address = urlsplit(process.stdout.readline().strip())
        if address.hostname is None or address.port is None:
            raise RuntimeError(f"{name} did not start")
        server.host, server.port = address.hostname, address.port
        yield server
    finally:
        process.stdin.close()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stdout.close()
