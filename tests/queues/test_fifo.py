"""An observable queue: order, keys, and observers that always agree with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.queues.fifo import Change, Fifo

Item = tuple[str, int]

OWNER = "ann"


def fifo(*keys: str) -> Fifo[Item]:
    made: Fifo[Item] = Fifo(
        lambda item: item[0], lambda item: OWNER if item[0].islower() else "bob", lambda item: item[1]
    )
    for key in keys:
        made.push((key, 0))
    return made


def keys(queue: Fifo[Item]) -> str:
    return "".join(key for key, _ in queue)


def test_items_come_out_in_the_order_they_went_in():
    assert keys(fifo("a", "b", "c")) == "abc"


def test_an_item_is_found_by_its_key():
    queue = fifo("a")
    assert queue.get("a", OWNER) == ("a", 0)
    assert queue.get("b", OWNER) is None


def test_an_item_is_only_found_by_its_owner():
    queue = fifo("a", "B")
    assert queue.get("B", OWNER) is None
    assert dict(queue.of("bob")) == {"B": ("B", 0)}
    assert dict(queue.of("nobody")) == {}


def test_a_change_is_told_with_the_size_of_the_owners_part():
    queue, told = fifo("a", "b"), []
    with queue.observed(told.append):
        queue.push(("B", 0))
    assert told == [Change("added", ("B", 0), 1)] and len(queue) == 3


def test_the_same_key_twice_is_refused_and_changes_nothing():
    queue = fifo("a")
    with pytest.raises(KeyError):
        queue.push(("a", 1))
    assert list(queue) == [("a", 0)]


def test_an_item_is_removed_wherever_it_stands():
    queue = fifo("a", "b", "c")
    queue.remove(("b", 0))
    assert keys(queue) == "ac"


def test_a_replaced_item_keeps_its_place():
    queue = fifo("a", "b", "c")
    queue.replace(("b", 7))
    assert list(queue) == [("a", 0), ("b", 7), ("c", 0)]


def test_what_is_not_there_cannot_be_removed_or_replaced():
    queue = fifo("a")
    with pytest.raises(KeyError):
        queue.remove(("x", 1))
    with pytest.raises(KeyError):
        queue.replace(("x", 1))


def test_every_change_is_told_with_the_length_it_left():
    queue, told = fifo(), []
    with queue.observed(told.append):
        queue.push(("a", 0))
        queue.push(("b", 0))
        queue.replace(("b", 1))
        queue.remove(("a", 7))
    assert told == [
        Change("added", ("a", 0), 1),
        Change("added", ("b", 0), 2),
        Change("changed", ("b", 1), 2),
        Change("removed", ("a", 7), 1),
    ]


def test_a_change_that_was_refused_is_not_told():
    queue, told = fifo("a"), []
    with queue.observed(told.append):
        with pytest.raises(KeyError):
            queue.push(("a", 1))
        with pytest.raises(KeyError):
            queue.remove(("x", 0))
    assert told == []


def test_nobody_is_told_after_the_context_ended():
    queue, told = fifo(), []
    with queue.observed(told.append):
        pass
    queue.push(("a", 0))
    assert told == []


def test_observers_are_told_in_the_order_they_came():
    queue, told = fifo(), []
    with queue.observed(lambda _: told.append("first")), queue.observed(lambda _: told.append("second")):
        queue.push(("a", 0))
    assert told == ["first", "second"]


def test_a_queue_may_be_changed_while_it_is_walked():
    queue = fifo("a", "b", "c")
    for item in queue:
        queue.remove(item)
    assert len(queue) == 0


STEPS = st.lists(st.tuples(st.sampled_from(["push", "remove", "replace"]), st.sampled_from("abcd")), max_size=40)


@given(STEPS)
def test_whoever_listened_from_the_start_knows_what_is_in_the_queue(steps: list[tuple[str, str]]):
    queue, known = fifo(), {}

    def observe(change: Change[Item]) -> None:
        if change.change == "removed":
            del known[change.item[0]]
        else:
            known[change.item[0]] = change.item
        assert change.size == len(known)

    with queue.observed(observe):
        for number, (step, key) in enumerate(steps):
            try:
                match step:
                    case "push":
                        queue.push((key, number))
                    case "replace":
                        queue.replace((key, number))
                    case _:
                        queue.remove((key, number))
            except KeyError:
                continue
    assert known == {item[0]: item for item in queue}
