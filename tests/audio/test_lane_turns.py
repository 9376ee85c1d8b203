from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from genie.audio.turns import FOLLOW_S, GATHER_S, PATIENCE_S, SHARE, Rank, Turns


@dataclass(frozen=True, eq=False)
class Call:
    rank: Rank
    name: str = "hear"
    due: float = 0.0


def turns(*calls: Call, at: float = 0.0) -> Turns[Call]:
    one: Turns[Call] = Turns()
    for call in calls:
        one.put(call, at)
    return one


def taken(one: Turns[Call], now: float = 0.0) -> list[Call]:
    """Return what is served, one call after the other, when none takes any time."""
    found = []
    while one:
        found += one.take(now)
        now += FOLLOW_S
    return found


def test_what_is_urgent_goes_first_and_a_recording_last() -> None:
    calls = [Call(rank) for rank in (Rank.SPARE, Rank.BULK, Rank.FIRST, Rank.PARTIAL, Rank.URGENT, Rank.SOON)]
    assert [call.rank for call in taken(turns(*calls))] == sorted(Rank)


def test_what_nobody_waits_for_is_never_before_anything_else() -> None:
    one = turns(Call(Rank.SPARE))
    for now in range(100):
        one.put(Call(Rank.BULK), float(now))
        assert [call.rank for call in one.take(now + 0.5)] == [Rank.BULK]
    assert [call.rank for call in one.take(100.0)] == [Rank.SPARE]


@given(st.lists(st.sampled_from(Rank)))
def test_in_a_rank_first_come_is_first_served(ranks: list[Rank]) -> None:
    calls = [Call(rank) for rank in ranks]
    served = taken(turns(*calls))
    assert len(served) == len(calls)
    for rank in Rank:
        assert [call for call in served if call.rank is rank] == [call for call in calls if call.rank is rank]


@given(st.lists(st.tuples(st.sampled_from((Rank.FIRST, Rank.BULK)), st.sampled_from((0.0, 1.0, 2.0)))))
def test_in_a_rank_what_is_due_sooner_is_served_sooner(wanted: list[tuple[Rank, float]]) -> None:
    calls = [Call(rank, due=due) for rank, due in wanted]
    assert taken(turns(*calls)) == sorted(calls, key=lambda call: (call.rank, call.due))


def test_patience_ends_for_who_waits_longest_though_another_is_due_before() -> None:
    one = turns(Call(Rank.BULK, due=9.0))
    for now in range(int(PATIENCE_S)):
        one.put(Call(Rank.FIRST), float(now))
        assert one.take(float(now))[0].rank is Rank.FIRST
    one.put(Call(Rank.BULK, due=1.0), PATIENCE_S + 0.5)
    one.put(Call(Rank.FIRST), PATIENCE_S + 0.5)
    assert [call.due for call in one.take(PATIENCE_S + 1)] == [1.0]


def test_what_pauses_goes_on_before_all_that_is_as_due_and_after_what_is_due_before() -> None:
    soon, one, other = Call(Rank.BULK, due=1.0), Call(Rank.BULK, due=2.0), Call(Rank.BULK, due=2.0)
    calls = turns(one, other)
    assert calls.take(0.0) == [one]
    calls.put_back(one, 0.1)
    assert calls.take(0.1) == [one]
    calls.put(soon, 0.2)
    calls.put_back(one, 0.2)
    assert taken(calls, 0.2) == [soon, one, other]


def test_what_pauses_lets_a_higher_rank_go_before() -> None:
    later, first = Call(Rank.BULK, due=1.0), Call(Rank.FIRST)
    calls = turns(later)
    assert calls.take(0.0) == [later]
    calls.put(first, 0.1)
    calls.put_back(later, 0.1)
    assert taken(calls, 0.1) == [first, later]


def test_what_was_passed_over_too_long_has_its_whole_turn() -> None:
    late, others = Call(Rank.BULK), [Call(Rank.FIRST) for _ in range(4)]
    calls, now = turns(late, *others), PATIENCE_S
    for _ in range(3):
        assert calls.take(now) == [late]
        now += 1.0
        calls.put_back(late, now)
    assert calls.take(now) == [late]
    calls.put(Call(Rank.BULK), now)
    assert taken(calls, now + 1.0)[:4] == others, "and then the next one waits as long again"


def test_what_pauses_and_is_withdrawn_owes_nobody_a_turn() -> None:
    late, first, later = Call(Rank.BULK), Call(Rank.FIRST), Call(Rank.BULK)
    calls = turns(late)
    calls.put(first, PATIENCE_S)
    assert calls.take(PATIENCE_S) == [late]
    calls.put_back(late, PATIENCE_S)
    assert calls.withdraw(late) and not calls.withdraw(late)
    assert taken(calls, PATIENCE_S) == [first]
    calls.put(later, PATIENCE_S + 1.0)
    calls.put(first, PATIENCE_S + 1.0)
    assert taken(calls, PATIENCE_S + 1.0) == [first, later]


