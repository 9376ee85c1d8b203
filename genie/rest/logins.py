"""What a browser keeps instead of a token: a name and an end in time, signed. Pure.

The signing key is the digest of the user's token: a login survives a restart, and ends when its token does.
"""

import hmac
from collections.abc import Iterable

from genie.keys import Key


def seal(key: Key, until: int) -> str:
    """Return a login of the key's user that holds until a time, in Unix seconds."""
    text = f"{key.user}.{until}"
    return f"{text}.{_signature(key, text)}"


def opened(keys: Iterable[Key], login: str, now: float) -> str | None:
    """Return whose login this is; None when it is over, forged, or its token is gone."""
    text, _, given = login.rpartition(".")
    user, _, until = text.partition(".")
    signatures = [_signature(key, text) for key in keys if key.user == user]
    matches = [hmac.compare_digest(signature.encode(), given.encode()) for signature in signatures]
    return user if any(matches) and int(until) > now else None


def _signature(key: Key, text: str) -> str:
    return hmac.new(key.digest, f"login {text}".encode(), "sha256").hexdigest()
