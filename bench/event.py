"""The event that benches send: a job that came into todo, about 600 bytes on the wire."""

from datetime import UTC, datetime

from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVENT = QueueEvent(
    seq=1,
    queue=QueueName.TODO,
    change="added",
    job=Job(id="01JD4M3N5P6Q7R8S9T0V1W2X3Y", user="local", question="why is the sky blue " * 19, created_at=NOW),
    size=1,
)
SUBSCRIBE = b'{"type":"subscribe","topics":["todo"]}'
