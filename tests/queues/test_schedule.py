"""Whose job starts next: users take turns; a position is the place in the order in which jobs really start."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from genie.queues.job import Job, Kind
from genie.queues.schedule import Schedule

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def question(name: str, **fields) -> Job:
    """Return a job of the user that its name begins with."""
    return Job(id=name, question=name, user=name[0], created_at=NOW, **fields)


def add(schedule: Schedule, job: Job) -> Job:
    line = schedule.line(job.user)
    placed = job.model_copy(update={"place": line.last_place(job)})
    line.put(placed)
    schedule.release(placed)
    return placed


def start(schedule: Schedule) -> str | None:
    if (found := schedule.next(Kind.QUESTION, ())) is None:
        return None
    schedule.remove(question(found[1]))
    return found[1]


def all_started(schedule: Schedule) -> list[str]:
    started = []
    while (job := start(schedule)) is not None:
        started.append(job)
    return started


def filled(*names: str) -> Schedule:
    schedule = Schedule()
    for name in names:
        add(schedule, question(name))
    return schedule


def test_users_take_turns():
    assert all_started(filled("a0", "a1", "a2", "b0", "b1", "c0")) == ["a0", "b0", "c0", "a1", "b1", "a2"]


def test_what_is_being_started_is_passed_over():
    schedule = filled("a0", "a1", "b0")
    assert schedule.next(Kind.QUESTION, {"a0"}) == ("a", "a1")
    assert schedule.next(Kind.QUESTION, {"a0", "a1"}) == ("b", "b0")
    assert schedule.next(Kind.QUESTION, {"a0", "a1", "b0"}) is None


def test_a_kind_that_waits_does_not_hold_up_another():
    schedule = filled("a0")
    add(schedule, question("a1", kind=Kind.NARRATION))
    assert schedule.next(Kind.NARRATION, ()) == ("a", "a1")


def test_nothing_of_a_paused_user_starts():
    schedule = filled("a0", "b0")
    schedule.pause("a")
    add(schedule, question("a1"))
    assert all_started(schedule) == ["b0"]
    schedule.resume("a")
    assert all_started(schedule) == ["a0", "a1"]


def test_who_resumes_with_nothing_to_do_is_given_no_turn():
    schedule = filled()
    schedule.pause("a")
    schedule.resume("a")
    assert start(schedule) is None


def test_a_job_that_is_held_back_has_no_position():
    schedule = Schedule()
    held = question("a0", place="8")
    schedule.line("a").put(held)
    assert schedule.position(held) is None and start(schedule) is None


def test_a_moved_job_pushes_nobody_else_back():
    schedule = Schedule()
    jobs = {name: add(schedule, question(name)) for name in ("a0", "a1", "a2", "b0", "b1")}
    line = schedule.line("a")
    line.put(line.moved(jobs["a2"], "a0"))
    assert all_started(schedule) == ["a2", "b0", "a0", "b1", "a1"]


@given(st.lists(st.sampled_from("aabcd"), max_size=30), st.integers(0, 5))
def test_positions_tell_the_order_in_which_jobs_start(users: str, already: int):
    schedule, jobs = Schedule(), []
    for number, user in enumerate(users):
        jobs.append(add(schedule, question(f"{user}{number:02}")))
    gone = [start(schedule) for _ in range(already)]
    positions = {job.id: schedule.position(job) for job in jobs if job.id not in gone}
    order = all_started(schedule)
    assert order == sorted(positions, key=positions.__getitem__)
    assert sorted(positions.values()) == list(range(len(order)))
