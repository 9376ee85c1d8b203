"""Changes of what is kept: one after the other, each made to its end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Changes:
    """Make one change at a time; one that was begun is made, whoever is gone."""

    def __init__(self) -> None:
        self._changing = asyncio.Lock()

    async def make(self, change: Coroutine[Any, Any, T]) -> T:
        """Make a change when those before it are made, and return what it comes to."""
        return await asyncio.shield(asyncio.ensure_future(self._alone(change)))

    async def _alone(self, change: Coroutine[Any, Any, T]) -> T:
        async with self._changing:
            return await change
