"""The waiting jobs of one user, in the order in which they start. Pure."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from genie.queues.job import Job, Kind, Priority

RANK: Mapping[Priority, int] = MappingProxyType({"high": 0, "normal": 1, "low": 2})

WHOLE = 12
"""Hexadecimal digits of a place before its fraction."""

ROOM = 4
"""Digits that a place grows by where jobs come one behind the other: there is room for 65,535 of them."""

MIDDLE = f"{8 << 4 * (WHOLE - 1):0{WHOLE}x}"
"""Where the first job of an empty line goes: there is as much room before it as behind it."""

AT_ONCE = ""
"""A place before all others, of a job whose answer is there already."""

Entry = tuple[str, str]
"""A place, and the id of the job that has it."""

START: Entry = (AT_ONCE, "")


class Band(NamedTuple):
    """The jobs of one kind and rank: sessions take turns within it."""

    kind: Kind
    rank: int


def between(left: str | None, right: str | None, *, close: bool = False) -> str:
    """Return a place after `left` and before `right`: digits that sort as text, so that there is always room.

    Only a place that is squeezed between two neighbours grows: in the middle by a digit each fourth time, and hardly
    ever `close` to the left one, where the next one comes behind it.
    """
    if right is None:
        return MIDDLE if left is None else f"{int(left[:WHOLE], 16) + 1:0{WHOLE}x}"
    if left is None:
        return f"{int(right[:WHOLE], 16) - 1:0{WHOLE}x}"
    digits = max(len(left), len(right))
    low, high = int(left.ljust(digits, "0"), 16), int(right.ljust(digits, "0"), 16)
    if high - low < 2:
        more = ROOM if close else 1
        low, high, digits = low << 4 * more, high << 4 * more, digits + more
    if close:
        return f"{low + 1:0{digits}x}"
    middle = f"{(low + high) // 2:0{digits}x}"
    return middle[:WHOLE] + middle[WHOLE:].rstrip("0")


class Line:
    """Keep a user's waiting jobs by place. What is put here is planned; what is released may be started."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._order: list[Entry] = []
        self._ranks: defaultdict[int, list[Entry]] = defaultdict(list)
        self._bands: defaultdict[Band, dict[str | None, list[Entry]]] = defaultdict(dict)
        self._ready: defaultdict[Kind, list[Entry]] = defaultdict(list)
        self._released: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def order(self) -> Sequence[Entry]:
        """Return places and ids of all jobs, the first one first; it changes as the line does."""
        return self._order

    def ready(self, kind: Kind) -> Sequence[Entry]:
        """Return places and ids of the jobs of a kind that may be started, the next one first."""
        return self._ready.get(kind, ())

    def index(self, job: str) -> int | None:
        """Return how many released jobs of its kind and user go before a released job."""
        if (entry := self._released.get(job)) is None:
            return None
        return bisect_left(self._ready[self._jobs[job].kind], entry)

    def is_ahead(self, job: str, other: Job) -> bool:
        """Say whether a job stands before another one."""
        return job in self._jobs and _entry(self._jobs[job]) < _entry(other)

    def last_place(self, new: Job) -> str:
        """Return the place of a job that comes now: sessions take turns, and a higher priority goes before a lower one.

        After the last job of its own session every other session has one turn, then it is this one's again.
        """
        band = self._bands.get(_band(new), {})
        own = band.get(new.session, ())
        floor = max([START, *own[-1:], *self._higher(new)])
        nearest = self._first_lower(new, floor)
        for entries in band.values():
            at = bisect_right(entries, floor) + 1
            if entries is not own and at < len(entries) and (nearest is None or entries[at] < nearest):
                nearest = entries[at]
        return self._before(nearest)

    def _higher(self, new: Job) -> list[Entry]:
        """Return the last job of each higher priority."""
        return [self._ranks[rank][-1] for rank in range(RANK[new.priority]) if self._ranks[rank]]

    def _first_lower(self, new: Job, floor: Entry) -> Entry | None:
        """Return the first job of a lower priority that stands behind `floor`."""
        lower = [self._ranks[rank] for rank in range(RANK[new.priority] + 1, len(RANK))]
        return min((each[at] for each in lower if (at := bisect_right(each, floor)) < len(each)), default=None)

    def first_place(self) -> str:
        """Return the place of a job that goes before all others."""
        return between(None, self._order[0][0] if self._order else None)

    def moved(self, job: Job, before: str | None) -> Job:
        """Return the job with a place before that of another one, or the last place.

        It takes on a neighbour's priority where its own would not fit there. Raises KeyError for an unknown `before`.
        """
        order = [entry for entry in self._order if entry[1] != job.id]
        at = len(order) if before is None else bisect_left(order, _entry(self._jobs[before]))
        ahead = self._jobs[order[at - 1][1]] if at > 0 else None
        behind = self._jobs[order[at][1]] if at < len(order) else None
        place = between(ahead.place if ahead else None, behind.place if behind else None)
        return job.model_copy(update={"place": place, "priority": _fitting(job, ahead, behind)})

    def put(self, job: Job) -> None:
        """Take a job in at its place; one that is here already goes there."""
        if (old := self._jobs.get(job.id)) is not None:
            self._leave(old)
        self._jobs[job.id] = job
        entry = _entry(job)
        for entries in (self._order, self._ranks[RANK[job.priority]]):
            insort(entries, entry)
        insort(self._bands[_band(job)].setdefault(job.session, []), entry)
        if (released := self._released.get(job.id)) is not None and released[0] != AT_ONCE:
            self._unready(job.id, job.kind)
            self.release(job.id)

    def release(self, job: str, *, at_once: bool = False) -> None:
        """Let a job be started when it is its turn, or before all others of its user."""
        found = self._jobs[job]
        self._unready(job, found.kind)
        self._released[job] = entry = (AT_ONCE, job) if at_once else _entry(found)
        insort(self._ready[found.kind], entry)

    def remove(self, job: str) -> None:
        """Take a job out, if it is here."""
        if (found := self._jobs.pop(job, None)) is None:
            return
        self._leave(found)
        self._unready(job, found.kind)

    def _before(self, entry: Entry | None) -> str:
        """Return a new place before a job (or at the end), close behind what comes before it."""
        at = len(self._order) if entry is None else bisect_left(self._order, entry)
        ahead = self._order[at - 1][0] if at > 0 else None
        return between(ahead, None if entry is None else entry[0], close=True)

    def _leave(self, job: Job) -> None:
        entry, band = _entry(job), self._bands[_band(job)]
        for entries in (self._order, self._ranks[RANK[job.priority]], band[job.session]):
            _take_out(entries, entry)
        if not band[job.session]:
            del band[job.session]

    def _unready(self, job: str, kind: Kind) -> None:
        if (entry := self._released.pop(job, None)) is not None:
            _take_out(self._ready[kind], entry)


def _fitting(job: Job, ahead: Job | None, behind: Job | None) -> Priority:
    """Return the job's own priority, or the nearest one that fits between its neighbours'."""
    if ahead is not None and RANK[job.priority] < RANK[ahead.priority]:
        return ahead.priority
    if behind is not None and RANK[job.priority] > RANK[behind.priority]:
        return behind.priority
    return job.priority


def _entry(job: Job) -> Entry:
    return job.place or AT_ONCE, job.id


def _band(job: Job) -> Band:
    return Band(job.kind, RANK[job.priority])


def _take_out(entries: list[Entry], entry: Entry) -> None:
    del entries[bisect_left(entries, entry)]
