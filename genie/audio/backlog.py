"""Sound on its way from the socket to the detector."""

import asyncio
from collections import deque

import numpy as np

from genie.audio.pcm import Int16


class Backlog:
    """Sound on its way from the socket to the detector, at most `seconds` of it; the oldest is dropped."""

    def __init__(self, rate: int, seconds: float) -> None:
        self._limit = round(rate * seconds)
        self._chunks: deque[Int16] = deque()
        self._samples = 0
        self._odd = b""
        self._closed = False
        self._more = asyncio.Event()

    def push(self, data: bytes) -> bool:
        """Add PCM16 bytes, keeping half a sample for the next call; return False when old sound had to go."""
        if self._closed:
            return True
        data = self._odd + data
        whole = len(data) & ~1
        self._odd = data[whole:]
        self._chunks.append(np.frombuffer(data[:whole], "<i2").astype(np.int16, copy=False))
        self._samples += whole // 2
        self._more.set()
        fits = self._samples <= self._limit
        while self._samples > self._limit:
            self._samples -= len(self._chunks.popleft())
        return fits

    def close(self) -> None:
        """Say that no more sound comes."""
        self._closed = True
        self._more.set()

    async def take(self) -> Int16 | None:
        """Return all sound that waits, or None when it is closed and empty."""
        while not self._chunks:
            if self._closed:
                return None
            self._more.clear()
            await self._more.wait()
        taken = np.concatenate(list(self._chunks))
        self._chunks.clear()
        self._samples = 0
        return taken
