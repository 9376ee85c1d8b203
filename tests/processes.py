"""Processes that tests look at and end, by their numbers."""

import asyncio
import os
from pathlib import Path

from genie.audio.copies import READY
from genie.audio.remote import Remote


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that have not ended."""
    found = (_read(task).split() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for some in found for child in some if alive(int(child))]


def engines(pid: int) -> list[int]:
    """Return the processes of a server's engines."""
    return [child for child in children(pid) if b"spawn_main" in _read(Path(f"/proc/{child}/cmdline"))]


async def copies(remote: Remote) -> list[int]:
    """Return the copies that answer for an engine, once all that there are to be wait for a request."""
    async with asyncio.timeout(30):
        while True:
            found = children(remote._process.pid)
            if len(found) == READY and all(map(idle, found)):
                return found
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Say whether a process runs, or a thread of it; a child that ended and was not waited for does not."""
    try:
        return _state(pid) not in ("", "Z") or len(os.listdir(f"/proc/{pid}/task")) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False


def idle(pid: int) -> bool:
    """Say whether a process waits for something."""
    return _state(pid) == "S"


def _state(pid: int) -> str:
    """Return the letter of its state, empty for one that is not there."""
    stat = _read(Path(f"/proc/{pid}/stat"))
    return stat.rpartition(b")")[2].split()[0].decode() if stat else ""


def _read(file: Path) -> bytes:
    """Return what the kernel tells of a process or thread, nothing where it has ended."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


async def until_gone(*pids: int) -> None:
    async with asyncio.timeout(30):
        while any(map(alive, pids)):
            await asyncio.sleep(0.01)
