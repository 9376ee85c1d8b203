"""Expressions and results as text: one canonical spelling to keep, and one that reads and sounds well. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType

from genie.agents.arithmetic.expression import (
    BINDING,
    NEGATION,
    POSTFIX,
    Factorial,
    Negative,
    Node,
    Number,
    Operation,
    Percent,
    Root,
)
from genie.agents.arithmetic.value import Amount, as_decimal
from genie.number_words import ORDINALS, spell, spell_ordinal

EXACT_PLACES = 10
"""Decimals that are read out in full; a longer decimal is rounded and called "about"."""

EXACT_DIGITS = 36
"""Digits of a whole number that still has a name; a longer one is told by its size."""

SIGNIFICANT = 6
SMALL_PART = 20
LARGEST_PART = 1000
"""Denominators worth saying: in words up to the first, as "over" up to the second."""


@dataclass(frozen=True, slots=True)
class _Style:
    number: Callable[[Fraction], str]
    signs: Mapping[str, str]
    negative: str
    percent: str
    factorial: str
    root: Callable[[int, str], str]


def canonical(node: Node) -> str:
    """Return the expression in symbols, spelled one way only; parsing it gives the same result."""
    return _write(node, _SYMBOLS, 0)


def spoken(node: Node) -> str:
    """Return the expression in words with digits: "15 percent of 80"."""
    return _write(node, _WORDS, 0)


def amount_text(amount: Amount) -> str:
    """Return the result as text: exact where that can be said, otherwise "about" with six significant digits."""
    value = amount.value
    if value < 0:
        positive = amount_text(Amount(-value, amount.exact))
        return f"about minus {positive[6:]}" if positive.startswith("about ") else f"minus {positive}"
    places = _decimal_places(value.denominator)
    if not amount.exact:
        return f"about {_rounded(value)}"
    if value >= 10**EXACT_DIGITS and value.denominator == 1:
        return f"about {_rounded(value)}, a number of {len(str(value.numerator))} digits"
    if places is not None and places <= EXACT_PLACES and value < 10**EXACT_DIGITS:
        return _decimal(value, places)
    if value.denominator <= LARGEST_PART and value < 10**EXACT_DIGITS:
        return f"{_fraction(value)}, about {_rounded(value)}"
    return f"about {_rounded(value)}"


def _write(node: Node, style: _Style, binding: int) -> str:
    text, own = _plain(node, style, binding)
    return f"({text})" if own < binding else text


def _plain(node: Node, style: _Style, binding: int) -> tuple[str, int]:
    """Return the text of a node without brackets, and how tightly it binds."""
    match node:
        case Number(value):
            return style.number(value), POSTFIX + 1
        case Negative(operand):
            return style.negative.format(_write(operand, style, NEGATION)), NEGATION
        case Percent(operand):
            return style.percent.format(_write(operand, style, POSTFIX)), POSTFIX
        case Factorial(operand):
            return style.factorial.format(_write(operand, style, POSTFIX)), POSTFIX
        case Root(degree, operand):
            return style.root(degree, _write(operand, style, NEGATION if style is _WORDS else 0)), NEGATION
        case Operation("/", Number(above), Number(below)) if style is _WORDS and binding and _is_part(above, below):
            return _fraction(above / below), POSTFIX
        case Operation("of", Number(share), right) if style is _WORDS and 0 < share < 1 and share.denominator <= 20:
            return f"{_fraction(share)} of {_write(right, style, BINDING['of'] + 1)}", BINDING["of"]
        case Operation(sign, left, right):
            return _operation(sign, left, right, style), BINDING[sign]


def _operation(sign: str, left: Node, right: Node, style: _Style) -> str:
    own = BINDING[sign]
    first = _write(left, style, own + (sign == "^"))
    if style is _WORDS and sign == "^" and right in (Number(Fraction(2)), Number(Fraction(3))):
        return f"{first} {'squared' if right == Number(Fraction(2)) else 'cubed'}"
    if isinstance(right, Negative) and isinstance(right.operand, Number):
        own = 0  # after an operator "minus 3" needs no brackets
    return f"{first}{style.signs[sign]}{_write(right, style, own + (sign != '^'))}"


def _is_part(above: Fraction, below: Fraction) -> bool:
    return above.denominator == below.denominator == 1 and 0 < above < below <= SMALL_PART


def _symbol_number(value: Fraction) -> str:
    places = _decimal_places(value.denominator)
    return f"({value.numerator}/{value.denominator})" if places is None else f"{_plain_decimal(value, places):f}"


def _word_number(value: Fraction) -> str:
    places = _decimal_places(value.denominator)
    return _fraction(value) if places is None else _decimal(value, places)


def _symbol_root(degree: int, operand: str) -> str:
    name = {2: "sqrt", 3: "cbrt"}.get(degree, f"root {degree} ")
    return f"{name}({operand})"


def _word_root(degree: int, operand: str) -> str:
    name = {2: "square", 3: "cube"}.get(degree) or (spell_ordinal(degree) if degree < 100 else f"{degree}th")
    return f"the {name} root of {operand}"


_SYMBOLS = _Style(
    number=_symbol_number,
    signs=MappingProxyType({sign: f" {sign} " for sign in BINDING}),
    negative="-{}",
    percent="{}%",
    factorial="{}!",
    root=_symbol_root,
)
_WORDS = _Style(
    number=_word_number,
    signs=MappingProxyType(
        {
            "+": " plus ",
            "-": " minus ",
            "*": " times ",
            "/": " divided by ",
            "mod": " modulo ",
            "of": " of ",
            "^": " to the power of ",
        }
    ),
    negative="minus {}",
    percent="{} percent",
    factorial="{} factorial",
    root=_word_root,
)


def _decimal_places(denominator: int) -> int | None:
    """Return how many decimals the fraction has, or None when they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _plain_decimal(value: Fraction, places: int) -> Decimal:
    return Decimal(f"{value.numerator * 10**places // value.denominator}e-{places}")


def _decimal(value: Fraction, places: int) -> str:
    return f"{_plain_decimal(value, places):,f}"


def _rounded(value: Fraction) -> str:
    """Return a positive value to six significant digits, and at least to the hundredths when it is not huge."""
    about = as_decimal(value)
    size = about.adjusted()
    if not -7 <= size <= 20:
        power = f"minus {-size}" if size < 0 else str(size)
        return f"{_trimmed(about.scaleb(-size), SIGNIFICANT - 1)} times 10 to the power of {power}"
    return _trimmed(about, max(SIGNIFICANT - 1 - size, 2))


def _trimmed(number: Decimal, places: int) -> str:
    text = f"{number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".")


def _fraction(value: Fraction) -> str:
    """Return "two thirds", "3 and one third", "22 over 113"."""
    whole, above = divmod(value.numerator, value.denominator)
    if value.denominator > SMALL_PART:
        return f"{value.numerator:,} over {value.denominator}"
    part = {2: "half", 4: "quarter"}.get(value.denominator) or _ordinal(value.denominator)
    words = f"{spell(above)} {part}{'s' if above > 1 else ''}"
    return f"{whole:,} and {words}" if whole else words


def _ordinal(number: int) -> str:
    return ORDINALS[number] if number < len(ORDINALS) else spell_ordinal(number)
