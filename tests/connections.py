"""TCP connections on loopback, for tests, of either side: none is left open, however a test ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Answer one connection, which is closed when this returns."""


@contextlib.asynccontextmanager
async def accepting(answer: Answer) -> AsyncIterator[int]:
    """Answer each connection; yield the port. At the end what is still being answered is broken off.

    A connection that its client ends, ends its answer in peace; what else an answer raises is raised at the end.
    """
    answering: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note the connection before anything can end its task: one that never ran would leave it open."""
        writers.append(writer)
        answering.append(asyncio.create_task(_answered(answer, reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task, writer in zip(answering, writers, strict=True):
            task.cancel()
            writer.transport.abort()
        ends = await asyncio.gather(*answering, return_exceptions=True)
        for writer in writers:
            await _closed(writer)
        await server.wait_closed()
    if failures := [end for end in ends if isinstance(end, Exception)]:
        raise ExceptionGroup("answers failed", failures)


@contextlib.asynccontextmanager
async def connected(host: str, port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect for as long as the context lasts."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await _closed(writer)


async def _answered(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        await answer(reader, writer)
    writer.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        await writer.wait_closed()
