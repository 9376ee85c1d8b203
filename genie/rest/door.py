"""Who may come in: whose a request or a socket is, by token or by login."""

import asyncio
import logging
import time
from collections.abc import Callable

from starlette.requests import HTTPConnection

from genie.errors import Conflict, GenieError, Unauthorized
from genie.keys import Key, matching, owner
from genie.rest import logins
from genie.settings import AuthSettings
from genie.users import UserFile

log = logging.getLogger(__name__)

LOCAL = "local"
"""Who everybody is while there are no tokens."""

COOKIE = "genie_login"

HOW = "log in on the page, or send a token: Authorization: Bearer, token in hello, GENIE_TOKEN for genie's commands"

LOOK_S = 1.0
"""Seconds between two looks at the file of users."""

Evict = Callable[[str], None]
"""Close the sockets of a user."""


class Door:
    """Know the user behind a request or a socket; without any tokens everybody is `local`.

    Once there were tokens it stays shut until the process ends, whatever becomes of the file.
    """

    def __init__(
        self,
        file: UserFile,
        settings: AuthSettings,
        clock: Callable[[], float] = time.time,
        *,
        look_s: float = LOOK_S,
    ) -> None:
        """Read who may come in, or raise `users_exposed` or `users_damaged`."""
        self._file = file
        self._settings = settings
        self._clock = clock
        self._look_s = look_s
        self._state = file.state()
        filed = file.keys()
        self._keys: frozenset[Key] = frozenset((*settings.keys, *(filed or ())))
        self.guarded = bool(settings.keys) or filed is not None

    def user_of(self, connection: HTTPConnection, token: str | None = None) -> str:
        """Return the user who makes this request, or opens this socket with the token of its `hello`.

        Raises `unauthorized`. A token that is given must be right, whatever the browser's login says.
        """
        if not self.guarded:
            return LOCAL
        token = token or _bearer(connection)
        user = owner(self._keys, token) if token else self._logged_in(connection)
        if user is None:
            raise Unauthorized("unauthorized", HOW)
        return user

    def login(self, token: str) -> tuple[str, str]:
        """Return whose token this is, and the cookie that stands for it from now on.

        Raises `unauthorized`, or `no_tokens` where nobody needs one.
        """
        if not self.guarded:
            raise Conflict("no_tokens", "this server asks for no token")
        key = matching(self._keys, token)
        if key is None:
            raise Unauthorized("unauthorized", "this token is not known here; genie users renew makes a new one")
        return key.user, logins.seal(key, int(self._clock() + self._settings.login_s))

    async def watch(self, evict: Evict) -> None:
        """Follow changes of the file, until cancelled; whoever lost a token is shown out."""
        while True:
            await asyncio.sleep(self._look_s)
            state = await asyncio.to_thread(self._file.state)
            if state != self._state:
                self._state = state
                self._change(await asyncio.to_thread(self._read), evict)

    def _read(self) -> tuple[Key, ...] | None:
        """Return who stands in the file now; nobody, when it cannot be trusted."""
        try:
            return self._file.keys()
        except GenieError as error:
            log.error("users_refused", extra={"code": error.code})
            return ()

    def _change(self, filed: tuple[Key, ...] | None, evict: Evict) -> None:
        before, was_guarded = self._keys, self.guarded
        self._keys = frozenset((*self._settings.keys, *(filed or ())))
        self.guarded = was_guarded or filed is not None
        gone = {key.user for key in before - self._keys}
        if self.guarded and not was_guarded:
            gone.add(LOCAL)
        log.info("users_changed", extra={"users": len({key.user for key in self._keys}), "shown_out": len(gone)})
        for user in gone:
            evict(user)

    def _logged_in(self, connection: HTTPConnection) -> str | None:
        cookie = connection.cookies.get(COOKIE)
        return logins.opened(self._keys, cookie, self._clock()) if cookie else None


def address_of(connection: HTTPConnection) -> str:
    """Return where a request comes from: what a trusted proxy says, else who has connected."""
    return connection.client.host if connection.client else ""


def _bearer(connection: HTTPConnection) -> str | None:
    """Return the token of a request; the password that a proxy asked for stands in the same header, and is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
