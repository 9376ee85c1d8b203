"""Kept sound in formats whose length is known only once they were encoded whole: MP3 and Ogg, in memory for a while."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakValueDictionary

from genie.audio.encoding import Encoder
from genie.audio.format import Format
from genie.memory.kept_sound import KeptSound
from genie.memory.shelf import SoundKind

HELD_BYTES = 33_554_432
"""Bytes that are held, those asked for last: an hour of MP3. What is read slowly counts until it was read."""

LONGEST_S = 600.0
"""Seconds of a sound that is encoded whole: 6 MB of MP3, five seconds of work."""

AT_ONCE = 2
"""How many are encoded at once, each for another user: a user with a hundred long answers delays no one else's."""

BLOCK = 65_536
"""Bytes that are given away at once; whoever reads slowly has no more than that of their own."""


class Name(NamedTuple):
    """What a rendition is of: the sound of a job as it was written then, in a format."""

    kind: SoundKind
    job: str
    stamp: str
    form: Format


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Rendition:
    """A sound that was encoded whole."""

    data: bytes

    async def part(self, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Yield the bytes from `start` up to `end`."""
        for at in range(start, end, BLOCK):
            yield self.data[at : min(at + BLOCK, end)]


class Renditions:
    """Encode each sound once for all who ask for parts of it within a while."""

    def __init__(self, held_bytes: int = HELD_BYTES) -> None:
        self._held_bytes = held_bytes
        self._held: OrderedDict[Name, Rendition] = OrderedDict()  # what was not asked for for longest comes first
        self._alive: WeakValueDictionary[Name, Rendition] = WeakValueDictionary()  # held, or still being read
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._making: set[Name] = set()

    @property
    def size(self) -> int:
        """The bytes of all that are held or still being read."""
        return sum(len(each.data) for each in self._alive.values())

    async def of(self, name: Name, sound: KeptSound, user: str) -> Rendition | None:
        """Return a sound in a format, None where it is too long or slow readers hold too much already.

        Cancelling it ends the work within a second of sound. Raises what reading does.
        """
        if sound.samples > LONGEST_S * sound.rate:
            return None
        turn = self._turns.setdefault(user, asyncio.Lock())
        async with turn:
            if (known := self._alive.get(name)) is not None:
                self._hold(name, known)
                return known
            async with self._places:
                self._make_room()
                return await self._make(name, sound) if self.size <= self._held_bytes else None

    def forget(self, job: str, *kinds: SoundKind) -> None:
        """Hold no sounds of a job any longer, neither those that are being encoded."""
        self._making = {name for name in self._making if name.job != job or name.kind not in kinds}
        for name in [name for name in self._held if name.job == job and name.kind in kinds]:
            del self._held[name]

    async def _make(self, name: Name, sound: KeptSound) -> Rendition:
        self._making.add(name)
        try:
            rendition = Rendition(await _encoded(sound, name.form))
            if name in self._making:
                self._hold(name, rendition)
        finally:
            self._making.discard(name)
        return rendition

    def _hold(self, name: Name, rendition: Rendition) -> None:
        self._alive[name] = self._held[name] = rendition
        self._held.move_to_end(name)
        self._make_room(but=1)

    def _make_room(self, but: int = 0) -> None:
        """Let go of what was not asked for for longest, as long as it is too much, `but` for the last ones."""
        while self.size > self._held_bytes and len(self._held) > but:
            self._held.popitem(last=False)


async def _encoded(sound: KeptSound, form: Format) -> bytes:
    encoder = Encoder(form, sound.rate, whole=True)
    async with aclosing(sound.pcm()) as blocks:
        async for samples in blocks:
            await asyncio.to_thread(encoder.push, samples)
    return await asyncio.to_thread(encoder.finish)
