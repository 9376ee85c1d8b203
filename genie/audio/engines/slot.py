"""One engine's place: what serves there now, and why."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Generic, Protocol, TypeVar

from genie.audio.engine import Card
from genie.audio.engines.fetch import Fetching, Found, find
from genie.audio.engines.given import check_installed, folder_of
from genie.audio.engines.kinds import WEIGHTS, Kind
from genie.audio.engines.tries import PASSING, Pauses, Stamp, span, stamp
from genie.audio.lane import Lane
from genie.audio.remote import in_process
from genie.errors import GenieError, Unavailable
from genie.messages import EngineState
from genie.observers import Observers

log = logging.getLogger(__name__)

GRACE_S = 180.0
"""Seconds an engine lives on after another took its place: longer than an utterance and its last decode. For whoever
needs it after that, as a long speech does, or one whose client was away, it is loaded again."""

FIRST_S = 30.0
"""Seconds for which whoever came as the server started waits for its first engine."""

LONGEST_REASON = 300
"""Characters."""


class Described(Protocol):
    """What every engine can do."""

    def describe(self) -> Card: ...


E = TypeVar("E", bound=Described)


@dataclass(frozen=True)
class Small(Generic[E]):
    """An engine whose model came with its package."""

    name: str
    make: Callable[[], E]
    deadline_s: float = inf
    """Seconds for one call, where its place gives it more."""


@dataclass(frozen=True)
class Neural(Generic[E]):
    """An engine around weights; `make` turns the found ones into it and runs in the engine's own process.

    A process, not a thread: importing torch in a thread stalls the event loop for up to half a second (measured).
    """

    name: Kind
    model: str
    device: str
    make: Callable[[Found], E]
    fetch: bool = True
    """Whether weights that are not on disk are fetched."""


class Slot(Generic[E]):
    """Let the small engine serve at once and the neural one as soon as it can; either may be absent."""

    def __init__(
        self,
        small: Small[E] | None,
        neural: Neural[E] | None,
        deadline_s: float,
        pauses: Pauses | None = None,
        grace_s: float = GRACE_S,
    ) -> None:
        self._small = small
        self._neural = neural
        self._deadline_s = deadline_s
        self._pauses = pauses or Pauses()
        self._grace_s = grace_s
        self._place = neural.model if neural else ""  # a folder, or known when it is looked for
        self._before: Stamp = frozenset()
        self._serving: tuple[Lane[E], Card] | None = None
        self._retired: list[Lane[E]] = []
        self._failed: dict[str, str] = {}
        self._loading = False
        self._again: asyncio.Task[None] | None = None
        self._observers: Observers[[]] = Observers()
        first = small.name if small else neural.name if neural else ""
        self.settled = asyncio.Event()
        """Set once something serves, or nothing can."""
        self.state = EngineState(name=first, device="", state="loading", reason="it is being loaded")

    @property
    def serves(self) -> bool:
        return self._serving is not None

    def observed(self, observer: Callable[[], None]) -> contextlib.AbstractContextManager[None]:
        """Call an observer whenever what serves here has changed, or why, for as long as the context lasts."""
        return self._observers.joined(observer)

    @property
    def lane(self) -> Lane[E]:
        """Return the way to the engine that serves now, or raise `engine_unavailable` with the reason.

        Whoever begins an utterance keeps its lane to the end, as another engine may take over in between.
        """
        return self._now()[0]

    @property
    def card(self) -> Card:
        """Return the card of the engine that serves now, or raise `engine_unavailable` with the reason."""
        return self._now()[1]

    async def ready(self) -> None:
        """Return as soon as something serves, nothing can, or that is not known in `FIRST_S` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_S):
                await self.settled.wait()

    async def start(self) -> None:
        """Load what is planned, once; return when all of it serves or has failed."""
        await self._load({engine.name for engine in (self._small, self._neural) if engine is not None})

    async def serve(self) -> None:
        """Load what is planned; try weights that cannot be had again and again, until nothing will change any more."""
        await self.start()
        tries = 0
        while self._neural is not None and self._neural.name in self._failed:
            await self._until_due(self._neural.name, self._pauses.after(tries))
            tries += 1
            if self.load_again() and self._again is not None:
                await asyncio.wait([self._again])

    def load_again(self) -> bool:
        """Begin to load what could not be loaded; return False when there is nothing like that."""
        if self._loading:
            return True
        if not self._failed:
            return False
        if self._serving is None:
            self.state = self.state.model_copy(update={"state": "loading", "reason": "it is being loaded again"})
        self._loading = True
        self._again = asyncio.create_task(self._load(set(self._failed)), name="load-again")
        return True

    async def _until_due(self, name: str, pause_s: float) -> None:
        """Wait for the time of the next try, for changed files, or for somebody who tried already.

        What no time can mend, such as a model that does not exist, waits for its files alone.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + pause_s
        passing, reason = self._failed[name] in PASSING, self.state.reason
        while name in self._failed and not self._loading:
            left = due - loop.time()
            if passing and left <= 0:
                return
            if passing:
                self._explain(f"{reason}; the next try is in {span(left)}")
            await asyncio.sleep(min(self._pauses.look_s, left) if passing else self._pauses.look_s)
            if await asyncio.to_thread(stamp, self._place) != self._before:
                return

    def close(self) -> None:
        """Let the engines go."""
        if self._again is not None:
            self._again.cancel()
        serving = [self._serving[0]] if self._serving else []
        for lane in (*serving, *self._retired):
            lane.close()
        self._serving = None
        self._retired.clear()

    def _now(self) -> tuple[Lane[E], Card]:
        if self._serving is None:
            raise Unavailable("engine_unavailable", f"{self.state.name} does not serve: {self.state.reason}")
        return self._serving

    async def _load(self, names: set[str]) -> None:
        """Load what is named; the small engine only while nothing serves, or it would take the neural one's place."""
        self._loading = True
        try:
            if self._small is not None and self._small.name in names and self._serving is None:
                await self._load_small(self._small)
            if self._neural is not None and self._neural.name in names:
                await self._load_neural(self._neural)
        finally:
            self._loading = False

    async def _load_small(self, small: Small[E]) -> None:
        reason = f"it serves until {self._neural.name} can" if self._neural else "the settings name it"
        with self._explaining(small.name):
            await self._serve(small.name, small.make, reason, min(small.deadline_s, self._deadline_s))

    async def _load_neural(self, neural: Neural[E]) -> None:
        with self._explaining(neural.name):
            await self._grow(neural)

    async def _grow(self, neural: Neural[E]) -> None:
        """Find the neural engine's weights, or fetch them, and let it take over."""
        check_installed(WEIGHTS[neural.name].packages)
        self._before = await asyncio.to_thread(stamp, self._place)
        given = await asyncio.to_thread(folder_of, neural.name, neural.model)
        found = given or await find(neural.name, neural.model, neural.device, self._follow, fetch=neural.fetch)
        self._explain(f"loading {found.model}")
        reason = f"its weights are in {found.folder}"
        try:
            await self._serve(neural.name, in_process(partial(neural.make, found)), reason, self._deadline_s)
        except GenieError as error:
            if given is None:
                error.message = f"{_short(error.message)}; to check its files: genie models pull {found.model}"
            raise

    async def _serve(self, name: str, factory: Callable[[], E], reason: str, deadline_s: float) -> None:
        """Load an engine and let it take over; the one before ends when nobody can be using it any more."""
        lane = Lane(factory, name=name, deadline_s=deadline_s)
        try:
            await lane.load()
            card = await lane.call(Described.describe)
            lane.batch = card.batch
        except BaseException:
            lane.close()
            raise
        if self._serving is not None:
            self._retired.append(self._serving[0])
            asyncio.get_running_loop().call_later(self._grace_s, self._rest, self._serving[0])
        self._serving = lane, card
        reason = f"{reason}; {card.note}" if card.note else reason
        self._become(EngineState(name=card.name, device=card.device, state="ready", reason=reason, model=card.model))

    def _rest(self, lane: Lane[E]) -> None:
        """Let a retired engine go, now and then: it is loaded again for whoever still needs it."""
        lane.rest()
        asyncio.get_running_loop().call_later(self._grace_s, self._rest, lane)

    @contextlib.contextmanager
    def _explaining(self, name: str) -> Iterator[None]:
        """Turn an engine's failure into the reason why another one serves, or none does."""
        self._failed.pop(name, None)
        try:
            yield
        except GenieError as error:
            self._failed[name] = error.code
            reason = f"{name} cannot serve: {_short(error.message.removeprefix(f'{name}: '))}"
            state = "ready" if self._serving else "failed"
            self._become(self.state.model_copy(update={"state": state, "reason": reason, "progress": None}))

    def _follow(self, fetching: Fetching) -> None:
        """Show how far a fetch is; the log is told each tenth."""
        before, share = self.state.progress, round(fetching.share, 3)
        if self._place != fetching.place:
            self._place, self._before = fetching.place, stamp(fetching.place)
        self._explain(str(fetching), share if fetching.total else None)
        if fetching.total and (before is None or int(10 * before) != int(10 * share)):
            log.info("weights", extra={"model": fetching.model, "done": fetching.done, "total": fetching.total})

    def _explain(self, reason: str, progress: float | None = None) -> None:
        self.state = self.state.model_copy(update={"reason": reason, "progress": progress})

    def _become(self, state: EngineState) -> None:
        self.state = state
        self.settled.set()
        log.info("engine", extra={"engine": state.name, **state.model_dump(exclude={"name"}, exclude_none=True)})
        self._observers.tell()


def _short(message: str) -> str:
    """Return the first line, and not too much of it: a traceback is no reason."""
    return message.strip().partition("\n")[0][:LONGEST_REASON]
