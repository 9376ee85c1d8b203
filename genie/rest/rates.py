"""How often a user and an address may ask something of the server, and how many uploads may come at once."""

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from genie.bucket import Bucket
from genie.errors import Busy
from genie.rest.places import RETRY_S, Places
from genie.settings import Settings

REMEMBERED = 10_000
"""Addresses, and users, whose pace is known; the one unseen longest is forgotten first, and begins anew."""

BURST_S = 10.0
"""Seconds' worth of requests, messages and sound that may come at once: a page that loads, a client that was away."""

MINUTE_S = 60.0


class Rates:
    """Refuse what comes too often with `rate_limited`, and what is beyond a number at once with a code of its own."""

    def __init__(self, settings: Callable[[], Settings], clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._addresses = _Buckets()
        self._users = _Buckets()
        self._logins = _Buckets()
        self._notifications = _Buckets()
        self._uploads: Counter[str] = Counter()
        self.speeches = Places(lambda: settings().tts.speeches_of_user)

    def request(self, address: str) -> None:
        """Count an HTTP request of an address."""
        rate = self._settings().server.requests_per_s
        wait = self._addresses.of(network(address), self._clock()).take(self._clock(), rate, rate * BURST_S)
        if wait:
            raise limited(f"this address may send {rate:g} requests a second (server.requests_per_s)", wait)

    def login(self, address: str) -> None:
        """Count a login of an address, whether or not its token is right."""
        most = self._settings().auth.logins_per_minute
        wait = self._logins.of(network(address), self._clock()).take(self._clock(), most / MINUTE_S, most)
        if wait:
            raise limited(f"an address may log in {most} times a minute (auth.logins_per_minute)", wait)

    def question(self, user: str) -> None:
        """Count a question of a user, however it came."""
        most = self._settings().queue.questions_per_minute
        wait = self._users.of(user, self._clock()).take(self._clock(), most / MINUTE_S, most)
        if wait:
            raise limited(f"a user may ask {most} questions a minute (queue.questions_per_minute)", wait)

    def notification(self, user: str) -> None:
        """Count a notification of a user."""
        most = self._settings().notify.per_minute
        wait = self._notifications.of(user, self._clock()).take(self._clock(), most / MINUTE_S, most)
        if wait:
            raise limited(f"a user may be notified {most} times a minute (notify.per_minute)", wait)

    @contextmanager
    def uploading(self, user: str) -> Iterator[None]:
        """Count an upload of a user for as long as the context lasts."""
        server = self._settings().server
        if self._uploads[user] >= server.uploads_of_user or self._uploads.total() >= server.uploads:
            told = f"{server.uploads_of_user} recordings of a user, {server.uploads} in all, may be read at once"
            raise Busy("too_many_uploads", f"{told}; try again when one is done", retry_s=RETRY_S)
        with _counted(self._uploads, user):
            yield


class Pace:
    """How much one socket may send: its messages, and its sound by bytes."""

    def __init__(self, messages_per_s: float, sound_bytes_per_s: float) -> None:
        self._messages_per_s = messages_per_s
        self._sound_bytes_per_s = sound_bytes_per_s
        self._messages = Bucket(time.monotonic())
        self._sound = Bucket(time.monotonic())

    def message(self) -> None:
        """Count a JSON message, or raise `rate_limited`."""
        rate = self._messages_per_s
        if wait := self._messages.take(time.monotonic(), rate, rate * BURST_S):
            raise limited(f"a socket may send {rate:g} messages a second (server.messages_per_s)", wait)

    def sound(self, size: int) -> None:
        """Count a frame of sound, or raise `rate_limited`: the frame is lost."""
        rate = self._sound_bytes_per_s
        if wait := self._sound.take(time.monotonic(), rate, rate * BURST_S, size):
            raise limited(f"a socket may send {rate:g} bytes of sound a second (server.sound_bytes_per_s)", wait)


class _Buckets:
    """One bucket for each of the newest keys."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str, now: float) -> Bucket:
        bucket = self._buckets.pop(key, None) or Bucket(now)
        self._buckets[key] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket


@contextmanager
def _counted(counter: Counter[str], user: str) -> Iterator[None]:
    """Count one more of a user for as long as the context lasts; who has none is forgotten."""
    counter[user] += 1
    try:
        yield
    finally:
        counter[user] -= 1
        if not counter[user]:
            del counter[user]


def limited(rule: str, wait: float) -> Busy:
    return Busy("rate_limited", f"{rule}; try again in {wait:.1f} s", retry_s=wait)


def network(address: str) -> str:
    """Return what one client can call its own: an IPv4 address, or the /64 of an IPv6 one."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), 64), strict=False))
