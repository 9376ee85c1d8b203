"""The event that benches send: a job that came into todo, about 600 bytes on the wire."""

import time
from datetime import UTC, datetime

from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent

SUBSCRIBE = b'{"type":"subscribe","topics":["todo"]}'
JOB = Job(
    id="01JD4M3N5P6Q7R8S9T0V1W2X3Y",
    user="local",
    question="why is the sky blue " * 19,
    created_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
)


def event() -> QueueEvent:
    """Return a new event; its `seq` is the monotonic time (ns), by which a client knows how long it was on its way."""
    return QueueEvent(seq=time.monotonic_ns(), queue=QueueName.TODO, change="added", job=JOB, size=1)
