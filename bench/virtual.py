"""An event loop whose time does not pass but jumps: an hour of waiting is over at once, and always the same."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


class _NoWaiting(selectors.DefaultSelector):
    """Let virtual time pass where others wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nobody will ever go on")
        self.now += max(0.0, timeout)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _NoWaiting()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def run(main: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine to its end in virtual time; threads have no place in it."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main)
