"""What lets users in: tokens, known by their digests only. Pure."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
"""Names of users: no dot, which ends a name in a login, and no colon, which ends one in the environment."""

MIN_CHARS, MAX_CHARS = 22, 200
"""Characters of a token that somebody made by hand: 22 of base64 are 128 bits; more than 200 no `hello` can carry."""


@dataclass(frozen=True, slots=True)
class Key:
    """What lets a user in: the SHA-256 of a token."""

    user: str
    digest: bytes


def key_of(user: str, token: str) -> Key:
    """Return what lets a user in with this token."""
    return Key(user, _digest(token))


def matching(keys: Iterable[Key], token: str) -> Key | None:
    """Return the key that a token fits; takes as long for a wrong token as for any other."""
    given = _digest(token)
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, given):
            found = key
    return found


def owner(keys: Iterable[Key], token: str) -> str | None:
    """Return whose token this is."""
    key = matching(keys, token)
    return key.user if key is not None else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


def given_key(text: str) -> Key:
    """Read `name:token` from the environment, or raise ValueError without showing the token."""
    name, _, token = text.partition(":")
    if not NAME.fullmatch(name):
        raise ValueError('must be a list such as ["ann:token"]; a name is up to 32 of a-z, 0-9, _ and -')
    if not MIN_CHARS <= len(token) <= MAX_CHARS:
        raise ValueError(f"the token of {name} must have {MIN_CHARS} to {MAX_CHARS} characters, drawn at random")
    return key_of(name, token)
