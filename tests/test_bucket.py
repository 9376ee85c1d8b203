import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.bucket import Bucket


def test_a_burst_may_be_spent_at_once_and_no_more():
    bucket = Bucket(0)
    assert [bucket.take(0, rate=1, burst=3) for _ in range(4)] == [0, 0, 0, 1]


def test_it_says_how_long_it_takes_until_there_is_enough():
    bucket = Bucket(0)
    bucket.take(0, rate=2, burst=10, amount=10)
    assert bucket.take(0, rate=2, burst=10, amount=4) == 2
    assert bucket.take(2, rate=2, burst=10, amount=4) == 0


def test_what_is_refused_costs_nothing():
    bucket = Bucket(0)
    bucket.take(0, rate=1, burst=2, amount=2)
    assert [bucket.take(0, rate=1, burst=2) for _ in range(5)] == [1] * 5


def test_it_never_holds_more_than_a_burst():
    bucket = Bucket(0)
    assert bucket.take(1_000, rate=1, burst=2, amount=2) == 0
    assert bucket.take(1_000, rate=1, burst=2) == 1


def test_an_amount_above_the_burst_passes_once_the_bucket_is_full():
    bucket = Bucket(0)
    assert bucket.take(0, rate=1, burst=2, amount=6) == 0
    assert bucket.take(0, rate=1, burst=2, amount=6) == pytest.approx(6)
    assert bucket.take(6, rate=1, burst=2, amount=6) == 0


def test_a_new_rate_counts_at_once():
    bucket = Bucket(0)
    bucket.take(0, rate=1, burst=10, amount=10)
    assert bucket.take(1, rate=10, burst=10, amount=10) == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 4)), max_size=60))
def test_no_more_passes_than_the_burst_and_the_rate_allow(asked):
    bucket, now, passed = Bucket(0), 0.0, 0.0
    for pause, amount in asked:
        now += pause
        if not bucket.take(now, rate=2, burst=5, amount=amount):
            passed += amount
    assert passed <= 5 + 2 * now + 1e-6
