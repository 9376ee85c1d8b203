"""One SQLite file under the data folder: one connection, one owner, migrations as a list."""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Literal

import aiosqlite

from genie.errors import GenieError, Unavailable

NAME = "genie.sqlite3"

CHUNK = 64
"""Rows that a cursor fetches at once."""

BUSY_S = 2.0
"""Seconds another process may hold the file before we say that it is in use."""

WAL_BYTES = 16 * 2**20
"""What the write-ahead log is cut to when a large transaction made it longer; it is written back every 4 MB."""

MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE job (
        id TEXT PRIMARY KEY,
        user TEXT NOT NULL,
        place INTEGER NOT NULL,
        job TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX job_place ON job (place);
    CREATE TABLE event (
        user TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at REAL NOT NULL,
        queue TEXT NOT NULL,
        change TEXT NOT NULL,
        size INTEGER NOT NULL,
        job TEXT NOT NULL,
        PRIMARY KEY (user, seq)
    ) WITHOUT ROWID;
    CREATE TABLE counter (user TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(8))));
    """,
    """
    DROP INDEX job_place;
    DROP TABLE event;
    CREATE TABLE event (
        user TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at REAL NOT NULL,
        steps TEXT NOT NULL,
        job TEXT NOT NULL,
        PRIMARY KEY (user, seq)
    ) WITHOUT ROWID;
    """,
    "CREATE TABLE pause (user TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE vocabulary (user TEXT PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE preference (user TEXT PRIMARY KEY, voice TEXT, language TEXT, speed REAL) WITHOUT ROWID",
    "CREATE TABLE notification (id TEXT PRIMARY KEY, user TEXT NOT NULL, notification TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE quiet (user TEXT PRIMARY KEY, hours TEXT, muted INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE pronunciation (user TEXT PRIMARY KEY, entries TEXT NOT NULL) WITHOUT ROWID",
)
"""What turns version n of the file into version n + 1; never change one that was released, add another."""

Synchronous = Literal["FULL", "NORMAL"]
Condition = Literal["none", "whole", "in use", "damaged", "unreadable"]


class Database(aiosqlite.Connection):
    """A connection whose thread can carry out a whole transaction at once."""

    async def transact(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Run blocking work in the connection's thread as one transaction, all or nothing.

        One visit to the thread instead of one a statement: nothing of anybody else comes between.
        """
        await self._execute(_transaction, self._conn, work)  # type: ignore[no-untyped-call]

    async def write(self, statement: str, *values: object) -> None:
        """Carry out one statement as a transaction of its own."""
        await self.transact(lambda connection: connection.execute(statement, values))


def _transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], object]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        work(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


@asynccontextmanager
async def opened(folder: Path, synchronous: Synchronous = "FULL") -> AsyncIterator[Database]:
    """Open the file, bring it to the newest version and hold it alone; close it at the end.

    Raises `data_folder` (missing and not to be made, or read-only), `data_in_use`, `data_corrupt`, `data_newer`.
    Nothing is overwritten in any of these cases.
    """
    connection = await _connect(folder)
    try:
        with explained(folder):
            await _take(connection, synchronous)
            await _migrate(connection)
        yield connection
    finally:
        await connection.close()


def condition(folder: Path) -> Condition:
    """Say how the file of a folder is; what is kept in it is not changed."""
    file = folder.absolute() / NAME
    if not file.exists():
        return "none"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        match _coded(error, folder).code:
            case "data_in_use":
                return "in use"
            case "data_corrupt":
                return "damaged"
            case _:
                return "unreadable"
    return "whole" if found == [("ok",)] else "damaged"


@contextmanager
def explained(where: object) -> Iterator[None]:
    """Turn what SQLite raises into a coded error."""
    try:
        yield
    except sqlite3.Error as error:
        raise _coded(error, where) from error


def _coded(error: sqlite3.Error, where: object) -> GenieError:
    match getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]:
        case "FULL" | "IOERR":
            return Unavailable("storage_full", f"what must be kept cannot be written: {error}")
        case "BUSY" | "LOCKED":
            return Unavailable("data_in_use", f"another genie uses {where}; end it, or choose another folder (--data)")
        case "CORRUPT" | "NOTADB":
            return Unavailable("data_corrupt", f"{where} is damaged ({error}); move it away to begin anew")
        case "READONLY" | "CANTOPEN" | "PERM" | "AUTH":
            return Unavailable("data_folder", f"{where} cannot be written: {error}")
        case _:
            return Unavailable("storage_failed", f"the database refused: {error}")


async def _connect(folder: Path) -> Database:
    _make(folder)
    _make_private(folder / NAME)
    database = Database(lambda: sqlite3.connect(folder / NAME, isolation_level=None, timeout=BUSY_S), CHUNK)
    with explained(folder):
        await database
    return database


def _make(folder: Path) -> None:
    try:
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if is_new:
            _keep_name(folder)
    except OSError as error:
        raise Unavailable("data_folder", f"{folder} cannot be made: {error.strerror}") from error


def _make_private(file: Path) -> None:
    """Make a new file, and with it what SQLite writes beside it, its user's only, whatever others may do in the folder.

    One that is there is not opened: closing it would end the locks that a connection of this process holds on it.
    """
    try:
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise Unavailable("data_folder", f"{file} cannot be written: {error.strerror}") from error


def _keep_name(folder: Path) -> None:
    """Let a new folder survive a power cut, where folders can be synchronised; SQLite does so with the files in it."""
    if os.name != "posix":
        return
    parent = os.open(folder.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


async def _take(connection: aiosqlite.Connection, synchronous: Synchronous) -> None:
    """Hold the file alone for as long as the process lives: a second server must not serve the same jobs.

    In this mode WAL needs no shared memory, and a crash leaves no lock behind.
    """
    await connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    await connection.execute("PRAGMA journal_mode = WAL")
    await connection.execute(f"PRAGMA synchronous = {synchronous}")
    await connection.execute("PRAGMA secure_delete = ON")  # zeros over what is deleted: some builds of SQLite leave it
    await connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
    await connection.execute("BEGIN IMMEDIATE")
    await connection.execute("COMMIT")


async def _migrate(connection: aiosqlite.Connection) -> None:
    """Bring the file to the newest version, each step all or nothing."""
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise Unavailable("data_newer", f"the data were written by a newer genie (version {version}); use that one")
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        await connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
