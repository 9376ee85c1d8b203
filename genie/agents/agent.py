"""What an agent is: it understands a question as slots, and answers slots as a stream of text."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

Slots = Mapping[str, str]
"""What was understood of a question: plain strings by name, so that a snapshot can keep them."""


CUT = "—"
"""How an answer ends in the history that was cut short while it was spoken: what stands before was heard."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, and from where: `now` is aware and in the user's own time zone."""

    now: datetime
    timezone: str
    locale: str
    user: str = "local"
    session: str | None = None
    history: tuple[tuple[str, str], ...] = ()
    """Earlier (question, answer) pairs of the session, oldest first; of an answer no more than was heard."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Answer one family of questions.

    `understand` is pure and returns None for a question that belongs to somebody else;
    `answer` yields text as it is made. An agent with `side_effects` is never run twice for one question. The answer of
    a `repeatable` one depends on the question, the moment and the place alone: it serves everybody who asks the same.
    """

    name: str
    description: str
    examples: tuple[str, ...]
    understand: Callable[[str], Slots | None]
    answer: Callable[[Slots, Context], AsyncIterator[str]]
    side_effects: bool = False
    repeatable: bool = False
