"""Genie behind a reverse proxy that serves it below a path: addresses, the socket, and whose requests they are."""

import asyncio
import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest

from genie import messages
from tests.front import fronted
from tests.serving import DEAF, Served, client, serving, until_ready

SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.root_path=/genie",
    'server.trusted_proxies=["127.0.0.1"]',
    "server.requests_per_s=0.2",
)
ANN = "ann-1234567890123456789012"
BURST = 2
"""Requests that the settings let an address send at once."""


@pytest.fixture(scope="module")
def behind(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("behind"), *SETTINGS, module=DEAF) as served:
        asyncio.run(until_ready(served))
        yield served


@pytest.fixture(scope="module")
def front(behind) -> Iterator[str]:
    with fronted(behind.url) as address:
        yield address


def caller(url: str, address: str, **headers: str) -> httpx.AsyncClient:
    """Return a client that comes from an address of loopback."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=url, transport=transport, timeout=30, headers=headers)


async def statuses(http: httpx.AsyncClient, count: int) -> list[int]:
    async with http:
        return [(await http.get("api/jobs/nobody")).status_code for _ in range(count)]


@pytest.mark.parametrize(("page", "visitor"), [("/", "127.0.0.6"), ("/talk", "127.0.0.7")])
async def test_a_page_and_everything_it_names_is_found_below_the_path(front, page, visitor):
    async with caller(front, visitor, Accept="text/html") as http:
        reply = await http.get(front + page)
        assert reply.status_code == 200
        named = re.findall(r'(?:src|href)="([^"#]+)"', reply.text)
        assert named
        for address in named:
            there = urljoin(front + page, address)
            assert there.startswith(front), address
            assert (await http.get(there)).status_code == 200, address


async def test_a_question_and_its_answer_pass_the_proxy(behind, front):
    through = Served(front, behind.process)
    async with client(through) as one:
        job = (await one.request(messages.Ask(text="what is twelve times seven"))).job
        update = await one.wait(messages.AudioUpdate)
        await one.wait(messages.AudioEnd)
        assert one.sound[update.speech]
    assert (await one_answer(front, update.url)).startswith("audio/"), job


async def one_answer(front: str, url: str | None) -> str:
    """Return the media type of an answer at the relative address that the socket told."""
    assert url is not None and not url.startswith("/")
    async with caller(front, "127.0.0.9") as http:
        reply = await http.get(f"{front}/{url}")
    assert reply.status_code == 200
    return reply.headers["content-type"]


async def test_each_client_of_a_trusted_proxy_has_its_own_pace(front):
    assert await statuses(caller(front, "127.0.0.2"), BURST + 1) == [404] * BURST + [429]
    assert await statuses(caller(front, "127.0.0.3"), 1) == [404]


async def test_a_client_cannot_choose_its_address_behind_a_trusted_proxy(front):
    for number in range(BURST):
        spoofed = caller(front, "127.0.0.4", **{"X-Forwarded-For": f"192.0.2.{number}"})
        assert await statuses(spoofed, 1) == [404]
    assert await statuses(caller(front, "127.0.0.4", **{"X-Forwarded-For": "192.0.2.99"}), 1) == [429]


async def test_a_peer_that_is_no_trusted_proxy_is_not_believed(behind):
    for number in range(BURST):
        spoofed = caller(behind.url, "127.0.0.5", **{"X-Forwarded-For": f"192.0.2.{number}"})
        assert await statuses(spoofed, 1) == [404]
    assert await statuses(caller(behind.url, "127.0.0.5", **{"X-Forwarded-For": "192.0.2.99"}), 1) == [429]


async def test_a_login_over_the_proxy_s_https_is_kept_below_the_path_and_off_plain_http(tmp_path):
    tokens = {"GENIE_AUTH__TOKENS": json.dumps([f"ann:{ANN}"])}
    with serving(tmp_path, *SETTINGS, environment=tokens, module=DEAF) as served, fronted(served.url, "https") as front:
        async with caller(front, "127.0.0.8") as http:
            told = (await http.post("api/login", json={"token": ANN})).headers["set-cookie"].lower()
        async with caller(served.url, "127.0.0.9", **{"X-Forwarded-Proto": "https"}) as http:
            believed_nothing = (await http.post("api/login", json={"token": ANN})).headers["set-cookie"].lower()
    assert "secure" in told and "path=/genie" in told
    assert "secure" not in believed_nothing


async def test_a_page_of_the_proxy_s_own_name_may_open_the_socket_once_it_is_allowed(tmp_path):
    settings = ("stt.engine=embedded", "tts.engine=embedded", "server.root_path=/genie")
    named = ('server.allowed_hosts=["genie.example"]', 'server.allowed_origins=["https://genie.example"]')
    with serving(tmp_path, *settings, *named, module=DEAF) as served, fronted(served.url, "https") as front:
        async with httpx.AsyncClient() as http:
            for origin, status in (("https://genie.example", 200), ("https://evil.example", 403)):
                reply = await http.get(f"{front}/health", headers={"Host": "genie.example", "Origin": origin})
                assert reply.status_code == status
