"""The sweeper: sound that nobody needs any more, and files that a killed process left behind, go in small steps."""

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from genie.errors import GenieError
from genie.memory.shelf import Entry, SoundKind
from genie.memory.sounds import Sounds
from genie.memory.takes import Takes
from genie.queues.board import Board
from genie.queues.job import Job, QueueName
from genie.settings import MemorySettings

log = logging.getLogger(__name__)

EVERY_S = 600.0
SETTLED_S = 60.0
"""Seconds after which a sound must have its job: it is written while the job is."""

ABANDONED_S = 3_600.0
"""Seconds after which a temporary file that nobody writes to is left over."""

STEP = 200
"""Sounds looked at before others have their turn."""

DAY_S = 86_400.0

LEFTOVERS = "genie-commands-*"
"""Folders in the system's temporary folder that an engine needs for a second while it loads."""


async def sweep_on(
    sounds: Sounds, takes: Takes, board: Board, settings: MemorySettings, also: Callable[[], Awaitable[None]]
) -> None:
    """Sweep at once what earlier servers left, and then every ten minutes, until cancelled; `also` sweeps elsewhere."""
    settled = parts = time.time()
    while True:
        try:
            await _sweep(sounds, board, settings, settled, parts)
            await takes.sweep(partial(_is_unwanted, board, settled, time.time() - settings.audio_days * DAY_S))
            await also()
        except GenieError as error:
            log.warning("not_swept", extra={"code": error.code})
        await asyncio.sleep(EVERY_S)
        settled, parts = time.time() - SETTLED_S, time.time() - ABANDONED_S


async def _sweep(sounds: Sounds, board: Board, settings: MemorySettings, settled: float, parts: float) -> None:
    oldest = time.time() - settings.audio_days * DAY_S
    entries = await sounds.entries()
    gone: list[Entry] = []
    for number, entry in enumerate(entries, 1):
        needed = entry.at > settled or _is_needed(entry, board.known(entry.job), keep_audio=settings.keep_audio)
        if entry.at < oldest or not needed:
            sounds.forget(entry.job, entry.kind)
            gone.append(entry)
        if number % STEP == 0:
            await asyncio.sleep(0)
    unfinished = await sounds.remove_parts(parts)
    folders = await asyncio.to_thread(_remove_folders, time.time() - ABANDONED_S)
    log.info(
        "swept",
        extra={
            "sounds": len(entries) - len(gone),
            "bytes": sum(entry.size for entry in entries) - sum(entry.size for entry in gone),
            "removed": len(gone),
            "unfinished": unfinished,
            "folders": folders,
            "lost": sounds.lost,
        },
    )


def _is_unwanted(board: Board, settled: float, oldest: float, job: str, at: float) -> bool:
    """Say whether a passage that was last said then has no reason to be kept: its job is gone, or it is old."""
    return at < oldest or (bool(job) and at < settled and board.known(job) is None)


def _is_needed(entry: Entry, job: Job | None, *, keep_audio: bool) -> bool:
    """Say whether a sound has a reason to be kept."""
    if job is None:
        return False
    match entry.kind:
        case SoundKind.UTTERANCE:
            return keep_audio or not job.finished
        case SoundKind.ANSWER:
            return job.queue is not QueueName.DEAD


def _remove_folders(before: float) -> int:
    """Remove what killed processes of ours left in the system's temporary folder; return how much."""
    old = [folder for folder in Path(tempfile.gettempdir()).glob(LEFTOVERS) if _is_old(folder, before)]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _is_old(folder: Path, before: float) -> bool:
    try:
        return folder.lstat().st_mtime < before
    except OSError:
        return False
