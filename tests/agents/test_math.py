from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.agents.agent import Context
from genie.agents.arithmetic.expression import (
    Factorial,
    Negative,
    Node,
    Number,
    Operation,
    Percent,
    Root,
    parse,
)
from genie.agents.arithmetic.text import canonical
from genie.agents.arithmetic.value import Amount, Impossible, evaluate
from genie.agents.math import MATH
from genie.number_words import spell

NOW = Context(datetime(2026, 11, 20, 15, 5, tzinfo=UTC), "UTC", "en-US")


async def reply(question: str) -> str:
    slots = MATH.understand(question)
    assert slots is not None
    return "".join([text async for text in MATH.answer(slots, NOW)])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what is twelve times seven", "12 times 7 is 84."),
        ("what's 12x7?", "12 times 7 is 84."),
        ("3 + 4 × 2", "3 plus 4 times 2 is 11."),
        ("(3 + 4) * 2", "(3 plus 4) times 2 is 14."),
        ("10 - 3 - 2", "10 minus 3 minus 2 is 5."),
        ("what is 0.1 + 0.2", "0.1 plus 0.2 is 0.3."),
        ("what is ten divided by three", "10 divided by 3 is 3 and one third, about 3.33333."),
        ("1/7 + 1/6", "One seventh plus one sixth is 13 over 42, about 0.309524."),
        ("what is 1 / 1234567", "1 divided by 1,234,567 is about 0.000000810001."),
        ("what is fifteen percent of eighty", "15 percent of 80 is 12."),
        ("80 plus 10 percent", "80 plus 10 percent is 88."),
        ("10 percent plus 5 percent", "10 percent plus 5 percent is 0.15."),
        ("80 - 10%", "80 minus 10 percent is 72."),
        ("what is 17 % 5", "17 modulo 5 is 2."),
        ("what is half of ninety", "One half of 90 is 45."),
        ("what is two thirds of ninety", "Two thirds of 90 is 60."),
        ("how much is a quarter of a million", "One quarter of 1,000,000 is 250,000."),
        ("what is the square root of sixteen", "The square root of 16 is 4."),
        ("what is the square root of two", "The square root of 2 is about 1.41421."),
        ("the cube root of minus 27", "The cube root of minus 27 is minus 3."),
        ("the fifth root of 32", "The fifth root of 32 is 2."),
        ("square root of 2.25", "The square root of 2.25 is 1.5."),
        ("5 squared", "5 squared is 25."),
        ("two to the third power", "2 cubed is 8."),
        ("2^-3", "2 to the power of minus 3 is 0.125."),
        ("2^3^2", "2 to the power of 3 squared is 512."),
        ("minus two squared", "Minus 2 squared is minus 4."),
        ("8^(1/3)", "8 to the power of one third is 2."),
        ("2^0.5", "2 to the power of 0.5 is about 1.41421."),
        ("1.01^500", "1.01 to the power of 500 is about 144.773."),
        ("2^100", "2 to the power of 100 is 1,267,650,600,228,229,401,496,703,205,376."),
        ("100!", "100 factorial is about 9.33262 times 10 to the power of 157, a number of 158 digits."),
        ("the sum of one hundred and fifty", "100 plus 50 is 150."),
        ("the difference between ten and four", "10 minus 4 is 6."),
        ("subtract 3 from 10", "10 minus 3 is 7."),
        ("the average of 3, 4 and 6", "(3 plus 4 plus 6) divided by 3 is 4 and one third, about 4.33333."),
        ("what is a dozen times three", "12 times 3 is 36."),
        ("5 minus 8", "5 minus 8 is minus 3."),
        ("1,000 * 1,000", "1,000 times 1,000 is 1,000,000."),
        ("10 / 0", "Nothing can be divided by zero."),
        ("10 modulo 0", "Nothing can be divided by zero."),
        ("0 ^ -1", "Nothing can be divided by zero."),
        ("square root of -4", "A negative number has no real root of that kind."),
        ("half factorial", "Only whole numbers from zero up have a factorial."),
    ],
)
async def test_an_answer_is_one_exact_sentence(question, answer):
    assert await reply(question) == answer


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "question",
    [
        "9^9^9^9",
        "99999999999 to the power of 99999999999",
        "2 ^ -99999999999",
        "1000000000 factorial",
        "1.0000001 ^ 100000000000",
        "(1 + 10^-400) ^ (10^400)",
        "((9!)!)!",
        "(9^900) * (9^900)",
        "2 ^ 1000000000000.5",
        "root 2 (2) ^ 99999999",
    ],
)
async def test_a_number_too_long_is_refused_at_once(question):
    assert "too long a number" in await reply(question)


