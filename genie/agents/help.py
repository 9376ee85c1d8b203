"""The agent that says what genie can do: when asked, and when nobody else understands."""

import re
from collections.abc import AsyncIterator
from types import MappingProxyType

from genie.agents.agent import Agent, Context, Slots
from genie.agents.question import core

_ASKED = MappingProxyType(
    {
        "help": re.compile(
            r"(?:i need |some )?help(?: me)?|what (?:all )?can you do(?: for me)?|what do you do"
            r"|what are you able to do|what (?:can|could|may|should) i (?:ask|say)(?: to)?(?: you)?"
            r"|how can you help(?: me)?|what can i do(?: here)?|how do(?:es)? (?:you|this|it) work|what do you know"
            r"|what questions can you answer"
        ),
        "name": re.compile(r"(?:who|what) are you|what is your name|what is genie|who is genie|who am i talking to"),
        "greeting": re.compile(
            r"(?:hey|hi|hello|howdy|greetings)(?: there)?(?:,? genie)?|good (?:morning|afternoon|evening)(?:,? genie)?"
            r"|genie"
        ),
        "thanks": re.compile(r"(?:many )?(?:thanks|thank you)(?: a lot| so much| very much)?(?:,? genie)?"),
        "goodbye": re.compile(r"(?:good ?bye|bye|bye bye|good ?night|see you(?: later)?)(?:,? genie)?"),
        "stop": re.compile(r"stop(?: it| that| talking)?|cancel(?: that)?|never ?mind|be quiet|quiet|shut up"),
    }
)


def help_agent(others: tuple[Agent, ...], *, catch_all: bool) -> Agent:
    """Return the agent that speaks for the `others`; as `catch_all` it takes every question, to say that it cannot."""

    def understand(question: str) -> Slots | None:
        text = core(question)
        for ask, pattern in _ASKED.items():
            if pattern.fullmatch(text):
                return {"ask": ask}
        return {"ask": "unknown"} if catch_all else None

    async def answer(slots: Slots, context: Context) -> AsyncIterator[str]:
        yield _answer(slots["ask"], others)

    return Agent(
        name="help",
        description="Say what genie can do.",
        examples=("what can you do", "hello genie", "thank you"),
        understand=understand,
        answer=answer,
        repeatable=True,
    )


def _answer(ask: str, others: tuple[Agent, ...]) -> str:
    match ask:
        case "help":
            return f"{_abilities(others)} {_examples(others, 2)}"
        case "name":
            return f"I am genie, a voice assistant on your own server. {_abilities(others)}"
        case "greeting":
            return f"Hello. {_examples(others, 1)}"
        case "thanks":
            return "You are welcome."
        case "goodbye":
            return "Goodbye."
        case "stop":
            return "All right."
        case _:
            return f"I cannot answer that. {_abilities(others)} {_examples(others, 1)}"


def _abilities(others: tuple[Agent, ...]) -> str:
    """Return "I can tell the time … . I can reckon … ." from the agents' descriptions."""
    return " ".join(f"I can {other.description[0].lower()}{other.description[1:]}" for other in others)


def _examples(others: tuple[Agent, ...], each: int) -> str:
    asked = [example for other in others for example in other.examples[-each:]]
    return f"Ask me, for example: {', or: '.join(asked)}?"
