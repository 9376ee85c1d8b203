"""A language model on loopback that takes as long as a question asks it to: "tell me a story for 300 ms"."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator

from tests.connections import accepting

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
PIECES = 4
"""Parts of every answer, evenly over its time."""


def story(ms: int) -> str:
    """Return a question that no agent but chat takes, and whose answer takes this long."""
    return f"tell me a story for {ms} ms"


@contextlib.asynccontextmanager
async def slow_model(asked: list[list[dict[str, str]]] | None = None) -> AsyncIterator[tuple[str, ...]]:
    """Serve the model; yield the settings by which genie asks it. What it is sent is added to `asked`."""
    taken = [] if asked is None else asked
    async with accepting(lambda reader, writer: _answered(reader, writer, taken)) as port:
        yield f"llm.base_url=http://127.0.0.1:{port}/v1", "llm.model=slow"


async def _answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, taken: list[list[dict[str, str]]]
) -> None:
    """Answer one request, unless whoever asked hangs up."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", head)
    body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
    taken.append(body["messages"])
    asked = re.search(r"for (\d+) ms", body["messages"][-1]["content"])
    writer.write(HEAD)
    await _speak(reader, writer, (int(asked[1]) if asked else 0) / 1_000)


async def _speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    for number in range(PIECES):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds / PIECES):
                await reader.read()
                return
        delta = {"choices": [{"delta": {"content": f"Part {number}. "}}]}
        writer.write(f"data: {json.dumps(delta)}\n\n".encode())
        await writer.drain()
    writer.write(b"data: [DONE]\n\n")
    await writer.drain()
