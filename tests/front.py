"""A small reverse proxy that serves genie below a path, as nginx would; for tests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from urllib.parse import urlsplit

from tests.connections import accepting, connected

PREFIX = "/genie"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Front:
    """Pass requests below a prefix on, without it, and say for whom and over what they came.

    What a client says of itself in `X-Forwarded-For` stays, with the address it really has behind it. Where it passes
    on anything but an upgrade, the connection is closed after one request.
    """

    def __init__(self, behind: str, scheme: str) -> None:
        self._behind = urlsplit(behind)
        self._scheme = scheme

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, version = head[0].split(" ")
        if not path.startswith(PREFIX + "/"):
            writer.write(NOT_FOUND)
            await writer.drain()
            return
        lines = [f"{method} {path.removeprefix(PREFIX)} {version}", *self._headers(head[1:-2], writer)]
        await self._pass_on("\r\n".join([*lines, "", ""]).encode("latin-1"), reader, writer)

    def _headers(self, lines: list[str], writer: asyncio.StreamWriter) -> list[str]:
        given = [line.partition(":") for line in lines]
        passed = {name.lower(): value.strip() for name, _, value in given}
        peer = writer.get_extra_info("peername")[0]
        passed["x-forwarded-for"] = ", ".join(filter(None, (passed.get("x-forwarded-for"), peer)))
        passed["x-forwarded-proto"] = self._scheme
        if "upgrade" not in passed:
            passed["connection"] = "close"
        return [f"{name}: {value}" for name, value in passed.items()]

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with connected(self._behind.hostname, self._behind.port) as (from_behind, to_behind):
            to_behind.write(head)
            async with asyncio.TaskGroup() as sending:
                sending.create_task(_copy(reader, to_behind))
                await _copy(from_behind, writer)
                writer.close()  # which ends the sending, too


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


@contextmanager
def fronted(behind: str, scheme: str = "http") -> Iterator[str]:
    """Serve what is at `behind` below a path; yield that path's address."""
    front = Front(behind, scheme)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()
    serving = stack.enter_async_context(accepting(front.serve))
    try:
        yield f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(serving, loop).result(10)}{PREFIX}"
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
