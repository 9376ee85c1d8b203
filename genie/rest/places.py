"""How many speeches are made at once for a user over HTTP: each has a place, except while its client takes nothing."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar
from weakref import WeakValueDictionary

from genie.errors import Busy

T = TypeVar("T")

IDLE_S = 2.0
"""Seconds after which a client that takes nothing has no place any more: one that is gone, or a player that pauses and
has enough. One that reads takes the next piece within milliseconds."""

RETRY_S = 5.0


class Places:
    """Let so many speeches of a user be made at once.

    The voice takes turns: a hundred speeches of one user would leave the others one in a hundred. A changed number
    counts for a user when all of theirs have ended.
    """

    def __init__(self, most: Callable[[], int], idle_s: float = IDLE_S) -> None:
        self._most = most
        self._idle_s = idle_s
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def held(self, user: str, sounds: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Yield sounds on, in a place of their user; raises `too_many_speeches` before the first when none is free.

        Whoever has left its place waits for one when it takes sound again, before all who come anew.
        """
        places = self._places.setdefault(user, asyncio.Semaphore(self._most()))
        async with aclosing(sounds):
            if places.locked():
                told = f"{self._most()} speeches of a user may be made at once (tts.speeches_of_user)"
                raise Busy("too_many_speeches", f"{told}; try again when one is done", retry_s=RETRY_S)
            place = _Place(places)
            await place.take()
            try:
                async for sound in sounds:
                    leaving = asyncio.get_running_loop().call_later(self._idle_s, place.leave)
                    try:
                        yield sound
                    finally:
                        leaving.cancel()
                    await place.take()
            finally:
                place.leave()


class _Place:
    """One of a user's places, for who has it or wants it back."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def take(self) -> None:
        if not self._held:
            await self._places.acquire()
            self._held = True

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._places.release()
