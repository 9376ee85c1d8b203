"""A language model's endpoint on loopback that speaks, stalls, lies and breaks off as a test says, and who asks it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from genie.agents.agent import Context
from genie.agents.chat import chat_agent
from genie.config import load
from genie.errors import StageFailed
from tests.connections import accepting

CONTEXT = Context(
    datetime(2026, 11, 20, 15, 5, tzinfo=ZoneInfo("Europe/Berlin")),
    "Europe/Berlin",
    "en-GB",
    history=(("one", "1"), ("two", "2"), ("three", "3")),
)
UNIT = 0.15
"""Seconds: every deadline of these tests is a multiple of it."""


class Speaker:
    """What a test's endpoint has at hand to answer one request."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def event(self, **delta: str) -> None:
        await self.raw(f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode())

    async def say(self, *pieces: str) -> None:
        for piece in pieces:
            await self.event(content=piece)

    async def done(self) -> None:
        await self.raw(b"data: [DONE]\n\n")

    async def until_gone(self) -> None:
        """Stay silent until the other side has hung up, which ends this behaviour."""
        await asyncio.Event().wait()

    def reset(self) -> None:
        self._writer.transport.abort()


Behaviour = Callable[[Speaker], Awaitable[None]]


@dataclass
class Endpoint:
    url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[dict[str, object]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")
        )
        endpoint.heads.append(head)
        endpoint.bodies.append(json.loads(await reader.readexactly(length)))
        answering = asyncio.create_task(behaviour(Speaker(writer)))
        hung_up = asyncio.create_task(reader.read())
        await asyncio.wait([answering, hung_up], return_when=asyncio.FIRST_COMPLETED)
        if hung_up.done():
            endpoint.gone.set()
        answering.cancel()
        hung_up.cancel()
        await asyncio.gather(answering, hung_up, return_exceptions=True)
        served.set()

    served = asyncio.Event()
    async with accepting(connected) as port:
        endpoint.url = f"http://127.0.0.1:{port}/v1"
        try:
            yield endpoint
        finally:
            if endpoint.heads:
                await served.wait()


def agent(url: str, **flags: object):
    deadlines = {"connect_s": 10, "first_token_s": 40 * UNIT, "gap_s": 40 * UNIT, "total_s": 80 * UNIT}
    chosen = deadlines | {"model": "m", "api_key": "s3cret", "history": 2} | flags
    environment = {"GENIE_LLM__API_KEY": str(chosen.pop("api_key"))}
    named = {f"llm.{name}": value for name, value in chosen.items()}
    return chat_agent(load(environment=environment, flags={"llm.base_url": url, **named}).llm)


async def pieces(behaviour: Behaviour, **flags: object) -> list[str]:
    async with serving(behaviour) as endpoint:
        chat = agent(endpoint.url, **flags)
        return [text async for text in chat.answer({"question": "why?"}, CONTEXT)]


async def failure(behaviour: Behaviour, **flags: object) -> StageFailed:
    with pytest.raises(StageFailed) as caught:
        await pieces(behaviour, **flags)
    return caught.value


async def fine(speaker: Speaker) -> None:
    await speaker.head()
    await speaker.event(role="assistant")
    await speaker.say("Grüß ", "dich", ".")
    await speaker.done()
