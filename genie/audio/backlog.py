"""Sound on its way from the socket to the detector."""

import asyncio

import numpy as np

from genie.audio.pcm import Int16

SAMPLE_BYTES = 2


class Backlog:
    """PCM16 on its way from the socket to the detector, at most `seconds` of it; the oldest is dropped.

    It is taken `step_s` seconds at a time or more, so that frames which come one by one need not be heard one by one.
    """

    def __init__(self, rate: int, seconds: float, step_s: float = 0.0) -> None:
        self._limit = round(rate * seconds) * SAMPLE_BYTES
        self._step = max(SAMPLE_BYTES, min(round(rate * step_s) * SAMPLE_BYTES, self._limit))
        self._sound = bytearray()
        self._closed = False
        self._more = asyncio.Event()

    def push(self, data: bytes) -> bool:
        """Add PCM16 bytes, in pieces of any length; return False when old sound had to go."""
        if self._closed:
            return True
        self._sound += data
        if len(self._sound) >= self._step:
            self._more.set()
        excess = len(self._sound) - self._limit
        if excess <= 0:
            return True
        del self._sound[: excess + excess % SAMPLE_BYTES]
        return False

    def close(self) -> None:
        """Say that no more sound comes."""
        self._closed = True
        self._more.set()

    @property
    def ended(self) -> bool:
        """Whether it is closed and holds no whole sample any more."""
        return self._closed and len(self._sound) < SAMPLE_BYTES

    async def take(self) -> Int16 | None:
        """Return all whole samples that wait as soon as they are a step, or None when it is closed and has none."""
        while len(self._sound) < self._step and not self._closed:
            self._more.clear()
            await self._more.wait()
        if len(self._sound) < SAMPLE_BYTES:
            return None
        whole = len(self._sound) - len(self._sound) % SAMPLE_BYTES
        taken = np.frombuffer(bytes(self._sound[:whole]), "<i2").astype(np.int16, copy=False)
        del self._sound[:whole]
        return taken
