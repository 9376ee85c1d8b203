"""An answer that is written for as long as somebody wants to hear it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from genie.agents.agent import Agent
from genie.audio.speech import Speech


@asynccontextmanager
async def wanted(agent: Agent, speech: Speech | None) -> AsyncIterator[None]:
    """Leave what is done inside as soon as whoever hears this speech wants no more of it.

    An agent that does something is not stopped half-way. One that is `repeatable` may be awaited by equal questions,
    and is done in a moment.
    """
    if speech is None or agent.side_effects or agent.repeatable:
        yield
        return
    writing = asyncio.timeout(None)
    try:
        async with writing:
            speech.unwanted = partial(writing.reschedule, 0.0)
            try:
                yield
            finally:
                speech.unwanted = None
    except TimeoutError:
        if not writing.expired():
            raise
