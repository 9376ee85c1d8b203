"""The newest events of each user, for clients that were away."""

from collections import defaultdict, deque
from collections.abc import Iterable

from genie.queues.journal import QueueEvent

RECENT = 2_000
"""Events of one user that can be told again to a client that was away; one that missed more starts afresh."""


class Recent:
    """Keep the newest events of each user; of more than `RECENT` the oldest goes."""

    def __init__(self) -> None:
        self._events: defaultdict[str, deque[QueueEvent]] = defaultdict(lambda: deque(maxlen=RECENT))

    def add(self, event: QueueEvent) -> None:
        self._events[event.job.user].append(event)

    def extend(self, events: Iterable[QueueEvent]) -> None:
        for event in events:
            self.add(event)

    def since(self, user: str, seq: int, newest: int) -> list[QueueEvent] | None:
        """Return the user's events after `seq`, or None when some of them are no longer known."""
        if seq == newest:
            return []
        events = self._events.get(user)
        if seq > newest or not events or events[0].seq > seq + 1:
            return None
        return [event for event in events if event.seq > seq]
