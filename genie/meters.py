"""What is counted while genie serves, for `/metrics`. No label holds what a user said or who they are."""

import asyncio
from collections import OrderedDict
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from genie.queues.job import Job, Kind, Timeline
from genie.queues.journal import QueueEvent

STAGES = (
    ("speech_end", "final_text"),
    ("pushed", "started"),
    ("started", "first_text"),
    ("pushed", "done"),
)
"""Stages of a timeline between which time is measured when a job ends."""

VOICED = ("first_text", "first_audio")
"""The same, measured when its first sound leaves, which may be after its end."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)
COMMIT_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)
LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
RECORDS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

LAG_EVERY_S = 0.25

REMEMBERED = 1_024
"""Jobs whose first sound was counted: an answer is spoken soon after it is made, so the newest are enough."""


class Meters:
    """Count events and measure stages; counting costs a few microseconds, everything else is done at a scrape."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._stages = self._histogram("stage_seconds", "Time between two stages of a job", SECONDS, ("stage",))
        self._jobs = self._counter("jobs", "Jobs that ended; code says why one failed", ("end", "code"))
        self._refusals = self._counter("refusals", "Errors told to clients; a drop is one of them", ("way", "code"))
        self._closes = self._counter("socket_closes", "Sockets that ended; 1013: the client read too slowly", ("code",))
        self._requests = self._counter("http_requests", "HTTP requests", ("route", "status"))
        self._passages = self._counter(
            "passages", "Passages that were spoken: kept before, shared with another, or made", ("source",)
        )
        self._commit = self._histogram("journal_commit_seconds", "One commit of the journal", COMMIT_SECONDS)
        self._batch = self._histogram("journal_commit_records", "Records that shared a commit", RECORDS)
        self._lag = self._histogram("loop_lag_seconds", "How late the event loop was, sampled", LAG_SECONDS)
        self._voiced: OrderedDict[str, None] = OrderedDict()

    def job_moved(self, event: QueueEvent) -> None:
        """Count a job that ended, and measure the stages it has reached; give it to `board.observed`."""
        job = event.job
        if event.change == "added" and job.finished:
            code = job.error.code if job.error is not None else ""
            self._jobs.labels(str(job.status), code).inc()
            for stage in STAGES if job.kind is Kind.QUESTION else ():
                self._measure(job.timeline, *stage)
        if event.change != "removed" and job.timeline.first_audio is not None:
            self._voice(job)

    def refused(self, way: str, code: str) -> None:
        """Count an error that was told to a client; `way` is how it came: `socket` or `http`."""
        self._refusals.labels(way, code).inc()

    def socket_closed(self, code: int) -> None:
        self._closes.labels(str(code)).inc()

    def request_served(self, route: str, status: int) -> None:
        """Count a request; `route` is the path as it is declared, never the one that was asked for."""
        self._requests.labels(route, str(status)).inc()

    def spoke(self, source: str) -> None:
        """Count a passage of the neural voice by where it came from."""
        self._passages.labels(source).inc()

    def committed(self, records: int, seconds: float) -> None:
        """Count one commit of the journal."""
        self._commit.observe(seconds)
        self._batch.observe(records)

    async def watch_loop(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self._lag.observe(max(0.0, loop.time() - due))

    def _voice(self, job: Job) -> None:
        """Measure once how long a job's first sound took; every later change of the job tells of it again."""
        if job.id in self._voiced:
            return
        self._voiced[job.id] = None
        if len(self._voiced) > REMEMBERED:
            self._voiced.popitem(last=False)
        self._measure(job.timeline, *VOICED)

    def _measure(self, timeline: Timeline, begin: str, end: str) -> None:
        began, ended = (getattr(timeline, stage) for stage in (begin, end))
        if isinstance(began, datetime) and isinstance(ended, datetime):
            self._stages.labels(f"{begin}_{end}").observe(max(0.0, (ended - began).total_seconds()))

    def _counter(self, name: str, text: str, labels: tuple[str, ...]) -> Counter:
        return Counter(name, text, labels, namespace="genie", registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], labels: tuple[str, ...] = ()) -> Histogram:
        return Histogram(name, text, labels, namespace="genie", registry=self.registry, buckets=buckets)
