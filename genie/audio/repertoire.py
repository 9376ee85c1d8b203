"""What the voice has said and is saying: a passage that several want is made once, and kept for the next."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from genie.audio.engine import Take
from genie.audio.making import Making

Source = Literal["kept", "shared", "made"]
"""Where a passage came from: it was said before, it is being made for somebody else, or it was made for this one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A passage that is wanted: `name` stands for everything that its sound depends on.

    `rate` is that of its sound in Hz; what is kept of it goes with the job that it was made for, where there is one.
    Nobody waits for what is made in `spare` time.
    """

    name: str
    rate: int
    job: str | None = None
    spare: bool = False


class Kept(Protocol):
    """Where takes are kept; neither call may wait for long, and neither raises."""

    async def find(self, name: str) -> tuple[Take, ...] | None: ...

    def keep(self, wanted: Wanted, takes: tuple[Take, ...]) -> None: ...


class Repertoire:
    """Share passages among all who want them; `count` is told where each came from."""

    def __init__(self, kept: Kept | None = None, count: Callable[[Source], None] = lambda _: None) -> None:
        self._kept = kept
        self._count = count
        self._makings: dict[str, tuple[Making, bool]] = {}
        """What is being made, and whether it is in spare time."""

    async def takes(self, wanted: Wanted, make: Callable[[], AsyncGenerator[Take, None]]) -> AsyncGenerator[Take, None]:
        """Yield the takes of a passage, kept ones at once; `make` begins to make it where nobody has."""
        if wanted.name not in self._makings and self._kept is not None:
            kept = await self._kept.find(wanted.name)
            if kept is not None:
                self._count("kept")
                for take in kept:
                    yield take
                return
        async with aclosing(self._making(wanted, make).takes()) as takes:
            async for take in takes:
                yield take

    def _making(self, wanted: Wanted, make: Callable[[], AsyncGenerator[Take, None]]) -> Making:
        """Return the passage as it is being made, by now or from now on."""
        making, spare = self._makings.get(wanted.name, (None, False))
        if making is not None and (wanted.spare or not spare):
            self._count("shared")
            return making
        self._count("made")  # also what is being made in spare time: whoever waits has it sooner so
        making = Making(make(), made=partial(self._keep, wanted), left=partial(self._leave, wanted.name))
        self._makings[wanted.name] = making, wanted.spare
        return making

    def _keep(self, wanted: Wanted, takes: tuple[Take, ...]) -> None:
        if self._kept is not None and takes:
            self._kept.keep(wanted, takes)

    def _leave(self, name: str, making: Making) -> None:
        if self._makings.get(name, (None,))[0] is making:
            del self._makings[name]
