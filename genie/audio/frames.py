"""Sound of one microphone as it comes from the socket, cut into the frames that a detector takes."""

from collections.abc import AsyncGenerator

import numpy as np

from genie.audio.backlog import Backlog
from genie.audio.engine import LISTENING_RATE
from genie.audio.pcm import Framer, Int16, StreamResampler

FRAME = 512
"""Samples of one detector frame: 32 ms."""

FRAME_S = FRAME / LISTENING_RATE


class Frames:
    """Take PCM16 at `rate` Hz, at most `backlog_s` of it ahead of who reads; read it `step_s` or more at a time."""

    def __init__(self, rate: int, backlog_s: float, step_s: float) -> None:
        self._backlog = Backlog(rate, backlog_s, step_s)
        self._resampler = StreamResampler(rate, LISTENING_RATE)
        self._framer = Framer(FRAME)

    def push(self, pcm: bytes) -> bool:
        """Add PCM16 bytes, in pieces of any length; return False when old sound had to go."""
        return self._backlog.push(pcm)

    def close(self) -> None:
        """Say that no more sound comes."""
        self._backlog.close()

    async def read(self) -> AsyncGenerator[list[Int16], None]:
        """Yield what waits as frames of shape (FRAME,), until it is closed; the last one is filled up with silence.

        The last ones come together with what waited: somebody waits for the end.
        """
        ended = False
        while not ended:
            samples = await self._backlog.take()
            ended = self._backlog.ended
            if frames := [*self._cut(samples), *(self._rest() if ended else ())]:
                yield frames

    def _cut(self, samples: Int16 | None) -> list[Int16]:
        return [] if samples is None else list(self._framer.push(self._resampler.push(samples)))

    def _rest(self) -> list[Int16]:
        left = list(self._framer.push(self._resampler.push(np.zeros(0, np.int16), last=True)))
        tail = self._framer.take_left()
        return [*left, np.pad(tail, (0, FRAME - len(tail)))] if len(tail) else left
