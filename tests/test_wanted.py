import asyncio
from dataclasses import replace

import pytest

from genie.agents.agent import Agent
from genie.audio.speech import Manner, Speech
from genie.wanted import wanted

AGENT = Agent("chat", "Talk.", (), lambda question: {}, lambda slots, context: iter(()))


async def writing(speech: Speech | None, agent: Agent = AGENT) -> bool:
    """Write for a moment; return whether it was written to its end."""
    written = []
    async with wanted(agent, speech):
        await asyncio.sleep(0.02)
        written.append("all of it")
    return bool(written)


async def test_what_nobody_wants_to_hear_is_written_no_further():
    speech = Speech("j", Manner())
    asyncio.get_running_loop().call_soon(speech.stop)
    assert not await writing(speech)


@pytest.mark.parametrize("agent", [replace(AGENT, side_effects=True), replace(AGENT, repeatable=True)])
async def test_an_agent_that_does_something_or_serves_others_comes_to_its_end(agent: Agent):
    speech = Speech("j", Manner())
    asyncio.get_running_loop().call_soon(speech.stop)
    assert await writing(speech, agent)


async def test_what_is_stopped_afterwards_was_written():
    speech = Speech("j", Manner())
    assert await writing(speech)
    speech.stop()
    assert await writing(None)


async def test_stopping_twice_is_stopping():
    speech = Speech("j", Manner())
    for _ in range(2):
        asyncio.get_running_loop().call_soon(speech.stop)
    assert not await writing(speech)


async def test_a_deadline_of_the_agents_own_is_no_stop():
    with pytest.raises(TimeoutError):
        async with wanted(AGENT, Speech("j", Manner())), asyncio.timeout(0):
            await asyncio.sleep(1)
