"""Where a job may go, and what it keeps on the way."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from pydantic import ValidationError

from genie.errors import Conflict
from genie.queues.job import Job, JobError, Kind, QueueName, Status, Timeline, allowed, queue_of

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
P, R, W, C, F, X = Status.PENDING, Status.RUNNING, Status.PAUSED, Status.COMPLETED, Status.FAILED, Status.CANCELLED
MOVES = {(P, R), (P, X), (R, C), (R, F), (R, X), (R, P), (F, P), (X, P)}
NARRATION_MOVES = MOVES | {(R, W), (W, R), (W, X)}


def job(status: Status = P, kind: Kind = Kind.QUESTION) -> Job:
    return Job(id="01J", question="why?", created_at=NOON, kind=kind, status=status, queue=queue_of(status))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_only_these_moves_are_allowed(kind: Kind, old: Status, new: Status):
    moves = NARRATION_MOVES if kind is Kind.NARRATION else MOVES
    assert allowed(kind, old, new) == ((old, new) in moves)


@pytest.mark.parametrize(
    ("status", "queue"),
    [(P, "todo"), (R, "run"), (W, "run"), (C, "done"), (F, "dead"), (X, "dead")],
)
def test_each_status_has_its_queue(status: Status, queue: str):
    assert queue_of(status) == QueueName(queue)


def test_a_move_changes_status_and_queue_and_what_is_given_with_it():
    moved = job(R).moved(C, answer="because", finished_at=NOON)
    assert (moved.status, moved.queue, moved.answer, moved.finished_at) == (C, QueueName.DONE, "because", NOON)


def test_a_move_leaves_the_old_job_as_it_was():
    before = job(R)
    before.moved(F, error=JobError(code="engine_failed", message="no"))
    assert before == job(R)


@pytest.mark.parametrize(("old", "new"), [(C, P), (C, R), (P, C), (P, F), (F, C), (P, P), (R, W)])
def test_a_move_that_is_not_allowed_is_refused(old: Status, new: Status):
    with pytest.raises(Conflict) as caught:
        job(old).moved(new)
    assert caught.value.code == "bad_transition"


@pytest.mark.parametrize(("status", "finished"), [(P, False), (R, False), (W, False), (C, True), (F, True), (X, True)])
def test_a_job_is_finished_in_done_and_dead(status: Status, finished: bool):
    assert job(status).finished is finished


def test_a_stage_keeps_the_first_time_it_was_reached():
    late = NOON + timedelta(seconds=1)
    reached = job().reached(pushed=NOON).reached(pushed=late, started=late)
    assert reached.timeline == Timeline(pushed=NOON, started=late)


def test_a_stage_that_does_not_exist_is_an_error():
    with pytest.raises(AttributeError):
        job().reached(lunch=NOON)


@pytest.mark.parametrize("status", ["PENDING", "Pending", "pending"])
def test_a_status_is_read_in_any_case(status: str):
    assert Job.model_validate({**job().model_dump(), "status": status}).status is P


@pytest.mark.parametrize("status", ["paused ", "", None, 3, "done"])
def test_a_status_that_does_not_exist_is_refused(status: object):
    with pytest.raises(ValidationError):
        Job.model_validate({**job().model_dump(), "status": status})


def test_a_job_survives_json():
    full = job(F).model_copy(update={"error": JobError(code="a", message="b"), "timeline": Timeline(done=NOON)})
    assert Job.model_validate_json(full.model_dump_json()) == full


def test_a_job_cannot_be_changed():
    with pytest.raises(ValidationError):
        job().answer = "no"  # type: ignore[misc]
