"""A client whose loudspeaker is only reckoned: it plays what it is sent in real time, and knows what was heard.

What it has played is the truth that genie's reckoning is compared with: it begins `JITTER_S` after the first sound has
arrived, plays what has arrived, and begins so anew when it ran dry.
"""

import asyncio
import time

from genie import messages
from tests.serving import Client

JITTER_S = 0.07
"""Seconds for which it gathers sound before it plays."""

REPORT_S = 1.0


class Player:
    """Hear one answer after the other."""

    def __init__(self, one: Client) -> None:
        self.one = one
        self.speech = 0
        self.rate = 1
        self.captions: dict[int, messages.Caption] = {}
        self.last_sound_at = 0.0
        self._got = 0
        self._began_at = 0.0
        self.gaps = 0
        """How often it ran dry in the middle."""

    async def hear(self, question: str) -> str:
        """Ask, and wait for the first sound; return the job."""
        accepted = await self.one.request(messages.Ask(text=question))
        assert isinstance(accepted, messages.Accepted) and accepted.job is not None
        began = await self._next(messages.AudioUpdate)
        self.speech, self.rate, self._got, self.captions = began.speech, began.sample_rate, 0, {}
        while not self._got:
            await self.receive()
        self._began_at, self.gaps = time.monotonic() + JITTER_S, 0
        return accepted.job

    def played(self) -> int:
        """Return the samples that came out of the loudspeaker."""
        return min(self._due(), self._got)

    def _due(self) -> int:
        """Return the samples that it would have played if it had them."""
        return round(max(0.0, time.monotonic() - self._began_at) * self.rate)

    async def listen(self, seconds: float, *, reports: bool) -> None:
        """Play for so long, and tell the server each second how far it is."""
        end, told = time.monotonic() + seconds, time.monotonic()
        while (now := time.monotonic()) < end:
            try:
                async with asyncio.timeout(min(end - now, max(0.001, told + REPORT_S - now) if reports else REPORT_S)):
                    await self.receive()
            except TimeoutError:
                pass
            if reports and time.monotonic() >= told + REPORT_S:
                told = time.monotonic()
                await self.one.send(messages.SpeechPlayed(speech=self.speech, samples=self.played()))

    async def receive(self) -> messages.Message | None:
        """Take the next frame."""
        message = await self.one.receive()
        if message is None:
            if self.speech in self.one.sound:
                self.last_sound_at = time.monotonic()
                if self._due() > self._got > 0:  # it had run dry
                    self._began_at = self.last_sound_at + JITTER_S - self._got / self.rate
                    self.gaps += 1
                self._got = len(self.one.sound[self.speech]) // 2
        elif isinstance(message, messages.Caption) and message.speech == self.speech:
            self.captions[message.first_sample] = message
        return message

    def words(self) -> list[tuple[str, int]]:
        """Return the words that are known, each with the sample at which it begins."""
        return [
            (caption.text[start:end], sample)
            for caption in self.captions.values()
            for start, end, sample in caption.words or ()
        ]

    async def _next(self, kind: type[messages.AudioUpdate]) -> messages.AudioUpdate:
        while True:
            message = await self.one.receive()
            if isinstance(message, kind):
                return message
