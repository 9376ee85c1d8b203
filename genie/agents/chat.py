"""The agent for everything else: a language model behind an OpenAI-compatible endpoint."""

from collections.abc import AsyncIterator

from genie.agents.agent import CUT, Agent, Context, Slots
from genie.agents.completion import Messages, complete
from genie.agents.date_text import clock_text, day_text
from genie.settings import LlmSettings


def chat_agent(settings: LlmSettings) -> Agent:
    """Return the agent that asks the endpoint of these settings; it understands every question."""

    def understand(question: str) -> Slots | None:
        return {"question": question}

    async def answer(slots: Slots, context: Context) -> AsyncIterator[str]:
        async for text in complete(settings, _messages(settings, slots["question"], context)):
            yield text

    return Agent(
        name="chat",
        description="Talk about anything else.",
        examples=("who wrote Hamlet",),
        understand=understand,
        answer=answer,
    )


def _messages(settings: LlmSettings, question: str, context: Context) -> Messages:
    """Return the system prompt with the time, the session's latest exchanges, and the question."""
    day, time = day_text(context.now.date(), context.locale), clock_text(context.now, context.locale)
    system = f"{settings.system}\nIt is {day}, {time}, in the time zone {context.timezone}."
    if any(answered.endswith(CUT) for _, answered in context.history):
        system += f"\nAn earlier answer of yours that ends in {CUT} was cut short there: the rest was not heard."
    messages = [{"role": "system", "content": system}]
    for asked, answered in context.history[len(context.history) - min(settings.history, len(context.history)) :]:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return [*messages, {"role": "user", "content": question}]
