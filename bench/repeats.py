"""One figure of a bench, measured several times; and a table of them, for the eye and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Repeats:
    """One figure, measured several times."""

    what: str
    values: list[float]

    def __str__(self) -> str:
        return f"{self.what:46}{median(self.values):12.2f}{min(self.values):12.2f}{max(self.values):12.2f}"


def show(table: list[Repeats]) -> None:
    """Print a line a figure: the median, the least and the most."""
    print(f"{'':46}{'median':>12}{'least':>12}{'most':>12}")
    for line in table:
        print(line)


def keep(table: Sequence[Any], file: Path | None, **more: Any) -> None:
    """Write a table, whose lines are dataclasses, to a JSON file where one is wanted, with what else belongs to it."""
    if file is not None:
        file.write_text(json.dumps({**more, "rows": [asdict(line) for line in table]}, indent=1))
