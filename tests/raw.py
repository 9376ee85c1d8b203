"""A WebSocket by hand: nothing answers pings or reads behind a test's back."""

import socket

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
