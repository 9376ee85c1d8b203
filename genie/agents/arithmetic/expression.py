"""Arithmetic expressions: a tree, and the Pratt parser that makes it from tokens. Pure.

Pratt, V. R., "Top down operator precedence", POPL 1973.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from genie.agents.arithmetic.tokens import Token, tokens


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Negative:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Percent:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Factorial:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Root:
    degree: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """`left sign right`, where sign is one of `+ - * / mod of ^`."""

    sign: str
    left: "Node"
    right: "Node"


Node = Number | Negative | Percent | Factorial | Root | Operation

BINDING = MappingProxyType({"+": 10, "-": 10, "*": 20, "/": 20, "mod": 20, "of": 25, "^": 40})
_AGGREGATES = MappingProxyType({"sum": "+", "average": "+", "product": "*", "difference": "-", "quotient": "/"})
_ORDERS = MappingProxyType(
    {"add": ("+", "to", "and"), "subtract": ("-", "from"), "multiply": ("*", "by", "and"), "divide": ("/", "by")}
)
NEGATION, POSTFIX = 30, 50
MAX_DEPTH = 40
MAX_DEGREE = 100


class _Malformed(Exception):
    """The tokens are no expression."""


def parse(text: str) -> Node | None:
    """Return the tree of a lower-case expression, or None when the whole text is not one."""
    for join in (True, False):
        found = tokens(text, join=join)
        try:
            if found:
                return _Parser(found).whole()
        except _Malformed:
            continue
    return None


class _Parser:
    """Walk over tokens once; raise `_Malformed` at the first that does not fit."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._command() or self._expression(0)
        if self._place < len(self._tokens):
            raise _Malformed
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            raise _Malformed
        self._place += 1
        return token

    def _take(self, *wanted: str) -> str:
        token = self._next()
        if not isinstance(token, str) or token not in wanted:
            raise _Malformed
        return token

    def _expression(self, binding: int) -> Node:
        """Parse an operand and every operator after it that binds tighter than `binding`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Malformed
        node = self._postfix(self._operand())
        while isinstance(sign := self._infix(), str) and BINDING[sign] > binding:
            self._place += 1
            # A power associates to the right: its right side may hold another power.
            right = self._expression(BINDING[sign] - (sign == "^"))
            node = _operation(sign, node, right)
        self._depth -= 1
        return node

    def _infix(self) -> str | None:
        token = self._peek()
        if token == "%":  # not taken as a postfix: it stands before an operand
            return "mod" if self._starts_operand(1) else None
        return token if isinstance(token, str) and token in BINDING else None

    def _operand(self) -> Node:
        match self._next():
            case Fraction() as value:
                return Number(value)
            case "(":
                return self._closed()
            case "-":
                return Negative(self._expression(NEGATION - 1))
            case "root":
                degree = self._next()
                if not isinstance(degree, Fraction) or degree.denominator != 1 or not 2 <= degree <= MAX_DEGREE:
                    raise _Malformed
                return Root(int(degree), self._argument())
            case "factorial":
                return Factorial(self._argument())
            case "square" | "cube" as word:
                return Operation("^", self._argument(), _count(2 if word == "square" else 3))
            case "twice" | "double":
                return Operation("*", _count(2), self._argument())
            case _:
                raise _Malformed

    def _closed(self) -> Node:
        node = self._expression(0)
        self._take(")")
        return node

    def _argument(self) -> Node:
        """Parse what a function applies to: a bracket and nothing after it, or an operand with its powers."""
        if self._peek() == "(":
            self._place += 1
            return self._closed()
        return self._expression(NEGATION - 1)

    def _postfix(self, node: Node) -> Node:
        while (token := self._peek()) in ("!", "percent") or (token == "%" and not self._starts_operand(1)):
            self._place += 1
            node = Factorial(node) if token == "!" else Percent(node)
        return node

    def _starts_operand(self, ahead: int) -> bool:
        place = self._place + ahead
        return place < len(self._tokens) and (isinstance(self._tokens[place], Fraction) or self._tokens[place] == "(")

    def _command(self) -> Node | None:
        """Parse "sum of … and …", "subtract … from …": only as a whole, for what would follow is ambiguous."""
        word = self._peek()
        if word in _AGGREGATES:
            self._place += 1
            return self._aggregate(str(word))
        if word in _ORDERS:
            self._place += 1
            return self._order(str(word))
        return None

    def _aggregate(self, word: str) -> Node:
        sign = _AGGREGATES[word]
        total, count = self._item(), 1
        while count == 1 or (sign in "+*" and self._peek() is not None):
            if self._take("and", ",") == "," and self._peek() == "and":
                self._place += 1
            total, count = Operation(sign, total, self._item()), count + 1
        return Operation("/", total, _count(count)) if word == "average" else total

    def _order(self, word: str) -> Node:
        first = self._item()
        sign, *joints = _ORDERS[word]
        self._take(*joints)
        second = self._item()
        return Operation(sign, second, first) if word == "subtract" else Operation(sign, first, second)

    def _item(self) -> Node:
        return self._expression(BINDING["*"])


def _count(number: int) -> Number:
    return Number(Fraction(number))


def _operation(sign: str, left: Node, right: Node) -> Operation:
    """Return the operation; "of" needs a share on its left: "seven of nine" is no arithmetic."""
    if sign == "of" and not _is_share(left):
        raise _Malformed
    return Operation(sign, left, right)


def _is_share(node: Node) -> bool:
    match node:
        case Percent() | Operation(sign="/" | "of"):
            return True
        case Number(value):
            return value.denominator > 1
        case Negative(operand):
            return _is_share(operand)
        case _:
            return False
