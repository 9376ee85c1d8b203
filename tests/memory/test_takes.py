"""What the voice has said, on real disks: kept, found, bounded, forgotten."""

import os
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from genie.audio.engine import Mark, Take
from genie.audio.repertoire import Wanted
from genie.errors import StageFailed
from genie.memory import take_file, takes
from genie.memory.takes import Takes
from genie.queues.job import Job, QueueName, Status
from genie.queues.journal import QueueEvent
from tests.contracts import NOW
from tests.waiting import until

RATE = 24_000
MEGABYTE = 1_000_000


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    """Return sound that does not get smaller by being packed."""
    return np.random.default_rng(seed).integers(-9_000, 9_000, round(RATE * seconds), np.int16)


def said(seconds: float = 0.1, seed: int = 1) -> tuple[Take, ...]:
    whole = noise(seconds, seed)
    half = len(whole) // 2
    return Take(whole[:half], (Mark(0, 5, 0), Mark(6, 11, 700))), Take(whole[half:])


@asynccontextmanager
async def opened(folder: Path, limit: int = MEGABYTE):
    kept = Takes(folder, lambda: limit)
    async with kept.opened():
        await kept.sweep(lambda job, at: False)  # it has been found out what is there
        yield kept


def same(one: tuple[Take, ...] | None, other: tuple[Take, ...]) -> bool:
    return one is not None and [(t.samples.tolist(), t.words) for t in one] == [
        (t.samples.tolist(), t.words) for t in other
    ]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "speech").iterdir())


def deleted(job: str) -> QueueEvent:
    gone = Job(id=job, question="?", created_at=NOW, status=Status.COMPLETED)
    return QueueEvent(seq=1, queue=QueueName.DONE, change="removed", job=gone, size=0)


async def test_what_was_said_is_found_at_once_and_after_a_restart_to_the_sample_and_the_word(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE, "job1"), said())
        assert same(await kept.find("a"), said())
        assert await kept.find("b") is None
    async with opened(tmp_path) as kept:
        assert same(await kept.find("a"), said())
        assert kept.size == (tmp_path / "speech" / "a.job1.flac").stat().st_size


async def test_nobody_else_may_read_it(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE), said())
    assert (tmp_path / "speech").stat().st_mode & 0o077 == 0
    assert (tmp_path / "speech" / "a.flac").stat().st_mode & 0o077 == 0


async def test_what_was_not_said_for_longest_goes_first(tmp_path):
    async with opened(tmp_path, limit=4_000 * 3) as kept:
        for name in "abc":
            kept.keep(Wanted(name, RATE), said(0.08))
        await until(lambda: len(files(tmp_path)) == 3)
        assert await kept.find("a") is not None
        kept.keep(Wanted("d", RATE), said(0.08))
        await until(lambda: files(tmp_path) == ["a.flac", "c.flac", "d.flac"])
        assert await kept.find("b") is None
        assert kept.size <= 12_000


async def test_the_order_outlives_a_restart(tmp_path):
    async with opened(tmp_path) as kept:
        for name in "abc":
            kept.keep(Wanted(name, RATE), said(0.08))
    for age, name in enumerate("bca"):
        long_ago = time.time() - 10_000 * (age + 1)
        os.utime(tmp_path / "speech" / f"{name}.flac", (long_ago, long_ago))
    async with opened(tmp_path) as kept:
        assert await kept.find("a") is not None  # it is said, and that is written down
        await until(lambda: (tmp_path / "speech" / "a.flac").stat().st_mtime > time.time() - 1_000)
    async with opened(tmp_path, limit=8_000):
        await until(lambda: files(tmp_path) == ["a.flac", "b.flac"])


async def test_without_room_nothing_is_kept(tmp_path):
    async with opened(tmp_path, limit=0) as kept:
        kept.keep(Wanted("a", RATE), said())
        assert await kept.find("a") is None
    assert files(tmp_path) == []


async def test_a_deleted_job_takes_along_what_was_made_for_it_also_while_it_is_being_written(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE, "job1"), said())
        kept.keep(Wanted("b", RATE, "job2"), said())
        await until(lambda: files(tmp_path) == ["a.job1.flac", "b.job2.flac"])
        kept.keep(Wanted("c", RATE, "job1"), said(1.0))
        kept.follow(deleted("job1"))
        assert await kept.find("a") is None and await kept.find("c") is None
        assert await kept.find("b") is not None
        await until(lambda: files(tmp_path) == ["b.job2.flac"])


async def test_the_sweeper_removes_what_is_unwanted_and_what_a_killed_server_was_writing(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE, "gone"), said())
        kept.keep(Wanted("b", RATE), said())
    (tmp_path / "speech" / "c.0a0a0a0a.part").write_bytes(b"half")
    async with opened(tmp_path) as kept:
        await kept.sweep(lambda job, at: job == "gone")
        await until(lambda: files(tmp_path) == ["b.flac"])


async def test_a_damaged_file_is_removed_and_made_anew(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE), said(1.0))
    path = tmp_path / "speech" / "a.flac"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    async with opened(tmp_path) as kept:
        assert await kept.find("a") is None
        assert not path.exists() and kept.size == 0
        kept.keep(Wanted("a", RATE), said(1.0))
        assert same(await kept.find("a"), said(1.0))
    async with opened(tmp_path) as kept:
        assert same(await kept.find("a"), said(1.0))


@pytest.mark.parametrize("wrong", [b"", b"nothing of the kind", b"fLaC"])
def test_what_is_no_file_of_ours_is_told(tmp_path, wrong: bytes):
    (tmp_path / "a.flac").write_bytes(wrong)
    with pytest.raises(StageFailed):
        take_file.read(tmp_path / "a.flac")


def at_once(answer):
    """Return what a coroutine returns, which waits for nothing."""
    with pytest.raises(StopIteration) as returned:
        answer.send(None)
    return returned.value.value


async def test_a_disk_that_hangs_costs_one_wait_and_no_speech(tmp_path):
    async with opened(tmp_path) as kept:
        kept.keep(Wanted("a", RATE), said())
    path = tmp_path / "speech" / "a.flac"
    sound = path.read_bytes()
    path.unlink()
    os.mkfifo(path)  # opening it waits for a writer: a disk that does not answer
    async with opened(tmp_path) as kept:
        assert await kept.find("a") is None
        assert at_once(kept.find("a")) is None, "it is not waited for again while it hangs"
        kept.keep(Wanted("b", RATE), said())
        assert same(await kept.find("b"), said())
        threading.Thread(target=path.write_bytes, args=(sound,)).start()  # it answers at last


async def test_a_disk_without_room_loses_what_is_kept_and_nothing_else(tmp_path):
    async with opened(tmp_path) as kept:
        (tmp_path / "speech").rmdir()
        kept.keep(Wanted("a", RATE), said())
        await until(lambda: kept.lost == 1)
        assert await kept.find("a") is None and kept.size == 0


async def test_what_is_held_in_memory_is_bounded(tmp_path):
    count = takes.HOT_BYTES // (2 * RATE * 60) + 2
    async with opened(tmp_path, limit=100 * MEGABYTE) as kept:
        for number in range(count):
            kept.keep(Wanted(f"{number}", RATE), (Take(np.zeros(RATE * 60, np.int16)),))
            await until(lambda: not kept._waiting)
        assert kept._hot_bytes <= takes.HOT_BYTES
        assert await kept.find("0") is not None
        assert kept._hot_bytes <= takes.HOT_BYTES
