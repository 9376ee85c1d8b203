"""What is counted of jobs."""

from datetime import UTC, datetime, timedelta

import pytest

from genie.meters import Meters
from genie.queues.job import Job, JobError, QueueName, Status, Timeline
from genie.queues.journal import QueueEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def ended(status: Status = Status.COMPLETED, error: JobError | None = None, **stages: datetime) -> QueueEvent:
    """Return the event of a job that came into done or dead."""
    queue = QueueName.DONE if status is Status.COMPLETED else QueueName.DEAD
    job = Job(
        id="a",
        question="who am I",
        status=status,
        queue=queue,
        created_at=NOW,
        error=error,
        timeline=Timeline(**stages),
    )
    return QueueEvent(1, queue, "added", job, 1)


def changed(event: QueueEvent, **stages: datetime) -> QueueEvent:
    return QueueEvent(event.seq + 1, event.queue, "changed", event.job.reached(**stages), event.size)


@pytest.fixture
def meters() -> Meters:
    return Meters()


def value(meters: Meters, name: str, **labels: str) -> float | None:
    return meters.registry.get_sample_value(f"genie_{name}", labels)


def test_a_job_that_ended_is_counted_by_its_end(meters):
    meters.job_moved(ended())
    meters.job_moved(ended(Status.CANCELLED))
    meters.job_moved(ended(Status.FAILED, JobError(code="job_timeout", message="too slow")))
    assert value(meters, "jobs_total", end="completed", code="") == 1
    assert value(meters, "jobs_total", end="cancelled", code="") == 1
    assert value(meters, "jobs_total", end="failed", code="job_timeout") == 1


def test_the_time_between_stages_is_measured_when_a_job_ends(meters):
    meters.job_moved(ended(pushed=NOW, started=after(0.25), first_text=after(1), done=after(2)))
    assert value(meters, "stage_seconds_sum", stage="pushed_started") == 0.25
    assert value(meters, "stage_seconds_sum", stage="started_first_text") == 0.75
    assert value(meters, "stage_seconds_sum", stage="pushed_done") == 2


def test_a_stage_that_was_not_reached_is_not_measured(meters):
    meters.job_moved(ended(pushed=NOW))
    assert value(meters, "stage_seconds_count", stage="pushed_done") is None


def test_the_first_sound_is_measured_once_however_often_the_job_changes(meters):
    spoken = changed(ended(first_text=NOW), first_audio=after(0.5))
    for event in (spoken, changed(spoken, heard_until=after(3)), spoken):
        meters.job_moved(event)
    assert value(meters, "stage_seconds_count", stage="first_text_first_audio") == 1
    assert value(meters, "stage_seconds_sum", stage="first_text_first_audio") == 0.5


def test_two_servers_of_one_process_count_apart(meters):
    meters.socket_closed(1013)
    assert value(Meters(), "socket_closes_total", code="1013") is None
