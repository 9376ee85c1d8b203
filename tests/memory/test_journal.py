import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genie.errors import GenieError
from genie.memory.batch import TRIM_EVERY
from genie.memory.database import MIGRATIONS, NAME
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import QueueName, Status
from tests.contracts import NOW, PUSHED, STARTED, JournalContract, question

EVER = datetime.fromtimestamp(0, UTC)
"""Before all events: nothing is too old."""


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    async def journal(self):
        return MemoryJournal()

    async def test_each_one_has_an_epoch_of_its_own(self, journal):
        assert journal.epoch != MemoryJournal().epoch


class TestSqliteJournal(JournalContract):
    @pytest.fixture
    async def journal(self, tmp_path):
        journal = SqliteJournal(tmp_path, kept=100)
        async with journal.opened():
            yield journal


async def test_what_was_recorded_is_there_after_a_restart(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        for name in ("a", "b"):
            await journal.record(question(name), PUSHED)
        await journal.record(question("a").moved(Status.RUNNING), STARTED)
        epoch, events = journal.epoch, await journal.events(10)
    again = SqliteJournal(tmp_path, kept=100)
    async with again.opened():
        assert [job.id for job in await again.jobs()] == ["b", "a"]
        assert (again.epoch, again.seq("local")) == (epoch, 4)
        assert await again.events(10) == events
        assert await again.record(question("c"), PUSHED) == [5]


async def test_records_that_wait_together_share_a_commit_and_keep_their_order(tmp_path):
    journal = SqliteJournal(tmp_path, kept=10_000)
    async with journal.opened():
        seqs = await asyncio.gather(*(journal.record(question(f"{n:03}"), PUSHED) for n in range(600)))
        assert seqs == [[n + 1] for n in range(600)]
        assert [job.id for job in await journal.jobs()] == [f"{n:03}" for n in range(600)]


async def test_old_events_are_forgotten(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        for number in range(150):
            await journal.record(question(str(number)), PUSHED)
        assert [event.seq for event in await journal.events(1_000)] == list(range(51, 151))
        for number in range(150, 1_000):
            await journal.record(question(str(number)), PUSHED)
        assert [event.seq for event in await journal.events(1_000)] == list(range(901, 1_001))
    with closing(sqlite3.connect(tmp_path / NAME)) as database:
        [[rows]] = database.execute("SELECT count(*) FROM event")
    assert rows <= 100 + TRIM_EVERY


async def test_a_cancelled_wait_is_written_all_the_same(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        journal.record(question("a"), PUSHED).cancel()
        assert await journal.record(question("b"), PUSHED) == [2]
        assert len(await journal.jobs()) == 2


async def test_a_second_owner_is_refused(tmp_path):
    async with SqliteJournal(tmp_path, kept=100).opened():
        with pytest.raises(GenieError, match="data_in_use"):
            async with SqliteJournal(tmp_path, kept=100).opened():
                pass


async def test_a_full_disk_refuses_what_is_new_keeps_the_rest_and_recovers(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        await journal.record(question("a"), PUSHED)
        connection = journal._connection
        [[pages]] = await connection.execute_fetchall("PRAGMA page_count")
        await connection.execute(f"PRAGMA max_page_count = {pages}")
        board = Board(journal, todo_limit=1_000, done_limit=10)
        await board.restore(NOW)
        with pytest.raises(GenieError, match="storage_full"):
            for number in range(500):
                await board.push(question(f"n{number}"))
        kept = [job.id for job in board.jobs(QueueName.TODO, "local")]
        assert kept == [job.id for job in await journal.jobs()]
        assert board.seq("local") == len(kept)
        await connection.execute("PRAGMA max_page_count = 1000000")
        await board.push(question("b"))
        assert [job.id for job in await journal.jobs()] == [*kept, "b"]


async def test_what_could_not_be_erased_is_erased_when_that_is_possible_again(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        board = Board(journal, todo_limit=10, done_limit=10)
        await board.push(question("a"))
        await board.cancel("a", "local", NOW)
        await board.delete("a", "local")
        await journal._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(GenieError):
            await journal.tidy(EVER)
        await journal._connection.execute("PRAGMA query_only = OFF")
        await journal.tidy(EVER)
        assert not any(event.job.question for event in await journal.events(100))


def damage(path: Path, how: str) -> None:
    match how:
        case "header":
            path.write_bytes(b"not a database" + path.read_bytes()[14:])
        case "newer":
            with sqlite3.connect(path) as connection:
                connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
            connection.close()
        case "garbage":
            path.write_bytes(b"\xff" * 50_000)


@pytest.mark.parametrize(
    ("how", "code"), [("header", "data_corrupt"), ("newer", "data_newer"), ("garbage", "data_corrupt")]
)
async def test_a_file_that_cannot_be_used_is_refused_and_not_touched(tmp_path, how, code):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        await journal.record(question("a"), PUSHED)
    file = tmp_path / NAME
    damage(file, how)
    before = file.read_bytes()
    for _ in range(2):
        with pytest.raises(GenieError, match=code):
            async with SqliteJournal(tmp_path, kept=100).opened():
                pass
    assert file.read_bytes() == before


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GenieError, match="data_folder"):
        async with SqliteJournal(tmp_path / "file" / "data", kept=100).opened():
            pass
