"""Who is told of something, for as long as they want to be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Observers(Generic[P]):
    """Tell all who have joined, in the order in which they did."""

    def __init__(self) -> None:
        self._all: list[Callable[P, object]] = []

    @contextmanager
    def joined(self, observer: Callable[P, object]) -> Iterator[None]:
        """Call `observer` each time for as long as the context lasts."""
        self._all.append(observer)
        try:
            yield
        finally:
            self._all.remove(observer)

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every observer; who joins or leaves meanwhile does so for the next time."""
        for observer in list(self._all):
            observer(*args, **kwargs)
