"""A command whose server behaves badly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from genie import messages
from genie.commands.reply import REF
from genie.commands.server import NoServer, Server
from genie.errors import GenieError
from tests.connections import accepting


@asynccontextmanager
async def talking_to(behave: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[Server]:
    async with serve(behave, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield Server(f"http://127.0.0.1:{port}")


async def hang_up(socket: ServerConnection) -> None:
    await socket.recv()


async def answer(socket: ServerConnection) -> None:
    await socket.send(messages.encode(messages.Accepted(ref=REF, job="1")))
    await socket.send(messages.encode(messages.AnswerDelta(job="1", text="84")))
    await socket.wait_closed()


async def test_a_server_that_hangs_up_is_not_taken_for_none() -> None:
    async with talking_to(hang_up) as server:
        with pytest.raises(GenieError, match="connection_lost"):
            await server.ask("q", lambda text: None, zone=None)


async def test_an_output_that_breaks_is_not_taken_for_a_missing_server() -> None:
    def tell(text: str) -> None:
        if text:
            raise BrokenPipeError

    async with talking_to(answer) as server:
        with pytest.raises(BrokenPipeError):
            await server.ask("q", tell, zone=None)


async def test_another_program_at_the_address_is_not_genie() -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops")

    async with accepting(reply) as port:
        server = Server(f"http://127.0.0.1:{port}")
        with pytest.raises(GenieError, match="not_genie"):
            await asyncio.to_thread(server.say, "hello", format="wav")
        with pytest.raises(GenieError, match="not_genie"):
            await server.ask("q", lambda text: None, zone=None)


async def test_nobody_is_told_apart() -> None:
    async with talking_to(hang_up) as server:
        pass
    with pytest.raises(NoServer):
        await server.ask("q", lambda text: None, zone=None)
