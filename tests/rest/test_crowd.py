"""More connections than there may be: none of them costs the others their files."""

import asyncio
import socket

import httpx

from genie import config
from genie.rest.crowd import RESERVED, SPARE, SPARE_OF_ADDRESS, Crowd, crowd, descriptors
from tests.serving import DEAF, serving


def test_one_address_cannot_take_all_connections():
    one = Crowd(most=10, most_of_address=2)
    assert [one.enter("192.0.2.1", n) for n in (1, 2, 3)] == [True, True, False]
    assert one.enter("192.0.2.2", 4)
    for _ in range(2):
        one.leave("192.0.2.1")
    assert one.enter("192.0.2.1", 3)


def test_all_addresses_together_leave_room_for_the_servers_own_files():
    assert Crowd(most=10, most_of_address=100).enter("192.0.2.1", 10)
    assert not Crowd(most=10, most_of_address=100).enter("192.0.2.1", 11)
    many = crowd(config.load(environment={}, flags={"server.max_connections": 10**9}).server)
    room = descriptors(RESERVED + 1) - RESERVED
    assert many.enter("192.0.2.1", room) and not many.enter("192.0.2.2", room + 1)


def test_behind_a_trusted_proxy_an_address_is_not_a_client():
    one = crowd(config.load(environment={}, flags={"server.trusted_proxies": ["192.0.2.1"]}).server)
    assert all(one.enter("192.0.2.1", n) for n in range(SPARE))


async def test_connections_beyond_the_bound_are_cut_and_the_others_served(tmp_path):
    settings = ("stt.engine=embedded", "tts.engine=embedded", "server.max_connections_per_address=1")
    with serving(tmp_path, *settings, module=DEAF) as served:
        host, port = served.url.removeprefix("http://").split(":")
        async with httpx.AsyncClient(base_url=served.url) as http:
            assert (await http.get("/health")).status_code == 200
            held = [socket.create_connection((host, int(port))) for _ in range(SPARE_OF_ADDRESS + 20)]
            async with asyncio.timeout(8):
                while sum(ended(each) for each in held) < 20:
                    await asyncio.sleep(0.02)
            assert (await http.get("/health")).status_code == 200
            for each in held:
                each.close()
        async with asyncio.timeout(8), httpx.AsyncClient(base_url=served.url) as http:
            while not await answers(http):
                await asyncio.sleep(0.02)


def ended(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


async def answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health")).status_code == 200
    except httpx.TransportError:
        return False
