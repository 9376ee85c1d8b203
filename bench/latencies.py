"""How long something took, many times: a line of a table in milliseconds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latencies:
    """One line: the quantiles of `n` values, in milliseconds."""

    what: str
    n: int
    p50: float
    p95: float
    p99: float

    def __str__(self) -> str:
        return f"{self.what:36}{self.n:7}{self.p50:10.2f}{self.p95:10.2f}{self.p99:10.2f}"


def latencies(what: str, seconds: Iterable[float]) -> Latencies:
    """Return the line of what took so many seconds each time."""
    values = sorted(value * 1_000 for value in seconds)
    return Latencies(what, len(values), *(round(_quantile(values, q), 2) for q in (0.5, 0.95, 0.99)))


def show(table: list[Latencies], goal: Callable[[str], str] = lambda what: "") -> None:
    """Print the lines, each with the goal of what it is about."""
    print(f"{'milliseconds':36}{'n':>7}{'p50':>10}{'p95':>10}{'p99':>10}")
    for line in table:
        print(f"{line}   {goal(line.what)}".rstrip())


def _quantile(values: list[float], q: float) -> float:
    return values[min(len(values) - 1, round(q * (len(values) - 1)))] if values else float("nan")
