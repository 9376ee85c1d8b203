"""Work that pauses, done without a pause."""

from collections.abc import Generator
from typing import Any, TypeVar

R = TypeVar("R")


def done(work: Generator[Any, None, R]) -> R:
    """Return what comes of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