@pytest.mark.parametrize("question", ["(" * 41 + "1+1" + ")" * 41, "1+" * 200 + "1", "root 101 (2)", "root 1 (2)"])
def test_an_expression_beyond_the_bounds_is_not_understood(question):
    assert MATH.understand(question) is None


INTEGERS = st.integers(min_value=-(10**6), max_value=10**6)
NATURALS = st.integers(min_value=0, max_value=10**12)
SIGNS = {"plus": "+", "minus": "-", "times": "*", "divided by": "/"}


@given(NATURALS, NATURALS, st.sampled_from(sorted(SIGNS)))
def test_words_and_symbols_mean_the_same_plan(left, right, word):
    spoken = MATH.understand(f"what is {spell(left)} {word} {spell(right)}")
    assert spoken == MATH.understand(f"{left}{SIGNS[word]}{right}")
    assert spoken is not None


def trees(leaves):
    """Trees of the four operations, with the value that fractions give them, None after a division by zero."""
    return st.recursive(leaves, lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner), max_leaves=8)


def written(tree) -> str:
    return f"({tree})" if isinstance(tree, int) else f"({written(tree[1])} {tree[0]} {written(tree[2])})"


def reckoned(tree) -> Fraction:
    if isinstance(tree, int):
        return Fraction(tree)
    sign, left, right = tree[0], reckoned(tree[1]), reckoned(tree[2])
    return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[sign](right)


@given(trees(INTEGERS))
def test_reckoning_agrees_with_fractions(tree):
    node = parse(written(tree))
    assert node is not None
    try:
        expected = reckoned(tree)
    except ZeroDivisionError:
        with pytest.raises(Impossible):
            evaluate(node)
    else:
        assert evaluate(node) == Amount(expected)


NODES: st.SearchStrategy[Node] = st.recursive(
    st.fractions(min_value=0, max_value=1000, max_denominator=30).map(Number),
    lambda inner: st.one_of(
        st.builds(Operation, st.sampled_from(["+", "-", "*", "/", "mod", "^"]), inner, inner),
        st.builds(Negative, inner),
        st.builds(Percent, inner),
        st.builds(Factorial, inner),
        st.builds(Root, st.integers(2, 9), inner),
    ),
    max_leaves=6,
)


def worth(node: Node) -> Amount | str:
    try:
        return evaluate(node)
    except Impossible as reason:
        return str(reason)


@given(NODES)
def test_the_canonical_text_of_an_expression_is_worth_the_same(node):
    again = parse(canonical(node))
    assert again is not None
    assert worth(again) == worth(node)
    assert canonical(again) == canonical(parse(canonical(again)))


@given(st.fractions(min_value=0, max_value=10**9, max_denominator=1000), st.integers(2, 9))
def test_the_root_of_a_power_is_exact(base, degree):
    assert evaluate(Root(degree, Operation("^", Number(base), Number(Fraction(degree))))) == Amount(base)


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**9), st.integers(2, 9))
def test_an_inexact_root_is_right_to_forty_digits(value, degree):
    root = evaluate(Root(degree, Number(value))).value
    assert abs(root**degree / value - 1) < Fraction(1, 10**40)


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text):
    MATH.understand(text)
