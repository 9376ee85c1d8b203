"""What a client can do to a server, and what the server does then: real processes, raw sockets."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from genie import messages
from tests.raw import frame, handshake
from tests.serving import DEAF, ENDED_S, Client, Served, client, serving, until_ready

QUICK = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.ping_interval_s=1",
    "server.hello_timeout_s=1",
    "server.outbox_age_s=2",
    "server.shutdown_s=3",
)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A server whose patience is short."""
    with serving(tmp_path_factory.mktemp("quick"), *QUICK, module=DEAF) as served:
        asyncio.run(until_ready(served))
        yield served


def closed_within(raw: socket.socket, seconds: float) -> bool:
    """Say whether the peer ends the connection in this time; what it sends until then is read."""
    raw.settimeout(seconds)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            if not raw.recv(65_536):
                return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return False


def resident(served: Served) -> int:
    """Return the server's memory in bytes."""
    pages = int(Path(f"/proc/{served.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def test_a_mute_socket_is_closed_with_1008(quick):
    async with connect(quick.ws, proxy=None) as socket_:
        one = Client(socket_)
        with pytest.raises(ConnectionClosed) as closed:
            await one.wait(messages.Pong)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008


async def test_a_client_that_answers_no_ping_is_dropped(quick):
    with handshake(quick) as raw:
        raw.sendall(frame(1, b'{"type":"hello","protocol":1}'))
        assert await asyncio.to_thread(closed_within, raw, 30)


async def test_a_client_that_stops_reading_is_dropped_while_others_are_served(quick):
    ask = frame(1, b'{"type":"subscribe","topics":["todo","run","done","dead"]}')
    with handshake(quick) as stalled:
        stalled.sendall(frame(1, b'{"type":"hello","protocol":1}'))
        await asyncio.to_thread(stalled.recv, 512)
        stalled.setblocking(False)
        async with asyncio.timeout(30), client(quick) as good, httpx.AsyncClient(base_url=quick.url) as http:
            while 'genie_socket_closes_total{code="1013"}' not in (await http.get("/metrics")).text:
                with contextlib.suppress(OSError):
                    for _ in range(40):
                        stalled.send(ask)
                assert isinstance(await good.request(messages.Ping()), messages.Pong)


async def test_a_ping_flood_costs_no_memory(quick):
    flood = frame(9, b"x" * 125) * 200
    with handshake(quick) as raw:
        raw.sendall(frame(1, b'{"type":"hello","protocol":1}'))
        before = resident(quick)

        def send() -> None:
            raw.settimeout(3)
            end = time.monotonic() + 3
            with contextlib.suppress(OSError):
                while time.monotonic() < end:
                    raw.sendall(flood)

        await asyncio.to_thread(send)
        assert resident(quick) - before < 16 * 1_024 * 1_024


async def test_endless_fragments_are_refused(quick):
    with handshake(quick) as raw:
        raw.sendall(frame(1, b"", final=False))

        def send() -> bool:
            try:
                for _ in range(50):
                    raw.sendall(frame(0, b"", final=False) * 100)
            except OSError:
                return True
            return closed_within(raw, 30)

        assert await asyncio.to_thread(send)


async def test_the_socket_survives_while_the_engine_is_busy(quick):
    """A receive loop that waits for inference is killed by the keepalive; ours keeps reading."""
    async with client(quick) as one:
        await one.request(messages.ListenStart())
        end = time.monotonic() + 4
        while time.monotonic() < end:
            await one.send(os.urandom(32_000))
            await one.request(messages.Ping())
            await asyncio.sleep(0.1)
        await one.request(messages.ListenCancel())
        assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_too_much_sound_at_once_is_told_and_the_socket_stays_open(tmp_path):
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded", "stt.backlog_s=2", module=DEAF) as served:
        await until_ready(served)
        async with client(served) as one:
            await one.request(messages.ListenStart())
            await one.send(b"\0" * 16_000 * 2 * 5)
            assert (await one.wait(messages.ErrorMessage)).code == "audio_overflow"
            assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_one_connection_too_many_is_refused_and_the_rest_stay(tmp_path):
    with serving(
        tmp_path, "stt.engine=embedded", "tts.engine=embedded", "server.max_connections=2", module=DEAF
    ) as served:
        async with client(served) as first, client(served) as second:
            with pytest.raises(Exception, match="429"):
                async with client(served):
                    pass
            assert isinstance(await first.request(messages.Ping()), messages.Pong)
            assert isinstance(await second.request(messages.Ping()), messages.Pong)


async def test_sigterm_ends_in_time_and_clients_are_told(tmp_path):
    with serving(tmp_path, *QUICK, module=DEAF) as served, contextlib.ExitStack() as stalled:
        await until_ready(served)
        for _ in range(3):
            stalled.enter_context(handshake(served))
        async with client(served) as one:
            await one.request(messages.Ask(text="what can you do"))
            await one.wait(messages.AudioUpdate)
            served.process.send_signal(signal.SIGTERM)
            goodbye = await one.wait(messages.Disconnect)
            with pytest.raises(ConnectionClosed) as closed:
                await one.wait(messages.Pong)
        await asyncio.to_thread(served.process.wait, ENDED_S)
    assert goodbye.code == 1012 and goodbye.retry_after is not None
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012


async def test_health_answers_soon_after_start(tmp_path):
    began = time.monotonic()
    with serving(tmp_path, "stt.engine=auto", "tts.engine=auto"):
        took = time.monotonic() - began
    assert took < 30, "start-up waits for something it should not; bench/startup.py measures it"
