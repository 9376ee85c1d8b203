"""A WebSocket by hand: nothing answers pings or reads behind a test's back."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from tests.serving import Served


def handshake(served: Served) -> socket.socket:
    """Open a socket that takes in little at a time."""
    host, port = served.url.removeprefix("http://").split(":")
    raw = socket.create_connection((host, int(port)), timeout=10)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert raw.recv(1_024).startswith(b"HTTP/1.1 101")
    return raw


def held(served: Served, raw: socket.socket) -> bool:
    """Say whether the server still holds its end of a connection; the kernel may go on sending what it took."""
    here, there = (f"{port:04X}" for port in (raw.getsockname()[1], raw.getpeername()[1]))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    inodes = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{there}") and line[2].endswith(f":{here}")}
    return not inodes.isdisjoint(_open_files(served.process.pid))


def _open_files(pid: int) -> Iterator[str]:
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it is closed by now
            yield os.readlink(link)


def frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    """Return a client's frame; its mask is zeros, so that only the server has work with it."""
    size = len(payload)
    if size < 126:
        length = bytes((0x80 | size,))
    elif size < 65_536:
        length = b"\xfe" + size.to_bytes(2)
    else:
        length = b"\xff" + size.to_bytes(8)
    return bytes(((0x80 if final else 0) | opcode,)) + length + b"\0\0\0\0" + payload
