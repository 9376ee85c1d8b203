"""`/metrics` of a real server."""

import asyncio
import contextlib
import socket

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from genie import __version__, messages
from tests.raw import frame, handshake
from tests.serving import DEAF, Served, client, serving, until_ready

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(server: Served) -> Samples:
    """Return every sample, as Prometheus' own parser reads it."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        reply = await http.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(reply.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, /, **labels: str) -> float:
    return samples.get((f"genie_{name}", frozenset(labels.items())), 0.0)


async def until_grown(server: Served, before: Samples, name: str, /, **labels: str) -> Samples:
    """Scrape until a sample is higher than it was."""
    async with asyncio.timeout(10):
        while value(after := await scrape(server), name, **labels) <= value(before, name, **labels):
            await asyncio.sleep(0.02)
    return after


async def test_a_scrape_tells_how_things_stand(server):
    async with client(server):
        samples = await scrape(server)
    assert value(samples, "build", version=__version__) == 1
    assert value(samples, "engine", part="stt", name="pocketsphinx", device="cpu", state="ready") == 1
    assert value(samples, "sockets") >= 1 and value(samples, "sessions") >= 1
    assert ("genie_queue_jobs", frozenset({("queue", "todo")})) in samples
    assert samples["process_resident_memory_bytes", frozenset()] > 0


async def test_a_spoken_answer_moves_the_counters_of_its_stages_and_of_the_journal(server):
    before = await scrape(server)
    async with client(server) as one:
        await one.request(messages.Ask(text="what is twelve times seven"))
        await one.wait(messages.AudioEnd)
        after = await until_grown(server, before, "stage_seconds_count", stage="first_text_first_audio")
    for stage in ("pushed_started", "started_first_text", "pushed_done"):
        assert value(after, "stage_seconds_count", stage=stage) > value(before, "stage_seconds_count", stage=stage)
    assert value(after, "jobs_total", end="completed", code="") > value(before, "jobs_total", end="completed", code="")
    for name in ("journal_commit_seconds_count", "journal_commit_records_sum"):
        assert value(after, name) > value(before, name), name


async def test_the_lag_of_the_event_loop_is_sampled(server):
    await until_grown(server, await scrape(server), "loop_lag_seconds_count")


async def test_errors_are_counted_by_their_code_and_by_the_way_they_came(server):
    before = await scrape(server)
    async with client(server) as one:
        await one.request(messages.JobCancel(job="nobody"))
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.get("/api/jobs/nobody")
        await http.get("/health", headers={"Origin": "http://elsewhere.example"})
    with pytest.raises(InvalidStatus):
        async with connect(server.ws, proxy=None, origin="http://elsewhere.example"):
            pass
    after = await scrape(server)
    for way, code in (
        ("socket", "no_such_job"),
        ("http", "no_such_job"),
        ("http", "bad_origin"),
        ("socket", "bad_origin"),
    ):
        grown = value(after, "refusals_total", way=way, code=code) - value(before, "refusals_total", way=way, code=code)
        assert grown == 1, (way, code)


async def test_requests_are_counted_by_the_path_as_it_is_declared(server):
    route = {"route": "/api/jobs/{id}", "status": "404"}
    before = await scrape(server)
    async with httpx.AsyncClient(base_url=server.url) as http:
        for job in ("one", "two"):
            await http.get(f"/api/jobs/{job}")
    after = await scrape(server)
    assert value(after, "http_requests_total", **route) - value(before, "http_requests_total", **route) == 2


async def test_a_socket_that_ends_is_counted_by_the_code_it_closed_with(server):
    before = await scrape(server)
    async with connect(server.ws, proxy=None) as mute:
        for _ in range(10):
            await mute.send("garbage")
        await mute.wait_closed()
    await until_grown(server, before, "socket_closes_total", code="1008")


async def test_what_is_dropped_is_counted(tmp_path):
    narrow = ("stt.engine=embedded", "tts.engine=embedded", "stt.backlog_s=2", "server.outbox_age_s=1")
    with serving(tmp_path, *narrow, module=DEAF) as served:
        await until_ready(served)
        before = await scrape(served)
        async with client(served) as one:
            await one.request(messages.ListenStart())
            await one.send(bytes(16_000 * 2 * 5))
            assert (await one.wait(messages.ErrorMessage)).code == "audio_overflow"
        await until_grown(served, before, "refusals_total", way="socket", code="audio_overflow")
        stalled = handshake(served)
        stalled.sendall(frame(1, b'{"type":"hello","protocol":1}'))
        everything = frame(1, b'{"type":"subscribe","topics":["todo","run","done","dead"]}') * 200
        try:
            await asyncio.to_thread(_send_until_dropped, stalled, everything)
        finally:
            stalled.close()
        await until_grown(served, before, "socket_closes_total", code="1013")


def _send_until_dropped(raw: socket.socket, frames: bytes) -> None:
    """Send and never read."""
    with contextlib.suppress(OSError):
        while True:
            raw.sendall(frames)


async def test_nothing_that_was_asked_and_no_name_stands_in_a_scrape(server):
    async with client(server) as one:
        accepted = await one.request(messages.Ask(text="what is nineteen plus twentythree"))
        await one.wait(messages.Answer, lambda answer: answer.job == accepted.job)
        session = next(message.session for message in one.seen if isinstance(message, messages.Connect))
    async with httpx.AsyncClient(base_url=server.url) as http:
        text = (await http.get("/metrics")).text
    assert not [word for word in ("nineteen", accepted.job, session, "local") if word in text]
