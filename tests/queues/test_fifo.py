"""An observable queue: order, keys, and observers that always agree with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.queues.fifo import Change, Fifo

Item = tuple[str, int]


def fifo(*keys: str) -> Fifo[Item]:
    made: Fifo[Item] = Fifo(lambda item: item[0])
    for key in keys:
        made.push((key, 0))
    return made


def keys(queue: Fifo[Item]) -> str:
    return "".join(key for key, _ in queue)


def test_items_come_out_in_the_order_they_went_in():
    assert keys(fifo("a", "b", "c")) == "abc"


def test_an_item_is_found_by_its_key():
    queue = fifo("a")
    assert "a" in queue
    assert queue.get("a") == ("a", 0)
    assert "b" not in queue
    assert queue.get("b") is None


def test_the_same_key_twice_is_refused_and_changes_nothing():
    queue = fifo("a")
    with pytest.raises(KeyError):
        queue.push(("a", 1))
    assert list(queue) == [("a", 0)]


def test_an_item_is_removed_wherever_it_stands():
    queue = fifo("a", "b", "c")
    assert queue.remove("b") == ("b", 0)
    assert keys(queue) == "ac"


def test_a_replaced_item_keeps_its_place():
    queue = fifo("a", "b", "c")
    queue.replace(("b", 7))
    assert list(queue) == [("a", 0), ("b", 7), ("c", 0)]


@pytest.mark.parametrize(
    ("key", "before", "order"),
    [("c", "a", "cab"), ("a", "c", "bac"), ("a", None, "bca"), ("c", None, "abc"), ("a", "b", "abc")],
)
def test_an_item_moves_before_another_or_last(key: str, before: str | None, order: str):
    queue = fifo("a", "b", "c")
    queue.move(key, before)
    assert keys(queue) == order


def test_what_is_not_there_cannot_be_removed_replaced_or_moved():
    queue = fifo("a")
    with pytest.raises(KeyError):
        queue.remove("x")
    with pytest.raises(KeyError):
        queue.replace(("x", 1))
    with pytest.raises(KeyError):
        queue.move("x", None)


def test_an_item_cannot_move_before_what_is_not_there():
    queue = fifo("a", "b")
    with pytest.raises((KeyError, ValueError)):
        queue.move("a", "x")
    assert keys(queue) == "ab"


def test_every_change_is_told_with_the_length_it_left():
    queue, told = fifo(), []
    with queue.observed(told.append):
        queue.push(("a", 0))
        queue.push(("b", 0))
        queue.replace(("b", 1))
        queue.move("b", "a")
        queue.remove("a")
    assert told == [
        Change("added", ("a", 0), 1),
        Change("added", ("b", 0), 2),
        Change("changed", ("b", 1), 2),
        Change("changed", ("b", 1), 2),
        Change("removed", ("a", 0), 1),
    ]


def test_a_change_that_was_refused_is_not_told():
    queue, told = fifo("a"), []
    with queue.observed(told.append):
        with pytest.raises(KeyError):
            queue.push(("a", 1))
        with pytest.raises(KeyError):
            queue.remove("x")
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
    for key, _ in queue:
        queue.remove(key)
    assert len(queue) == 0


STEPS = st.lists(
    st.tuples(st.sampled_from(["push", "remove", "replace", "move"]), st.sampled_from("abcd")), max_size=40
)


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
                    case "remove":
                        queue.remove(key)
                    case _:
                        queue.move(key, None)
            except KeyError:
                continue
    assert known == {item[0]: item for item in queue}
