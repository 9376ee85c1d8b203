"""Which of the calls that wait for an engine is next. Pure: time is an argument."""

from collections import deque
from enum import IntEnum
from itertools import islice, takewhile
from math import inf
from typing import Generic, NamedTuple, Protocol, TypeVar

PATIENCE_S = 5.0
SHARE = 4
"""A rank that was passed over for `PATIENCE_S`, and for `SHARE` times as long as its last call took, is served once:
nobody starves, and whoever is above keeps four fifths of the engine."""

GATHER_S = 0.005
"""How long a call that others may join waits for them, where one run serves several."""

FOLLOW_S = 0.003
"""How long all else waits after an urgent call: whoever fed the end of an utterance ends it next, a moment later."""


class Rank(IntEnum):
    """What goes before what; in each rank what is due sooner, else first come is first served."""

    URGENT = 0
    """Somebody waits for the end of an utterance; or it is cheap, and its place in the row counts."""
    SOON = 1
    """An utterance may be at its end; that holds up none which is."""
    PARTIAL = 2
    """Words while they are spoken; those of several utterances are run as one."""
    FIRST = 3
    """The first piece of a speech: somebody waits for it in silence."""
    BULK = 4
    """A window of a recording, a later piece of a speech."""
    SPARE = 5
    """What nobody waits for: it has its turn when nobody else wants one, however long that takes."""


class Waiting(Protocol):
    """A call that waits."""

    @property
    def name(self) -> str: ...

    @property
    def rank(self) -> Rank: ...

    @property
    def due(self) -> float:
        """When it is too late for it, on any clock that its rank has in common; 0.0 where none has."""


C = TypeVar("C", bound=Waiting)


class _Run(NamedTuple):
    """What is being served, since when, and whether that is so because it was passed over for too long."""

    rank: Rank
    began: float
    late: bool


class Turns(Generic[C]):
    """Take calls and say whose turn it is; times are in seconds and never run backwards."""

    def __init__(self) -> None:
        self._lines: dict[Rank, deque[tuple[C, float]]] = {rank: deque() for rank in Rank}
        """The calls of each rank, and since when they wait."""
        self._served = dict.fromkeys(Rank, -inf)
        self._took = dict.fromkeys(Rank, 0.0)
        """When the last call of each rank ended, and how long it took."""
        self._running: _Run | None = None
        self._owed: _Run | None = None
        """What pauses and is served on before all else, as it was late."""

    def __bool__(self) -> bool:
        return any(self._lines.values())

    def put(self, call: C, now: float) -> None:
        line = self._lines[call.rank]
        place = len(line)
        while place and line[place - 1][0].due > call.due:
            place -= 1
        line.insert(place, (call, now))

    def put_back(self, call: C, now: float) -> None:
        """Take back the call that was taken last: it pauses, and goes on before all that is as due.

        One that was served for lack of patience has its whole turn.
        """
        if self._running is not None and self._running.late:
            self._owed, self._running = self._running, None
        self._end(now)
        line = self._lines[call.rank]
        place = sum(1 for _ in takewhile(lambda waiting: waiting[0].due < call.due, line))
        line.insert(place, (call, now))

    def withdraw(self, call: C) -> bool:
        """Forget a call, and say whether it was waiting."""
        line = self._lines[call.rank]
        for place, (waiting, _) in enumerate(line):
            if waiting is call:
                del line[place]
                return True
        return False

    def take(self, now: float, batch: int = 1) -> list[C]:
        """Note that what was taken before has ended, and return what is to be run as one, at most `batch` calls.

        It is nothing when nothing waits, or when others may join what does or come before it.
        """
        self._end(now)
        owed, self._owed = self._owed, None
        waiting = [rank for rank in Rank if self._lines[rank]]
        if not waiting:
            return []
        if owed is not None and owed.rank not in waiting:
            owed = None
        late = owed.rank if owed else self._passed_over([rank for rank in waiting[1:] if rank is not Rank.SPARE], now)
        rank = waiting[0] if late is None else late
        if rank is not Rank.URGENT and late is None and now - self._served[Rank.URGENT] < FOLLOW_S:
            return []
        line = self._lines[rank]
        count = _joined(line, batch) if rank is Rank.PARTIAL else 1
        if rank is Rank.PARTIAL and count < batch and now - line[0][1] < GATHER_S:
            return []
        self._running = owed or _Run(rank, now, late is not None)
        return [line.popleft()[0] for _ in range(count)]

    def _end(self, now: float) -> None:
        if self._running is not None:
            rank, began, _ = self._running
            self._served[rank], self._took[rank], self._running = now, now - began, None

    def _passed_over(self, ranks: list[Rank], now: float) -> Rank | None:
        """Return the rank that has waited longest of those that have waited too long."""
        waits = {rank: now - max(self._served[rank], min(since for _, since in self._lines[rank])) for rank in ranks}
        late = [rank for rank in ranks if waits[rank] >= max(PATIENCE_S, SHARE * self._took[rank])]
        return max(late, key=lambda rank: waits[rank], default=None)


def _joined(line: deque[tuple[C, float]], batch: int) -> int:
    """Return how many calls at the head of a line may be run as one."""
    first, _ = line[0]
    return sum(1 for _ in takewhile(lambda waiting: waiting[0].name == first.name, islice(line, batch)))
