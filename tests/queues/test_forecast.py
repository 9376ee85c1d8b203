"""When a waiting job will start: from measured runs, or not at all."""

from datetime import UTC, datetime, timedelta

from genie.queues.forecast import MEASURED, Forecast
from genie.queues.job import Job, Kind, QueueName

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ran(seconds: float) -> Job:
    return Job(id="a", question="q", created_at=NOW, started_at=NOW, finished_at=NOW + timedelta(seconds=seconds))


def measured(*seconds: float, at_once: int = 2) -> Forecast:
    forecast = Forecast({Kind.QUESTION: at_once})
    for each in seconds:
        forecast.observe(QueueName.DONE, "added", ran(each))
    return forecast


def test_before_a_run_was_measured_nothing_is_foretold():
    assert measured().eta_s(Kind.QUESTION, 0) is None


def test_with_a_free_slot_a_job_starts_at_once():
    assert measured(4.0).eta_s(Kind.QUESTION, 1) == 0


def test_each_job_before_it_costs_its_share_of_a_run():
    forecast = measured(4.0)
    for _ in range(2):
        forecast.observe(QueueName.RUN, "added", ran(0))
    assert [forecast.eta_s(Kind.QUESTION, place) for place in range(3)] == [2, 4, 6]
    forecast.observe(QueueName.RUN, "removed", ran(0))
    assert [forecast.eta_s(Kind.QUESTION, place) for place in range(3)] == [0, 2, 4]


def test_one_slow_run_among_many_counts_little_and_old_runs_are_forgotten():
    forecast = measured(1.0, 1.0, 1.0, 500.0, at_once=1)
    forecast.observe(QueueName.RUN, "added", ran(0))
    assert forecast.eta_s(Kind.QUESTION, 0) == 1
    for _ in range(MEASURED):
        forecast.observe(QueueName.DONE, "added", ran(3.0))
    assert forecast.eta_s(Kind.QUESTION, 0) == 3


def test_of_a_kind_that_is_not_run_here_nothing_is_foretold():
    assert measured(1.0).eta_s(Kind.NARRATION, 0) is None
