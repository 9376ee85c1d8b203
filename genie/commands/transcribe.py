"""`genie transcribe`: print what is said in recordings."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from genie.audio.codec import decode
from genie.audio.engine import LISTENING_RATE, Spoken, Transcriber
from genie.audio.lane import Lane
from genie.audio.pcm import Pcm
from genie.commands.engines import ear
from genie.commands.server import Server
from genie.commands.settings import settings_of, token
from genie.config import Settings
from genie.errors import BadInput, GenieError, StageFailed
from genie.progress import Progress

MAX_SECONDS = 12 * 3_600.0

Hear = Callable[[Path], Awaitable[str]]


def run(options: argparse.Namespace) -> None:
    """Print one line a file; a file that fails is told and the others go on."""
    settings = settings_of(options)
    asyncio.run(_run(settings, options.files, options.language, options.url))


async def _run(settings: Settings, files: list[Path], language: str | None, url: str | None) -> None:
    if url is not None:
        server = Server(url, token())
        await _each(files, lambda file: asyncio.to_thread(_upload, server, file, language))
        return
    async with ear(settings) as lane:
        await _each(files, lambda file: _hear(lane, file, language))


async def _each(files: list[Path], hear: Hear) -> None:
    failures: list[GenieError] = []
    for file in files:
        try:
            text = await hear(file)
        except GenieError as error:
            error.message = f"{file}: {error.message}"
            if len(files) == 1 or error.status == 503:
                raise
            print(f"genie: {error.message} ({error.code})", file=sys.stderr)
            failures.append(error)
        else:
            print(text if len(files) == 1 else f"{file}: {text}", flush=True)
    if failures:
        raise StageFailed("some_failed", f"{len(failures)} of {len(files)} recordings could not be transcribed")


async def _hear(lane: Lane[Transcriber], file: Path, language: str | None) -> str:
    with Progress(f"reading {file.name}"):
        sound = await asyncio.to_thread(_read, file)
    texts = []
    with Progress(f"hearing {file.name}", total=sound.seconds) as progress:
        async for segment in lane.iterate(Transcriber.transcribe, sound.samples, Spoken(language)):
            texts.append(segment.text)
            progress.reach(segment.end_s)
    return " ".join(texts)


def _read(file: Path) -> Pcm:
    try:
        with file.open("rb") as opened:
            return decode(opened, rate=LISTENING_RATE, max_seconds=MAX_SECONDS)
    except OSError as error:
        raise BadInput("cannot_read", f"it cannot be read: {error.strerror}") from error


def _upload(server: Server, file: Path, language: str | None) -> str:
    try:
        with Progress(f"sending {file.name}"):
            return server.transcribe(file, language)
    except OSError as error:
        raise BadInput("cannot_read", f"it cannot be read: {error.strerror}") from error
