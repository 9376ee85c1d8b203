"""`genie transcribe`: print what is said in recordings, or write it as text or subtitles."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

from genie.audio.engine import Spoken, Transcriber
from genie.audio.lane import Lane
from genie.audio.transcript import Transcript, TranscriptFormat, written
from genie.audio.wish import Wish, listed, spoken
from genie.commands.engines import ear
from genie.commands.output import Place, place_of, write_whole
from genie.commands.recordings import opened_sound, transcript_of
from genie.commands.server import Server
from genie.commands.settings import settings_of, token
from genie.errors import GenieError, StageFailed
from genie.memory.recordings import Recordings
from genie.progress import Progress
from genie.settings import Settings

Hear = Callable[[Path], Awaitable[Transcript]]


def run(options: argparse.Namespace) -> None:
    """Print one line a file, or write each in its format; a file that fails is told and the others go on."""
    settings = settings_of(options)
    place = place_of(options.files, options.format, options.output)
    wish = Wish(options.language, listed(options.languages), options.prompt, options.translate)
    asyncio.run(_run(settings, options.files, place, wish, options.url))


async def _run(settings: Settings, files: list[Path], place: Place, wish: Wish, url: str | None) -> None:
    if url is not None:
        server = Server(url, token())
        await _each(files, place, lambda file: transcript_of(server, file, wish))
        return
    async with ear(settings) as lane, _room() as recordings:
        known = spoken(settings.stt, (), wish)
        longest_s = settings.server.recording_hours * 3_600
        await _each(files, place, lambda file: _hear(lane, recordings, file, known, longest_s))


async def _each(files: list[Path], place: Place, hear: Hear) -> None:
    failures: list[GenieError] = []
    for file in files:
        try:
            heard = await hear(file)
        except GenieError as error:
            error.message = f"{file}: {error.message}"
            if len(files) == 1 or error.status == 503:
                raise
            print(f"genie: {error.message} ({error.code})", file=sys.stderr)
            failures.append(error)
        else:
            _put(place, file, heard, alone=len(files) == 1)
    if failures:
        raise StageFailed("some_failed", f"{len(failures)} of {len(files)} recordings could not be transcribed")


def _put(place: Place, file: Path, heard: Transcript, *, alone: bool) -> None:
    """Print or write a transcript."""
    target = place.target(file)
    if target is not None:
        write_whole(target, written(place.kind or TranscriptFormat.TXT, heard))
    elif place.kind is not None:
        print(written(place.kind, heard), end="", flush=True)
    else:
        print(heard.line if alone else f"{file}: {heard.line}", flush=True)


@asynccontextmanager
async def _room() -> AsyncIterator[Recordings]:
    """Give recordings a folder for as long as the context lasts: an hour takes 115 MB there."""
    with tempfile.TemporaryDirectory(prefix="genie-recordings-") as folder:
        recordings = Recordings(Path(folder), quota=0)
        recordings.open()
        yield recordings


async def _hear(
    lane: Lane[Transcriber], recordings: Recordings, file: Path, known: Spoken, longest_s: float
) -> Transcript:
    async with AsyncExitStack() as stack:
        opened = stack.enter_context(opened_sound(file))
        with Progress(f"reading {file.name}"):
            recording = await stack.enter_async_context(recordings.spooled(opened, longest_s))
        heard = Transcript(file.name, known, recording.seconds, complete=True)
        with Progress(f"hearing {file.name}", total=recording.seconds) as progress:
            async with aclosing(lane.iterate(Transcriber.transcribe, recording, known)) as stretches:
                async for stretch in stretches:
                    heard.segments.extend(stretch.segments)
                    heard.until_s = stretch.until_s
                    progress.reach(stretch.until_s)
    return heard
