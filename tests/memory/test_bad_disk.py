"""Disks that are full, folders that cannot be written and files that are damaged, each under a real server."""

import asyncio
import os
import resource
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from genie import messages
from genie.errors import GenieError
from genie.memory.batch import TRIM_EVERY
from genie.memory.database import NAME, WAL_BYTES, condition
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job
from tests.contracts import NOW, PUSHED, question
from tests.serving import DEAF, Served, client, serving

EMBEDDED = ("stt.engine=embedded", "tts.engine=embedded")
PAGE = 4096
LEAF = 10
"""The first byte of a page with rows of a table WITHOUT ROWID."""


def fill_disk(served: Served, folder: Path) -> None:
    """Let no file of this process grow beyond the journal's present size: what it writes fails, as on a full disk."""
    size = max(file.stat().st_size for file in folder.glob(f"{NAME}*"))
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def free_disk(served: Served) -> None:
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def push(http: httpx.AsyncClient) -> httpx.Response:
    return await http.post("/api/push", json={"question": "what is 2 plus 2"})


async def until_answered(http: httpx.AsyncClient, job: str) -> None:
    async with asyncio.timeout(20):
        while (await http.get(f"/api/jobs/{job}")).json()["status"] != "completed":
            await asyncio.sleep(0.02)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process on Linux only")
async def test_a_server_whose_disk_is_full_says_so_lives_on_and_recovers_with_everything(tmp_path):
    with serving(tmp_path, *EMBEDDED, module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http, client(served) as one:
            accepted = [(await push(http)).json()["id"]]
            await until_answered(http, accepted[0])
            fill_disk(served, tmp_path)
            while (reply := await push(http)).status_code == 202:
                accepted.append(reply.json()["id"])
            assert (reply.status_code, reply.json()["error"]["code"]) == (503, "storage_full")
            refused = await one.request(messages.Ask(text="what is 3 plus 3"))
            assert isinstance(refused, messages.ErrorMessage) and refused.code == "storage_full"
            assert (await http.get("/health")).status_code == 200
            free_disk(served)
            accepted.append((await push(http)).json()["id"])
            for job in accepted:
                await until_answered(http, job)
    connection = sqlite3.connect(tmp_path / NAME)
    kept = {id for (id,) in connection.execute("SELECT id FROM job")}
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert kept == set(accepted)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process on Linux only")
async def test_a_job_that_cannot_be_started_for_want_of_space_is_tried_once_a_second_not_more(tmp_path):
    with serving(tmp_path, *EMBEDDED, module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
            await until_answered(http, (await push(http)).json()["id"])
            fill_disk(served, tmp_path)
            while (await push(http)).status_code == 202:
                pass
            for _ in range(200):
                assert (await push(http)).status_code == 503
            tried = sum("job_not_started" in line or "job_not_recorded" in line for line in served.output)
            assert tried < 50
            free_disk(served)


def start(folder: Path) -> subprocess.CompletedProcess[str]:
    """Try to serve, and return how that ended."""
    command = [sys.executable, "-m", "genie.cli", "serve", "--port", "0", "--data", str(folder)]
    return subprocess.run(
        [*command, *(part for setting in EMBEDDED for part in ("--set", setting))],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that nobody can write, not even root")
def test_a_folder_that_cannot_be_written_ends_the_start_with_a_code():
    ended = start(Path("/proc/self"))
    assert ended.returncode == 1 and "data_folder" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_nobody_else_can_read_what_is_kept_in_a_folder_that_others_may_read(tmp_path):
    tmp_path.chmod(0o755)
    await fill(tmp_path, 1)
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        await journal.record(question("a"), PUSHED)
        assert {file.name: file.stat().st_mode & 0o077 for file in tmp_path.glob(f"{NAME}*")} == {
            NAME: 0,
            f"{NAME}-wal": 0,
        }


async def fill(folder: Path, count: int, answer: str = "") -> None:
    journal = SqliteJournal(folder, kept=10_000)
    async with journal.opened():
        for number in range(count):
            await journal.record(question(f"{number:04}", answer=answer), PUSHED)


def damage(file: Path, *, events: bool) -> None:
    """Overwrite the first page that holds events, or jobs alone."""
    pages = [file.read_bytes()[at : at + PAGE] for at in range(0, file.stat().st_size, PAGE)]
    leaves = [number for number, page in enumerate(pages) if page[0] == LEAF and b'"question":' in page]
    number = next(number for number in leaves if (b"todo added" in pages[number]) == events)
    with file.open("r+b") as opened:
        opened.seek(number * PAGE)
        opened.write(b"\xff" * PAGE)


async def test_a_damaged_page_ends_the_start_with_a_code_and_nothing_is_overwritten(tmp_path):
    await fill(tmp_path, 300)
    damage(tmp_path / NAME, events=False)
    before = (tmp_path / NAME).read_bytes()
    for _ in range(2):
        ended = await asyncio.to_thread(start, tmp_path)
        assert ended.returncode == 1 and "data_corrupt" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert (tmp_path / NAME).read_bytes() == before


async def test_a_damaged_page_that_is_met_later_refuses_what_is_new_and_keeps_what_can_be_read(tmp_path):
    await fill(tmp_path, 3 * TRIM_EVERY)
    damage(tmp_path / NAME, events=True)
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        board = Board(journal, todo_limit=10_000, done_limit=10)
        await board.restore(NOW)
        kept = 3 * TRIM_EVERY
        with pytest.raises(GenieError, match="data_corrupt"):
            for number in range(2 * TRIM_EVERY):
                await board.push(Job(id=f"new{number}", question="?", created_at=datetime.now(UTC)))
                kept += 1
        assert board.seq("local") == len(await journal.jobs()) == kept
        with pytest.raises(GenieError, match="data_corrupt"):
            await board.push(question("again"))


async def test_the_write_ahead_log_stays_small_however_much_is_written(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        for number in range(100):
            await asyncio.gather(
                *(journal.record(question(f"{number}-{n}", answer="x" * 20_000), PUSHED) for n in range(10))
            )
        assert (tmp_path / f"{NAME}-wal").stat().st_size <= WAL_BYTES


async def test_the_condition_of_a_file_is_told_without_changing_it(tmp_path):
    assert condition(tmp_path) == "none"
    with serving(tmp_path, *EMBEDDED, module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
            await push(http)
        assert condition(tmp_path) == "in use"
        served.process.kill()
    assert condition(tmp_path) == "whole"
    await fill(tmp_path, 300)
    assert condition(tmp_path) == "whole"
    damage(tmp_path / NAME, events=True)
    before = (tmp_path / NAME).read_bytes()
    assert condition(tmp_path) == "damaged"
    assert (tmp_path / NAME).read_bytes() == before
