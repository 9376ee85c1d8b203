"""The agent that reckons: exact arithmetic in words or symbols."""

import re
from collections.abc import AsyncIterator

from genie.agents.agent import Agent, Context, Slots
from genie.agents.arithmetic.expression import Negative, Node, Number, Percent, parse
from genie.agents.arithmetic.text import amount_text, canonical, spoken
from genie.agents.arithmetic.value import Impossible, evaluate
from genie.agents.question import core

_LEAD = re.compile(
    r"(?:what do (?:you|i|we) get (?:if|when) (?:you|i|we)|(?:what|how much|how many) (?:is|are|was|does|do)"
    r"|what equals|calculate|compute|work out|evaluate|solve) +"
)
_RESULT = re.compile(r"(?:the )?(?:result|answer|value) (?:of|to) +")
_TAIL = re.compile(r"\s*(?:\bequals?|\bmakes?|\bgives?|\bis|\bcomes? to|=)(?: what)?$")

SAYINGS = frozenset({"24/7", "9/11", "7/11", "7-11", "50/50", "50-50", "20/20"})
"""What looks like arithmetic and is meant otherwise."""

LONGEST_ECHO = 160
"""Characters of an expression that is repeated in the answer; a longer one would hide the result."""


def understand(question: str) -> Slots | None:
    """Return the canonical `expression` when the whole question is one calculation."""
    text = _RESULT.sub("", _LEAD.sub("", core(question), count=1), count=1)
    text = _TAIL.sub("", text)
    node = None if text in SAYINGS else parse(text)
    return {"expression": canonical(node)} if node and _reckons(node) else None


def _reckons(node: Node) -> bool:
    """Say whether there is anything to reckon: "minus five" and "ten percent" are only numbers."""
    while isinstance(node, Negative | Percent):
        node = node.operand
    return not isinstance(node, Number)


async def answer(slots: Slots, context: Context) -> AsyncIterator[str]:
    """Yield one sentence with the result, or with the reason why there is none."""
    node = parse(slots["expression"])
    if node is None:
        raise ValueError(f"no expression: {slots['expression']}")
    try:
        result = amount_text(evaluate(node))
    except Impossible as reason:
        yield str(reason)
        return
    words = spoken(node)
    subject = words if len(words) <= LONGEST_ECHO else "that"
    yield f"{subject[0].upper()}{subject[1:]} is {result}."


MATH = Agent(
    name="math",
    description="Reckon exactly with numbers, fractions, percentages, powers and roots.",
    examples=("what is twelve times seven", "what is fifteen percent of eighty", "what is the square root of two"),
    understand=understand,
    answer=answer,
    repeatable=True,
)
