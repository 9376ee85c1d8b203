"""The file of the data folder in which users stand, with the digests of their tokens."""

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from genie.errors import BadInput, Conflict, NotFound, Unavailable
from genie.keys import NAME, Key, key_of

FILE = "users.json"

TOKEN_BYTES = 32

BUSY_S = 2.0
"""Seconds another command may be writing the file before we give up."""


class Entry(BaseModel):
    """A user in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    since: datetime


Entries: TypeAlias = dict[str, Entry]


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    users: dict[str, Entry]


class UserFile:
    """The file in which users stand, readable by its owner only; each change replaces it as a whole."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def state(self) -> tuple[int, ...] | None:
        """Return what changes whenever the file does, None while there is none."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode

    def read(self) -> Entries | None:
        """Return who stands in the file, None when there is no file; raise `users_exposed` or `users_damaged`."""
        try:
            with self.path.open("rb") as file:
                self._check_mode(os.fstat(file.fileno()).st_mode)
                content = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable("users_damaged", f"{self.path} cannot be read: {error.strerror}") from error
        try:
            users = _Content.model_validate_json(content).users
        except ValidationError as error:
            raise self._damaged() from error
        if not all(NAME.fullmatch(name) for name in users):
            raise self._damaged()
        return users

    def keys(self) -> tuple[Key, ...] | None:
        """Return what lets the users of the file in, None when there is no file."""
        users = self.read()
        if users is None:
            return None
        return tuple(Key(name, bytes.fromhex(entry.sha256)) for name, entry in users.items())

    def add(self, name: str) -> str:
        """Add a user and return the token, which is kept nowhere."""
        if not NAME.fullmatch(name):
            raise BadInput("bad_argument", f"{name!r} is no name: up to 32 of a-z, 0-9, _ and -", field="name")
        with self._changing() as users:
            if name in users:
                raise Conflict("user_exists", f"there is {name} already; a new token: genie users renew {name}")
            return _renew(users, name)

    def renew(self, name: str) -> str:
        """Give a user a new token, and end what the one before let in."""
        with self._changing() as users:
            _check_known(users, name)
            return _renew(users, name)

    def remove(self, name: str) -> None:
        """Let a user in no more; what they asked stays in the data."""
        with self._changing() as users:
            _check_known(users, name)
            del users[name]

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Entries]:
        """Yield the users, and write them when the context ends well; one process at a time."""
        new = self.path.with_suffix(".new")
        descriptor = self._create(new)
        try:
            with open(descriptor, "wb") as file:
                users = dict(self.read() or {})
                yield users
                file.write(_Content(users=users).model_dump_json(indent=2).encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self.path)
        except BaseException as error:
            new.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise self._unwritable(error) from error
            raise

    def _create(self, new: Path) -> int:
        """Create the file that is to replace the old one; while it is there, nobody else can."""
        self._make_folder()
        end = time.monotonic() + BUSY_S
        while True:
            try:
                return os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError as error:
                if time.monotonic() > end:
                    raise Conflict(
                        "users_busy", f"another command changes the users; if none does: rm {new}"
                    ) from error
                time.sleep(0.05)
            except OSError as error:
                raise self._unwritable(error) from error

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise self._unwritable(error) from error

    def _check_mode(self, mode: int) -> None:
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise Unavailable(
                "users_exposed",
                f"others may read {self.path} (mode {stat.S_IMODE(mode):o}); use: chmod 600 {self.path}",
            )

    def _damaged(self) -> Unavailable:
        return Unavailable("users_damaged", f"{self.path} is damaged; restore it, or move it away and add users anew")

    def _unwritable(self, error: OSError) -> Unavailable:
        return Unavailable("data_folder", f"{self.path} cannot be written: {error.strerror}")


def _check_known(users: Entries, name: str) -> None:
    if name not in users:
        raise NotFound("no_such_user", f"there is no {name}; see: genie users list", field="name")


def _renew(users: Entries, name: str) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    users[name] = Entry(sha256=key_of(name, token).digest.hex(), since=datetime.now(UTC))
    return token
