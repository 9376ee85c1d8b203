"""A genie that tells a long story whatever it is asked, and the options of benches that listen to it."""

import argparse
import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench import kokoro_sized
from tests.models_small import save_kokoro
from tests.serving import Served, serving, until_ready

STORY = (
    "Once upon a time an old clock stood in a small house near the river. It cost $5.50 in 1987, and it was never "
    "late. Every morning at 7:30 it struck, and the children ran to school. Dr. Brown, who lived next door, set his "
    "watch by it: that was quicker than asking. One day it stopped. Nobody knew why, but the river was quiet, the "
    "birds were quiet, and 3 of the children came home early. Then somebody found a key under the stairs! They turned "
    "it 12 times, and the clock went on as if nothing had happened. It is still there: go by, and you can hear it."
)
VOICES = {"kokoro": save_kokoro, "sized": kokoro_sized.save}
"""Kokoro as small as can be, which speaks three times as fast as people do, and of its true size and pace."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def voice_settings(voice: str, folder: Path) -> tuple[str, ...]:
    """Return the settings by which genie speaks with a voice of `VOICES`; weights are random, and kept in a folder."""
    model = str(VOICES[voice](folder / voice)) if voice in VOICES else ""
    return "stt.engine=embedded", f"tts.engine={'kokoro' if model else voice}", f"tts.model={model}"


@asynccontextmanager
async def story_teller() -> AsyncIterator[tuple[str, ...]]:
    """Serve a language model that tells the story at once; yield the settings by which genie asks it."""
    server = await asyncio.start_server(_tell, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"llm.base_url=http://127.0.0.1:{port}/v1", "llm.model=story", "llm.history=0"


@asynccontextmanager
async def telling(voice: str) -> AsyncIterator[Served]:
    """Serve genie with that model and a voice; its weights and what it keeps go at the end."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = voice_settings(voice, Path(folder))
        async with story_teller() as teller:
            with serving(Path(folder) / "data", *spoken, *teller) as served:
                await until_ready(served)
                yield served


def options(doc: str | None, *, times: int, sessions: int) -> argparse.ArgumentParser:
    """Return the options of a bench: how many stories are heard in all, by how many at once, and by which voice."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=times)
    parser.add_argument("--sessions", type=int, default=sessions)
    parser.add_argument("--voice", choices=("espeak", *VOICES), default="espeak")
    parser.add_argument("--json", type=Path)
    return parser


async def _tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", head)
    await reader.readexactly(int(length[1]) if length else 0)
    writer.write(HEAD)
    for word in re.findall(r"\S+\s*", STORY):
        delta = {"choices": [{"delta": {"content": word}}]}
        writer.write(f"data: {json.dumps(delta)}\n\n".encode())
    writer.write(b"data: [DONE]\n\n")
    await writer.drain()
    writer.close()
