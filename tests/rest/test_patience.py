"""Clients that send their requests slowly, or not at all: raw sockets against a real server."""

import asyncio
import contextlib
import socket
import time
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from genie import messages
from tests.connections import connected
from tests.raw import held
from tests.serving import DEAF, ENDED_S, Served, client, serving, until_ready

WAIT_S = 1.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
UPLOAD = b"POST /api/push HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server that waits a second."""
    settings = (
        "stt.engine=embedded",
        "tts.engine=embedded",
        f"server.header_timeout_s={WAIT_S}",
        f"server.reading_timeout_s={WAIT_S}",
    )
    with serving(tmp_path_factory.mktemp("hasty"), *settings, module=DEAF) as served:
        yield served


def connecting(served: Served) -> AbstractAsyncContextManager[Connection]:
    host, port = served.url.removeprefix("http://").split(":")
    return connected(host, int(port))


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the server closed; fail when it does not."""
    async with asyncio.timeout(10 * WAIT_S):
        try:
            return await reader.read(-1)
        except ConnectionError:
            return b""


async def dribble(writer: asyncio.StreamWriter, first: bytes, then: bytes = b"x") -> None:
    """Send a byte every tenth of what the server waits, until it has had enough."""
    writer.write(first)
    with contextlib.suppress(OSError):
        while not writer.is_closing():
            writer.write(then)
            await writer.drain()
            await asyncio.sleep(WAIT_S / 10)


async def answer(connection: Connection, request: bytes) -> bytes:
    """Send a request and return the head and body of its answer."""
    reader, writer = connection
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def test_a_connection_that_says_nothing_is_cut(hasty):
    async with connecting(hasty) as (reader, _):
        assert await read_to_end(reader) == b""


@pytest.mark.parametrize("begin", [b"", b"GET / HT", HEAD, HEAD + b"X-Name: "])
async def test_a_head_that_dribbles_is_cut(hasty, begin):
    async with connecting(hasty) as (reader, writer):
        dribbling = asyncio.create_task(dribble(writer, begin))
        assert await read_to_end(reader) == b""
        dribbling.cancel()


async def test_the_next_head_on_a_connection_may_not_dribble_either(hasty):
    async with connecting(hasty) as (reader, writer):
        assert (await answer((reader, writer), HEAD + b"\r\n")).startswith(b"HTTP/1.1 200")
        dribbling = asyncio.create_task(dribble(writer, b"GET /health HTTP/1.1\r\nX: "))
        assert await read_to_end(reader) == b""
        dribbling.cancel()


async def test_a_body_that_stalls_is_cut(hasty):
    async with connecting(hasty) as (reader, writer):
        writer.write(UPLOAD + b'{"question": ')
        assert await read_to_end(reader) == b""


async def test_a_body_that_comes_slowly_but_steadily_is_served(hasty):
    body = b'{"question": "what is one plus one"}'.ljust(1_000)
    async with connecting(hasty) as (reader, writer):
        writer.write(UPLOAD)
        began = time.monotonic()
        for start in range(0, 1_000, 50):
            writer.write(body[start : start + 50])
            await asyncio.sleep(WAIT_S / 10)
        assert time.monotonic() - began > WAIT_S
        assert (await reader.readline()).startswith(b"HTTP/1.1 202")


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"])
async def test_a_client_that_reads_nothing_of_what_it_asked_for_is_cut(hasty, last):
    host, port = hasty.url.removeprefix("http://").split(":")
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.settimeout(20 * WAIT_S)
        raw.connect((host, int(port)))
        raw.sendall((ask + b"\r\n") * 400 + ask + last + b"\r\n")
        await asyncio.to_thread(raw.recv, 1, socket.MSG_PEEK)  # the server has begun to answer
        async with asyncio.timeout(20 * WAIT_S):
            while held(hasty, raw):
                await asyncio.sleep(WAIT_S / 10)


async def test_an_open_socket_may_be_silent_for_longer(hasty):
    async with client(hasty) as one:
        await asyncio.sleep(2 * WAIT_S)
        assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_an_answer_may_take_longer_than_a_head(hasty):
    """The deadline is for what the client sends, not for what the server makes of it."""
    text = " ".join(["What can you do"] * 200)
    say = {"text": text, "format": "wav"}
    async with (
        httpx.AsyncClient(base_url=hasty.url, timeout=60) as http,
        http.stream("POST", "/api/get_tts_audio", json=say) as reply,
    ):
        assert reply.status_code == 200
        began = time.monotonic()
        async for _ in reply.aiter_raw(65_536):
            if time.monotonic() - began > 2 * WAIT_S:
                break
            await asyncio.sleep(WAIT_S / 10)


async def test_sigterm_ends_in_time_although_http_clients_do_not(tmp_path):
    """Some have stopped reading their answer, some their asking, some have not begun."""
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded", module=DEAF) as served:
        await until_ready(served)
        text = b'{"format": "wav", "text": "' + b"What can you do for me? " * 500 + b'"}'
        say = b"POST /api/get_tts_audio HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(text)
        async with contextlib.AsyncExitStack() as stack:
            for begin in (say + text, UPLOAD + b"{", HEAD):
                for _ in range(4):
                    reader, writer = await stack.enter_async_context(connecting(served))
                    writer.write(begin)
                    if begin.startswith(say):
                        await reader.readuntil(b"\r\n\r\n")
                        writer.transport.pause_reading()
            served.process.terminate()
            await asyncio.to_thread(served.process.wait, ENDED_S)
    assert "error" not in "".join(served.output)


async def test_others_are_served_while_a_hundred_connections_dribble(hasty):
    async with (
        contextlib.AsyncExitStack() as stack,
        httpx.AsyncClient(base_url=hasty.url) as http,
        client(hasty) as one,
    ):
        slow = [await stack.enter_async_context(connecting(hasty)) for _ in range(100)]
        dribbling = [asyncio.create_task(dribble(writer, HEAD + b"X-Name: ")) for _, writer in slow]
        waiting = {asyncio.create_task(read_to_end(reader)) for reader, _ in slow}
        while waiting:
            assert (await http.get("/health")).status_code == 200
            assert isinstance(await one.request(messages.Ping()), messages.Pong)
            done, waiting = await asyncio.wait(waiting, timeout=0.02)
            assert all(task.result() == b"" for task in done)
        for task in dribbling:
            task.cancel()