def test_what_is_withdrawn_is_not_served() -> None:
    first, second = Call(Rank.PARTIAL), Call(Rank.PARTIAL)
    one = turns(first, second)
    one.withdraw(first)
    assert taken(one) == [second] and not one
    one.withdraw(first)


def test_partials_are_taken_together_up_to_the_batch() -> None:
    calls = [Call(Rank.PARTIAL) for _ in range(5)]
    one = turns(*calls)
    assert one.take(1.0, batch=3) == calls[:3]
    assert one.take(2.0, batch=3) == calls[3:]


def test_only_partials_are_taken_together() -> None:
    calls = [Call(Rank.URGENT), Call(Rank.URGENT), Call(Rank.BULK), Call(Rank.BULK)]
    one = turns(*calls)
    served = [one.take(1.0 + step * FOLLOW_S / 2, batch=8) for step in range(10)]
    assert [some for some in served if some] == [[call] for call in calls]


def test_calls_of_another_name_are_not_taken_together() -> None:
    calls = [Call(Rank.PARTIAL), Call(Rank.PARTIAL), Call(Rank.PARTIAL, "other")]
    one = turns(*calls)
    assert [one.take(1.0, batch=8) for _ in range(2)] == [calls[:2], calls[2:]]


def test_a_partial_waits_a_moment_for_others_only_where_one_run_serves_several() -> None:
    call = Call(Rank.PARTIAL)
    one = turns(call)
    assert one.take(GATHER_S / 2, batch=8) == []
    assert one.take(GATHER_S, batch=8) == [call]
    assert turns(call).take(0.0, batch=1) == [call]


def test_something_urgent_does_not_wait_while_partials_gather() -> None:
    urgent = Call(Rank.URGENT)
    assert turns(Call(Rank.PARTIAL), urgent).take(0.0, batch=8) == [urgent]


def test_who_was_just_fed_ends_before_the_partial_of_another() -> None:
    partial, fed, ended = Call(Rank.PARTIAL), Call(Rank.URGENT, "feed"), Call(Rank.URGENT, "finish")
    one = turns(partial, fed)
    assert one.take(1.0) == [fed]
    assert one.take(1.1) == [], "its caller has not heard of it yet"
    one.put(ended, 1.1 + FOLLOW_S / 3)
    assert one.take(1.1 + FOLLOW_S / 2) == [ended]
    assert one.take(1.2) == []
    assert one.take(1.2 + 2 * FOLLOW_S) == [partial], "nobody came"


def test_under_a_constant_load_of_partials_a_recording_is_served_within_its_patience() -> None:
    one = turns(Call(Rank.BULK), Call(Rank.BULK))
    served = []
    for step in range(round(3 * PATIENCE_S)):
        one.put(Call(Rank.PARTIAL), step)
        served += [(step, call.rank) for call in one.take(step)]
    windows = [step for step, rank in served if rank is Rank.BULK]
    assert windows == [PATIENCE_S, 2 * PATIENCE_S + 1]


def test_a_recording_whose_windows_take_long_gets_a_fifth_of_the_engine() -> None:
    one, now, spent = turns(*(Call(Rank.BULK) for _ in range(20))), 0.0, dict.fromkeys(Rank, 0.0)
    while now < 500.0:
        one.put(Call(Rank.URGENT), now)
        [call] = one.take(now)
        took = 10.0 if call.rank is Rank.BULK else 1.0
        spent[call.rank] += took
        now += took
    assert 0.15 <= spent[Rank.BULK] / now <= 1 / (SHARE + 1) + 0.02


def test_first_pieces_of_four_speeches_go_before_anybodys_second() -> None:
    one, now, served = Turns[Call](), 0.0, []
    for speech in "abcd":  # each asks for its next piece when it has the one before
        one.put(Call(Rank.FIRST if speech != "a" else Rank.BULK, speech), now)
    while len(served) < 12:
        if calls := one.take(now):
            served.append(calls[0].name)
            one.put(Call(Rank.BULK, calls[0].name), now + 1.0)
        now += 1.0
    assert served[:4] == list("bcda"), "a had begun before"
    assert all(sorted(served[at : at + 4]) == list("abcd") for at in (4, 8)), "then each has its turn"


@given(st.lists(st.tuples(st.sampled_from(Rank), st.floats(0.1, 3.0)), min_size=1, max_size=60), st.integers(1, 4))
def test_whatever_comes_nobody_is_lost_or_served_twice(steps: list[tuple[Rank, float]], batch: int) -> None:
    one, now, calls, served = Turns[Call](), 0.0, [], []
    for rank, seconds in steps:
        calls.append(Call(rank))
        one.put(calls[-1], now)
        now += seconds
        served += one.take(now, batch)
    while one:
        now += 1.0
        served += one.take(now, batch)
    assert len(served) == len(calls) == len(set(map(id, served)))
