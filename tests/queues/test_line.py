"""The order of one user's waiting jobs: sessions take turns, priorities and moves count, and there is always room."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.queues.job import Job, Kind
from genie.queues.line import RANK, Line, between

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def question(name: str, **fields) -> Job:
    """Return a job of the session that its name begins with."""
    return Job(id=name, question=name, session=name[0], created_at=NOW, **fields)


def line(*jobs: Job) -> Line:
    made = Line()
    for job in jobs:
        add(made, job)
    return made


def add(made: Line, job: Job) -> Job:
    placed = job.model_copy(update={"place": made.last_place(job)})
    made.put(placed)
    made.release(job.id)
    return placed


def names(made: Line) -> list[str]:
    order = [job for _, job in made.order()]
    assert [job for _, job in made.ready(Kind.QUESTION)] == order
    return order


def move(made: Line, job: Job, before: str | None) -> Job:
    moved = made.moved(job, before)
    made.put(moved)
    return moved


def test_the_jobs_of_one_session_start_in_the_order_asked():
    assert names(line(*(question(f"a{n}") for n in range(5)))) == ["a0", "a1", "a2", "a3", "a4"]


def test_a_session_that_asks_once_does_not_wait_for_one_that_asked_much():
    made = line(*(question(f"a{n}") for n in range(1_000)), question("b0"), question("b1"))
    assert names(made)[:5] == ["a0", "b0", "a1", "b1", "a2"]


def test_a_session_that_asks_again_and_again_takes_every_second_turn():
    made = line(*(question(f"a{n}") for n in range(4)))
    started = []
    for number in range(6):
        add(made, question(f"b{number}"))
        first = names(made)[0]
        started.append(first)
        made.remove(first)
    assert started == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_three_sessions_take_turns():
    made = line(*(question(f"{session}{n}") for session in "abc" for n in range(3)))
    assert names(made) == ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]


def test_a_higher_priority_goes_before_every_lower_one():
    made = line(question("a0", priority="low"), question("a1"), question("b0", priority="low"))
    add(made, question("c0", priority="high"))
    add(made, question("b1"))
    assert names(made) == ["c0", "a1", "b1", "a0", "b0"]


def test_what_comes_later_with_the_same_priority_goes_behind():
    made = line(question("a0", priority="high"), question("a1"), question("a2", priority="high"), question("a3"))
    assert names(made) == ["a0", "a2", "a1", "a3"]


@pytest.mark.parametrize(
    ("job", "before", "order"),
    [(2, "a0", "a2 a0 a1"), (0, "a2", "a1 a0 a2"), (0, None, "a1 a2 a0"), (1, "a2", "a0 a1 a2")],
)
def test_a_job_moves_before_another_or_last(job: int, before: str | None, order: str):
    jobs = [question(f"a{n}") for n in range(3)]
    made = line(*jobs)
    move(made, jobs[job], before)
    assert names(made) == order.split()


def test_a_moved_job_takes_on_the_priority_of_where_it_goes_only_if_its_own_does_not_fit():
    jobs = [question("a0", priority="high"), question("a1"), question("a2", priority="low")]
    made = line(*jobs)
    assert move(made, jobs[2], "a0").priority == "high"
    assert move(made, jobs[0], "a1").priority == "high"
    assert move(made, jobs[0], None).priority == "normal"


def test_a_job_cannot_move_before_one_that_is_not_there():
    with pytest.raises(KeyError):
        line(question("a0")).moved(question("a0"), "x")


def test_what_comes_back_goes_before_everything():
    made = line(question("a0", priority="high"), question("b0"))
    made.put(question("c0", place=made.first_place()))
    made.release("c0")
    assert names(made) == ["c0", "a0", "b0"]


def test_a_job_that_is_only_planned_has_its_place_but_is_not_started():
    made = line(question("a0"))
    made.put(question("a1", place=made.last_place(question("a1"))))
    add(made, question("a2"))
    assert [job for _, job in made.order()] == ["a0", "a1", "a2"]
    assert [job for _, job in made.ready(Kind.QUESTION)] == ["a0", "a2"]
    assert (made.index("a0"), made.index("a1"), made.index("a2")) == (0, None, 1)


def test_a_job_whose_answer_is_there_starts_at_once():
    made = line(question("a0"), question("a1"))
    made.release("a1", at_once=True)
    assert [job for _, job in made.ready(Kind.QUESTION)] == ["a1", "a0"]
    made.remove("a1")
    assert names(made) == ["a0"]


def test_there_is_always_room_between_two_places():
    left, right = between(None, None), between(between(None, None), None)
    for number in range(500):
        middle = between(left, right)
        assert left < middle < right
        left, right = (middle, right) if number % 3 else (left, middle)
    assert len(middle) < 200


def test_places_stay_short_however_many_come_before_a_job_of_a_lower_priority():
    made = line(question("a", priority="low"))
    places = [add(made, question(f"b{number:04}")).place for number in range(2_000)]
    assert places == sorted(set(places)) and max(map(len, places)) <= 16


STEPS = st.lists(
    st.tuples(st.sampled_from(["push", "move", "remove", "first"]), st.sampled_from("abc"),
              st.sampled_from(["low", "normal", "high"]), st.integers(0, 20)),
    max_size=40,
)  # fmt: skip


@given(STEPS)
def test_whatever_happens_priorities_stay_in_order_and_each_session_keeps_its_own(steps):
    made, jobs = Line(), {}
    for number, (step, session, priority, pick) in enumerate(steps):
        known = sorted(jobs)
        if step == "push" or not jobs:
            job = question(f"{session}{number}", priority=priority)
            before = [name for name in names(made) if name[0] == session and jobs[name].priority == priority]
            jobs[job.id] = add(made, job)
            assert [name for name in names(made) if name in before] == before
            assert all(names(made).index(name) < names(made).index(job.id) for name in before)
        elif step == "move":
            chosen = known[pick % len(known)]
            jobs[chosen] = move(made, jobs[chosen], known[number % len(known)] if number % 3 else None)
        else:
            made.remove(gone := known[pick % len(known)])
            del jobs[gone]
        ranks = [RANK[jobs[name].priority] for name in names(made)]
        assert ranks == sorted(ranks)
    assert sorted(names(made)) == sorted(jobs)
    for name in list(jobs):
        made.remove(name)
    assert not made and not any(made._bands.values()) and not any(made._ranks.values())
