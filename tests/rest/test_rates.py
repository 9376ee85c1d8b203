"""How often a user and an address may ask: the rules, and what a client sees of them."""

import asyncio
from contextlib import ExitStack

import httpx
import pytest

from genie import messages
from genie.config import load
from genie.errors import Busy
from genie.rest import rates
from genie.rest.rates import Rates, network
from tests.fakes import FakeClock
from tests.raw import frame, handshake
from tests.serving import DEAF, client, serving, until_ready

SLOW = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.requests_per_s=0.2",
    "server.messages_per_s=0.5",
    "server.sound_bytes_per_s=3200",
    "queue.questions_per_minute=2",
)


def counting(clock: FakeClock, **flags: object) -> Rates:
    settings = load(environment={}, flags={name.replace("__", "."): value for name, value in flags.items()})
    return Rates(lambda: settings, clock)


def test_an_address_may_send_its_burst_and_is_told_when_to_come_back():
    clock = FakeClock()
    counted = counting(clock, server__requests_per_s=2)
    for _ in range(20):
        counted.request("192.0.2.1")
    with pytest.raises(Busy, match="rate_limited") as refused:
        counted.request("192.0.2.1")
    assert refused.value.retry_s == 0.5
    counted.request("192.0.2.2")
    clock.now = 0.5
    counted.request("192.0.2.1")


def test_a_user_may_ask_so_many_questions_a_minute():
    clock = FakeClock()
    counted = counting(clock, queue__questions_per_minute=2)
    counted.question("ann")
    counted.question("ann")
    with pytest.raises(Busy, match="questions_per_minute"):
        counted.question("ann")
    counted.question("bob")
    clock.now = 30
    counted.question("ann")


def test_an_address_may_log_in_so_many_times_a_minute():
    clock = FakeClock()
    counted = counting(clock, auth__logins_per_minute=2)
    counted.login("192.0.2.1")
    counted.login("192.0.2.1")
    with pytest.raises(Busy, match="logins_per_minute"):
        counted.login("192.0.2.1")
    counted.login("192.0.2.2")


def test_one_user_cannot_take_all_uploads():
    counted = counting(FakeClock(), server__uploads_of_user=1, server__uploads=2)
    with ExitStack() as open_:
        open_.enter_context(counted.uploading("ann"))
        with pytest.raises(Busy, match="too_many_uploads"), counted.uploading("ann"):
            pass
        open_.enter_context(counted.uploading("bob"))
        with pytest.raises(Busy, match="too_many_uploads"), counted.uploading("cid"):
            pass
    with counted.uploading("ann"):
        pass


def test_the_address_unseen_longest_is_forgotten_first():
    clock = FakeClock()
    counted = counting(clock, server__requests_per_s=0.1)
    for number in range(rates.REMEMBERED):
        counted.request(f"user-{number}")
    counted.request("one more")
    counted.request("user-0")
    with pytest.raises(Busy):
        counted.request("one more")


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("no:address", "no:address"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_a_client_cannot_change_its_address_within_its_own_network(address, shared):
    assert network(address) == shared


@pytest.fixture
def slow(tmp_path):
    with serving(tmp_path, *SLOW, module=DEAF) as served:
        asyncio.run(until_ready(served))
        yield served


async def test_http_is_told_429_and_when_to_come_back_but_its_health_always(slow):
    async with httpx.AsyncClient(base_url=slow.url) as http:
        replies = [await http.get("/api/jobs/nobody") for _ in range(3)]
        assert [reply.status_code for reply in replies] == [404, 404, 429]
        assert replies[-1].json()["error"]["code"] == "rate_limited"
        assert replies[-1].headers["retry-after"] == "5"
        for path in ("/health", "/ready", "/static/icon.svg"):
            assert {(await http.get(path)).status_code for _ in range(8)} <= {200, 503}


async def test_a_socket_that_sends_too_much_is_told_and_stays_open(slow):
    async with client(slow) as one:
        for number in range(8):
            await one.send(messages.Ping(ref=f"p{number}"))
        assert (await one.wait(messages.Pong)).ref == "p0"
        refused = await one.wait(messages.ErrorMessage)
        assert refused.code == "rate_limited" and refused.ref is not None
        async with asyncio.timeout(10):
            while not isinstance(await one.request(messages.Ping()), messages.Pong):
                await asyncio.sleep(0.2)


async def test_sound_has_a_bound_of_its_own(slow):
    async with client(slow) as one:
        await one.request(messages.ListenStart())
        for _ in range(9):
            await one.send(bytes(3_200))
        await one.send(bytes(32_000))
        assert (await one.wait(messages.ErrorMessage)).code == "rate_limited"
        assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_sound_that_comes_far_too_fast_is_told_once_and_does_not_end_the_socket(tmp_path):
    few = ("server.outbox_events=32", "server.sound_bytes_per_s=3200")
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded", *few, module=DEAF) as served:
        raw = handshake(served)
        raw.sendall(frame(1, b'{"type":"hello","protocol":1}') + frame(2, bytes(32_000)) + frame(2, bytes(64)) * 500)
        raw.sendall(frame(1, b'{"type":"ping","ref":"still here"}'))
        told = b""
        while b"still here" not in told and (more := await asyncio.to_thread(raw.recv, 65_536)):
            told += more
        raw.close()
    assert b'"pong"' in told and b"rate_limited" in told


async def test_questions_count_however_they_come(slow):
    async with client(slow) as one, httpx.AsyncClient(base_url=slow.url) as http:
        assert isinstance(await one.request(messages.Ask(text="what is one plus one")), messages.Accepted)
        assert (await http.post("/api/push", json={"question": "what is one plus two"})).status_code == 202
        reply = await http.post("/api/push", json={"question": "what is one plus three"})
        refused = await one.request(messages.Ask(text="what is one plus four"))
    assert (reply.status_code, int(reply.headers["retry-after"]) > 20) == (429, True)
    assert isinstance(refused, messages.ErrorMessage) and refused.code == "rate_limited"
