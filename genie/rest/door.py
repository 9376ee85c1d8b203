"""Whose a request or a socket is."""

from starlette.requests import HTTPConnection

LOCAL = "local"
"""Who everybody is while there are no tokens."""


class Door:
    """Know the user behind a request or a socket."""

    def user_of(self, connection: HTTPConnection, token: str | None = None) -> str:
        """Return the user who makes this request, or opens this socket with the token of its `hello`."""
        return LOCAL
