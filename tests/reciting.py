"""A language model on loopback that recites: asked for a text by its name, it answers with that."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Mapping

from tests.connections import accepting
from tests.model import HEAD

PART = 20
"""Characters that come at once."""

DONE = "[DONE]"


@contextlib.asynccontextmanager
async def reciting_model(texts: Mapping[str, str]) -> AsyncIterator[tuple[str, ...]]:
    """Serve the model; yield the settings by which genie asks it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
        asked = body["messages"][-1]["content"]
        said = next(text for name, text in texts.items() if name in asked)
        parts = [said[start : start + PART] for start in range(0, len(said), PART)]
        deltas = [json.dumps({"choices": [{"delta": {"content": part}}]}) for part in parts]
        writer.write(HEAD + "".join(f"data: {delta}\n\n" for delta in (*deltas, DONE)).encode())
        await writer.drain()

    async with accepting(answer) as port:
        yield f"llm.base_url=http://127.0.0.1:{port}/v1", "llm.model=reciting"
