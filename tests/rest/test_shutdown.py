"""SIGTERM while many are connected, some have stopped reading, and a job runs."""

import asyncio
import contextlib
import signal
import socket
import sqlite3

from genie import messages
from genie.memory.database import NAME
from genie.queues.job import Job, QueueName
from tests.follower import Follower
from tests.model import slow_model, story
from tests.raw import frame, handshake
from tests.serving import DEAF, ENDED_S, Served, serving

READING, STALLED = 90, 10
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.max_connections=200",
    "server.max_connections_per_address=200",
)
ALL = b'{"type":"subscribe","topics":["todo","run","done","dead"]}'


def stop_reading(served: Served) -> socket.socket:
    """Follow everything, ask for it over and over, and read none of it."""
    raw = handshake(served)
    raw.sendall(frame(1, b'{"type":"hello","protocol":1}') + frame(1, ALL) * 30)
    return raw


def unread(served: Served) -> int:
    """Return to how many clients the server has sent what they do not take."""
    port = int(served.url.rpartition(":")[2])
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in list(table)[1:]]
    return sum(int(row[1].split(":")[1], 16) == port and int(row[4].split(":")[0], 16) > 0 for row in rows)


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.05)


async def fill(one: Follower) -> None:
    """Let queues be long enough that their state is more than a socket's buffers hold."""
    for number in range(150):
        await one.request(messages.Ask(text=f"what is {number} plus {number}" + " and nothing else" * 20))

    async def is_done() -> bool:
        return not one.mirror.queues["todo"] and not one.mirror.queues["run"]

    await until(is_done)


async def test_sigterm_with_a_hundred_clients_and_a_job_ends_in_time_and_the_job_waits_again(tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        chat = await stack.enter_async_context(slow_model())
        served = await asyncio.to_thread(stack.enter_context, serving(tmp_path, *SETTINGS, *chat, module=DEAF))
        reading = [Follower(served.ws) for _ in range(READING)]
        await reading[0].open()
        await fill(reading[0])
        for one in reading[1:]:
            await one.open()
        for _ in range(STALLED):
            stack.enter_context(stop_reading(served))
        running = await reading[0].request(messages.Ask(text=story(60_000)))
        assert isinstance(running, messages.Accepted)

        async def is_set() -> bool:
            return unread(served) >= STALLED and running.job in reading[-1].mirror.queues["run"]

        await until(is_set)
        served.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(served.process.wait, ENDED_S)
        for one in reading:
            await one.drop()
    assert {one.goodbye.code if one.goodbye else None for one in reading} == {1012}
    with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as database:
        rows = database.execute("SELECT job FROM job WHERE id = ?", [running.job])
        [job] = [Job.model_validate_json(text) for (text,) in rows]
    assert (job.queue, job.error) == (QueueName.TODO, None)
