from datetime import UTC, datetime

import pytest

from genie.agents.agent import Context
from genie.agents.router import agents, choose
from genie.config import load

CONTEXT = Context(datetime(2026, 11, 20, 15, 5, tzinfo=UTC), "UTC", "en-US")


async def reply(question: str, **flags: str) -> str:
    everyone = agents(load(environment={}, flags={f"llm.{name}": value for name, value in flags.items()}).llm)
    agent, slots = choose(everyone, question)
    assert agent.name == "help"
    return "".join([text async for text in agent.answer(slots, CONTEXT)])


async def test_help_names_what_each_agent_can_do_and_how_to_ask():
    text = await reply("what can you do")
    assert "I can tell the time" in text
    assert "I can reckon exactly" in text
    assert "how many days until Christmas" in text


async def test_what_nobody_understands_is_refused_plainly():
    text = await reply("what is the meaning of life")
    assert text.startswith("I cannot answer that. I can tell the time")


async def test_with_an_endpoint_help_says_that_it_can_talk():
    assert "I can talk about anything else" in await reply("help", base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("question", "answer"),
    [("thank you", "You are welcome."), ("goodbye", "Goodbye."), ("stop", "All right."), ("hi genie", "Hello. ")],
)
async def test_a_courtesy_gets_a_short_answer(question, answer):
    assert (await reply(question)).startswith(answer)
