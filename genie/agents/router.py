"""Which agents there are, and which of them answers a question."""

from genie.agents.agent import Agent, Slots
from genie.agents.chat import chat_agent
from genie.agents.clock import CLOCK
from genie.agents.help import help_agent
from genie.agents.math import MATH
from genie.settings import LlmSettings


def agents(settings: LlmSettings) -> tuple[Agent, ...]:
    """Return the agents in the order in which they are asked; the last one understands everything.

    That is `chat` where an endpoint is set, else `help`, which says plainly that it cannot.
    """
    exact = (CLOCK, MATH)
    if not settings.base_url:
        return (*exact, help_agent(exact, catch_all=True))
    chat = chat_agent(settings)
    return (*exact, help_agent((*exact, chat), catch_all=False), chat)


def choose(agents: tuple[Agent, ...], question: str) -> tuple[Agent, Slots]:
    """Return the first agent that understands the question, and what it understood."""
    for agent in agents:
        slots = agent.understand(question)
        if slots is not None:
            return agent, slots
    raise ValueError("the last agent must understand every question")
