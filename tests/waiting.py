"""Wait for what a test waits for."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from genie import messages
from genie.rest.outbox import Outbox

LONGEST_S = 60.0

M = TypeVar("M", bound=messages.Message)


async def until(condition: Callable[[], object]) -> None:
    """Return when the condition holds."""
    async with asyncio.timeout(LONGEST_S):
        while not condition():
            await asyncio.sleep(0.005)


async def told(outbox: Outbox, kind: type[M]) -> M:
    """Take what is sent, until a message of this kind comes."""
    async with asyncio.timeout(LONGEST_S):
        while True:
            frame = await outbox.take()
            if isinstance(frame, str) and isinstance(message := messages.decode_server(frame), kind):
                return message
