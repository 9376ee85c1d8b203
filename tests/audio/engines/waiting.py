"""Wait for what a test waits for."""

import asyncio
from collections.abc import Callable

LONGEST_S = 60.0


async def until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(LONGEST_S):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)
