"""How many connections there may be at once, before anything is known of them.

A process without free descriptors cannot open its own files any more, and eSpeak ends the whole process over one.
"""

import sys
from collections import Counter

from genie.rest.rates import network
from genie.settings import ServerSettings

if sys.platform != "win32":
    import resource

SPARE, SPARE_OF_ADDRESS = 512, 128
"""Connections besides the sockets, in all and of one address: requests, and those that have said nothing yet."""

BACKLOG = 128
"""Connections that the system holds for us: so many may be taken in one turn of the event loop."""

RESERVED = BACKLOG + 128
"""Descriptors kept for files, engines and uploads, and for connections on their way out."""


class Crowd:
    """Say whether one more connection may stay: `most` in all, and of one address so many that are no sockets yet."""

    def __init__(self, most: int, most_of_address: int) -> None:
        self._most = most
        self._most_of_address = most_of_address
        self._addresses: Counter[str] = Counter()

    def enter(self, address: str, present: int) -> bool:
        """Count a connection of an address, `present` being all there are; False when it is one too many."""
        name = network(address)
        self._addresses[name] += 1
        return present <= self._most and self._addresses[name] <= self._most_of_address

    def leave(self, address: str) -> None:
        """Count a connection no more, also one that was too many."""
        name = network(address)
        self._addresses[name] -= 1
        if not self._addresses[name]:
            del self._addresses[name]


def crowd(settings: ServerSettings) -> Crowd:
    """Return the bounds of a server; behind a trusted proxy all connections are of one address."""
    wanted = settings.max_connections + SPARE
    room = descriptors(wanted + RESERVED)
    most = min(wanted, max(room - RESERVED, room // 2))
    of_address = settings.max_connections_per_address + SPARE_OF_ADDRESS
    return Crowd(most, most if settings.trusted_proxies else of_address)


def descriptors(wanted: int) -> int:
    """Let this process have so many descriptors where the system allows it; return how many it may have."""
    if sys.platform == "win32":
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft if soft != resource.RLIM_INFINITY else wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
