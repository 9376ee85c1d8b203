"""When a waiting job will start, from how long the last ones ran. Pure."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from statistics import median

from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import ChangeName

MEASURED = 33
"""Runs of one kind that count: the median of so many forgets an hour's outage soon, and one slow answer at once."""


class Forecast:
    """Follow jobs as they start and end; `at_once` says how many of a kind run side by side."""

    def __init__(self, at_once: Mapping[Kind, int]) -> None:
        self._at_once = at_once
        self._running: Counter[Kind] = Counter()
        self._runs: defaultdict[Kind, deque[float]] = defaultdict(lambda: deque(maxlen=MEASURED))
        self._usual: dict[Kind, float] = {}

    def observe(self, queue: QueueName, change: ChangeName, job: Job) -> None:
        """Take note of a change of a queue."""
        if queue is QueueName.RUN and change != "changed":
            self._running[job.kind] += 1 if change == "added" else -1
        if queue is QueueName.DONE and change == "added" and job.started_at and job.finished_at:
            runs = self._runs[job.kind]
            runs.append((job.finished_at - job.started_at).total_seconds())
            self._usual[job.kind] = median(runs)

    def eta_s(self, kind: Kind, position: int) -> float | None:
        """Return the seconds until the job at this position starts, None before any was measured."""
        if kind not in self._usual or kind not in self._at_once:
            return None
        slots = self._at_once[kind]
        in_the_way = position + 1 - max(0, slots - self._running[kind])
        return round(max(0, in_the_way) * self._usual[kind] / slots, 3)
