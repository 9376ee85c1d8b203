"""What an expression is worth: exact wherever the result is rational, bounded, and never a float. Pure."""

import decimal
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from genie.agents.arithmetic.expression import Factorial, Negative, Node, Number, Operation, Percent, Root

MAX_DIGITS = 1000
"""Decimal digits of any numerator or denominator: enough for every question, and microseconds to reckon with."""

MAX_FACTORIAL = 449
"""The largest number whose factorial has at most `MAX_DIGITS` digits."""

MAX_DENOMINATOR = 12
"""Up to this denominator a fractional power is reckoned as a root, which may come out exact."""

MAX_POWER = 10**30
"""Beyond it, the fifty digits of an inexact base say nothing about the digits of its power."""

DIGITS = 50
"""Significant digits of what is not exact."""

_MAX_BITS = int(MAX_DIGITS * math.log2(10))


class Impossible(Exception):
    """There is no result, for a reason that the message says in plain words."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A result; when it is not `exact`, its first 40 digits or so are right."""

    value: Fraction
    exact: bool = True


def evaluate(node: Node) -> Amount:
    """Return what the expression is worth, or raise `Impossible`."""
    return _bounded(_evaluate(node))


def as_decimal(value: Fraction) -> Decimal:
    """Return the value rounded half up to `DIGITS` significant digits."""
    context = decimal.Context(prec=DIGITS, rounding=decimal.ROUND_HALF_UP)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def _evaluate(node: Node) -> Amount:
    match node:
        case Number(value):
            return Amount(value)
        case Negative(operand):
            amount = evaluate(operand)
            return Amount(-amount.value, amount.exact)
        case Percent(operand):
            amount = evaluate(operand)
            return Amount(amount.value / 100, amount.exact)
        case Factorial(operand):
            return _factorial(evaluate(operand))
        case Root(degree, operand):
            return _root(degree, evaluate(operand))
        case Operation("+" | "-" as sign, left, Percent(share)) if not isinstance(left, Percent):
            # "80 plus 10 percent" adds a share of the 80, as every pocket calculator does.
            part = Operation("*", left, Percent(share))
            return _combine(sign, evaluate(left), evaluate(part))
        case Operation(sign, left, right):
            return _combine(sign, evaluate(left), evaluate(right))


def _combine(sign: str, left: Amount, right: Amount) -> Amount:
    if sign in ("/", "mod") and right.value == 0:
        raise Impossible("Nothing can be divided by zero.")
    exact = left.exact and right.exact
    match sign:
        case "+":
            return Amount(left.value + right.value, exact)
        case "-":
            return Amount(left.value - right.value, exact)
        case "*" | "of":
            return Amount(left.value * right.value, exact)
        case "/":
            return Amount(left.value / right.value, exact)
        case "mod":
            return Amount(left.value % right.value, exact)
        case _:
            return _power(left, right)


def _bounded(amount: Amount) -> Amount:
    """Refuse a result that is too long; an inexact one needs no more digits than are right."""
    value = amount.value
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= _MAX_BITS and amount.exact:
        return amount
    if amount.exact or abs(_log10(value)) > MAX_DIGITS:
        raise _too_long()
    return Amount(Fraction(as_decimal(value)), exact=False)


def _too_long() -> Impossible:
    return Impossible(f"That is too long a number for me: I reckon with up to {MAX_DIGITS:,} digits.")


def _log10(value: Fraction) -> float:
    """Return the size of a value in digits, roughly; 0 for zero. Only bounds are made of it, never results."""
    return math.log10(abs(value.numerator)) - math.log10(value.denominator) if value else 0.0


def _longer(digits: float, power: Fraction) -> bool:
    """Say whether a number of so many digits, raised to this power, has more than `MAX_DIGITS`."""
    return digits > 0 and abs(power) > MAX_DIGITS / digits


def _length(value: Fraction) -> float:
    """Return how many digits the longer of numerator and denominator has, roughly."""
    return math.log10(max(abs(value.numerator), value.denominator))


def _factorial(amount: Amount) -> Amount:
    value = amount.value
    if value.denominator != 1 or value < 0:
        raise Impossible("Only whole numbers from zero up have a factorial.")
    if value > MAX_FACTORIAL:
        raise _too_long()
    return Amount(Fraction(math.factorial(int(value))), amount.exact)


def _power(base: Amount, exponent: Amount) -> Amount:
    value, power = base.value, exponent.value
    if value == 0 and power < 0:
        raise Impossible("Nothing can be divided by zero.")
    if value == 0:
        return Amount(Fraction(power == 0), base.exact and exponent.exact)
    if _longer(abs(_log10(value)), power) or abs(power) > MAX_POWER:
        raise _too_long()
    if base.exact and exponent.exact and power.denominator <= MAX_DENOMINATOR and not _longer(_length(value), power):
        whole = Amount(value**power.numerator)
        return whole if power.denominator == 1 else _root(power.denominator, whole)
    if value < 0 and power.denominator > 1:
        raise Impossible("A negative number has no real power of that kind.")
    about = decimal.Context(prec=DIGITS).power(as_decimal(value), as_decimal(power))
    return Amount(Fraction(about), exact=False)


def _root(degree: int, amount: Amount) -> Amount:
    value = amount.value
    if value < 0 and degree % 2 == 0:
        raise Impossible("A negative number has no real root of that kind.")
    if value < 0:
        positive = _root(degree, Amount(-value, amount.exact))
        return Amount(-positive.value, positive.exact)
    exact = Fraction(_whole_root(value.numerator, degree), _whole_root(value.denominator, degree))
    if exact**degree == value:
        return Amount(exact, amount.exact)
    # Shifted far enough that the digits which the denominator takes away are not the ones that count.
    shift = DIGITS + int(math.log10(value.denominator)) // degree
    scaled = value.numerator * 10 ** (degree * shift) // value.denominator
    return Amount(Fraction(_whole_root(scaled, degree), 10**shift), exact=False)


def _whole_root(number: int, degree: int) -> int:
    """Return the largest integer whose power is at most `number`, by Newton's method from above."""
    if degree == 2 or number < 2:
        return math.isqrt(number) if degree == 2 else number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better
