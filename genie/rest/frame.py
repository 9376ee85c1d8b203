"""A message as the bytes of one WebSocket frame, made once for all who get it."""

from typing import Protocol

Frame = str | bytes
"""A text or a binary message."""

TEXT, BINARY = 0x81, 0x82

WIRE = "genie.wire"
"""The name under which a server offers its wire among the extensions of an ASGI scope."""


class Wire(Protocol):
    """The way to one client, past the web framework."""

    def write(self, packet: bytes) -> bool:
        """Write a packed frame at once; return False when the client is behind or gone, and nothing was written."""


def packed(frame: Frame) -> bytes:
    """Return a whole message as servers send it: final, unmasked, uncompressed (RFC 6455, section 5.2)."""
    if isinstance(frame, str):
        opcode, payload = TEXT, frame.encode()
    else:
        opcode, payload = BINARY, frame
    size = len(payload)
    if size < 126:
        return bytes((opcode, size)) + payload
    if size < 65_536:
        return bytes((opcode, 126)) + size.to_bytes(2) + payload
    return bytes((opcode, 127)) + size.to_bytes(8) + payload
