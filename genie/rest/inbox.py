"""What one client has sent and the server has not carried out yet, in order, bounded by number and bytes."""

from genie.errors import Busy
from genie.messages import Request

MAX_ITEMS = 2_048
"""Requests and frames of sound: 40 s of 20 ms frames, far more than a live client can be ahead."""

MAX_BYTES = 8 * 1_024 * 1_024


class Inbox:
    """Keep requests and sound in the order in which they came; when it is full the newest is refused."""

    def __init__(self) -> None:
        self._items: list[Request | bytes] = []  # short and mostly empty: a deque is 600 bytes a socket
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Request | bytes) -> None:
        """Add an item, or raise `too_many_requests`."""
        size = len(item) if isinstance(item, bytes) else 0
        if len(self._items) >= MAX_ITEMS or self._bytes + size > MAX_BYTES:
            raise Busy("too_many_requests", "requests come faster than they can be carried out; slow down")
        self._items.append(item)
        self._bytes += size

    def take(self) -> Request | bytes:
        """Return the oldest item; there has to be one."""
        item = self._items.pop(0)
        self._bytes -= len(item) if isinstance(item, bytes) else 0
        return item
