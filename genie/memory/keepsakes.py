"""What is kept of users besides their jobs, in SQLite: a change is safe when its call returns."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from genie.memory.database import Database, explained
from genie.notification import Notification
from genie.preferences import Preferences
from genie.pronunciation import Pronunciation
from genie.quiet import Quiet

TEACH = "INSERT INTO vocabulary (user, words) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET words = excluded.words"
UNTEACH = "DELETE FROM vocabulary WHERE user = ?"
PRONOUNCE = "INSERT OR REPLACE INTO pronunciation (user, entries) VALUES (?, ?)"
UNPRONOUNCE = "DELETE FROM pronunciation WHERE user = ?"
PREFER = "INSERT OR REPLACE INTO preference (user, voice, language, speed) VALUES (?, ?, ?, ?)"
NOTIFY = """
    INSERT INTO notification (id, user, notification) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET notification = excluded.notification
"""
UNNOTIFY = "DELETE FROM notification WHERE id = ? AND user = ?"
QUIET = "INSERT OR REPLACE INTO quiet (user, hours, muted) VALUES (?, ?, ?)"


class SqliteKeepsakes:
    """Keep what users taught and chose, and what they are to know, each change in a transaction of its own."""

    def __init__(self, folder: Path) -> None:
        """Keep it in the file of a folder, over the connection of whoever opens that."""
        self._folder = folder
        self._connection: Database

    async def keep_vocabulary(self, user: str, words: Sequence[str]) -> None:
        """Keep the words that a user taught, in place of those before; none forgets them."""
        with explained(self._folder):
            if words:
                await self._connection.write(TEACH, user, json.dumps(words))
            else:
                await self._connection.write(UNTEACH, user)

    async def vocabularies(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every user who taught any."""
        rows = await self._rows("SELECT user, words FROM vocabulary")
        return {user: tuple(json.loads(words)) for user, words in rows}

    async def keep_pronunciations(self, user: str, entries: Sequence[Pronunciation]) -> None:
        """Keep how a user wants words pronounced, in place of what was kept before; none forgets it."""
        with explained(self._folder):
            if entries:
                await self._connection.write(PRONOUNCE, user, json.dumps([astuple(entry) for entry in entries]))
            else:
                await self._connection.write(UNPRONOUNCE, user)

    async def pronunciations(self) -> dict[str, tuple[Pronunciation, ...]]:
        """Return the pronunciations of every user who taught any."""
        rows = await self._rows("SELECT user, entries FROM pronunciation")
        return {user: tuple(Pronunciation(*entry) for entry in json.loads(entries)) for user, entries in rows}

    async def keep_preferences(self, user: str, chosen: Preferences) -> None:
        """Keep how a user chose to be spoken to, in place of what they chose before."""
        with explained(self._folder):
            await self._connection.write(PREFER, user, *astuple(chosen))

    async def preferences(self) -> dict[str, Preferences]:
        """Return what every user chose who chose anything."""
        rows = await self._rows("SELECT user, voice, language, speed FROM preference")
        return {user: chosen for user, *fields in rows if (chosen := Preferences(*fields)) != Preferences()}

    async def keep_notifications(self, user: str, kept: Sequence[Notification], gone: Sequence[str]) -> None:
        """Keep notifications of a user as they are now, and forget those with these ids, all or nothing."""

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(NOTIFY, [(one.id, user, one.model_dump_json()) for one in kept])
            connection.executemany(UNNOTIFY, [(name, user) for name in gone])

        with explained(self._folder):
            await self._connection.transact(write)

    async def notifications(self) -> list[Notification]:
        """Return every notification that is kept."""
        rows = await self._rows("SELECT notification FROM notification")
        return [Notification.model_validate_json(notification) for (notification,) in rows]

    async def keep_quiet(self, user: str, quiet: Quiet) -> None:
        """Keep when a user wants to hear only what is urgent."""
        with explained(self._folder):
            await self._connection.write(QUIET, user, quiet.hours, quiet.muted)

    async def quiets(self) -> dict[str, Quiet]:
        """Return when every user wants that who said so."""
        rows = await self._rows("SELECT user, hours, muted FROM quiet")
        return {user: Quiet(hours, bool(muted)) for user, hours, muted in rows}

    async def _rows(self, query: str, *values: object) -> list[Any]:
        with explained(self._folder):
            return list(await self._connection.execute_fetchall(query, values))
