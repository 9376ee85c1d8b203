"""A recording that a server transcribes for a command: uploaded, followed as a job, fetched, and forgotten there."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from genie.audio import transcript
from genie.audio.transcript import Transcript
from genie.audio.wish import Wish
from genie.commands.server import Server
from genie.errors import BadInput, GenieError, StageFailed
from genie.progress import Progress

PART_BYTES = 262_144

LOOK_S = 0.3
"""Seconds between two looks at how far the job is."""

ENDED = ("completed", "failed", "cancelled")


@contextmanager
def opened_sound(file: Path) -> Iterator[BinaryIO]:
    """Open a recording, or raise `cannot_read`."""
    try:
        opened = file.open("rb")
    except OSError as error:
        raise BadInput("cannot_read", f"it cannot be read: {error.strerror}") from error
    with opened:
        yield opened


async def transcript_of(server: Server, file: Path, wish: Wish) -> Transcript:
    """Return what a server hears in a recording. Nothing of it stays there, also when it fails or is interrupted."""
    job = await _sent(server, file, wish)
    try:
        await _ended(server, job, file.name)
        return transcript.read(await server.text("GET", f"api/jobs/{job}/transcript", params={"format": "json"}))
    finally:
        await _forget(server, job)


async def _sent(server: Server, file: Path, wish: Wish) -> str:
    wished = asdict(wish) | {"languages": ",".join(wish.languages) if wish.languages else None}
    chosen = {"name": file.name} | {name: value for name, value in wished.items() if value is not None}
    with opened_sound(file) as opened:
        size = opened.seek(0, 2)
        opened.seek(0)
        with Progress(f"sending {file.name}", total=float(size)) as progress:
            reply = await server.json("POST", "api/transcriptions", params=chosen, content=_parts(opened, progress))
    return str(reply["id"])


async def _parts(opened: BinaryIO, progress: Progress) -> AsyncIterator[bytes]:
    while part := opened.read(PART_BYTES):
        yield part
        progress.reach(float(opened.tell()))


async def _ended(server: Server, job: str, name: str) -> None:
    """Return when a job is done; raise why it is not."""
    with Progress(f"hearing {name}", total=1.0) as progress:
        while (found := await server.json("GET", f"api/jobs/{job}"))["status"] not in ENDED:
            progress.reach(found.get("progress") or 0.0)
            await asyncio.sleep(LOOK_S)
    if found["status"] != "completed":
        raise _failure(found)


def _failure(job: dict[str, Any]) -> GenieError:
    error = job.get("error") or {"code": "cancelled", "message": "somebody cancelled the job"}
    return StageFailed(str(error["code"]), str(error["message"]))


async def _forget(server: Server, job: str) -> None:
    with suppress(GenieError):
        await server.json("POST", f"api/jobs/{job}/cancel")
    with suppress(GenieError):
        await server.json("DELETE", f"api/jobs/{job}")
