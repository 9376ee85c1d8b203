"""Requests at the edges of what HTTP and the handshake allow."""

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from genie import messages
from tests.serving import DEAF, client, serving


@pytest.fixture
async def http(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as one:
        yield one


def code(reply: httpx.Response) -> str:
    return reply.json()["error"]["code"]


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "http://127.0.0.1:99999999"])
async def test_an_origin_that_is_no_address_is_refused(http, origin):
    reply = await http.get("/health", headers={"Origin": origin})
    assert (reply.status_code, code(reply)) == (403, "bad_origin")


async def test_an_origin_that_is_no_address_opens_no_socket(server):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(server.ws, proxy=None, origin="http://["):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/nothing", "/static/nothing.js", "/api/jobs"])
async def test_what_is_not_there_is_a_coded_error(http, path):
    reply = await http.get(path)
    assert (reply.status_code, code(reply)) == (404, "not_found")


async def test_a_method_that_is_not_allowed_is_a_coded_error_that_names_those_that_are(http):
    for path, methods in (("push", "GET, POST"), ("jobs/01J", "DELETE, GET, HEAD"), ("login", "GET, HEAD, POST")):
        reply = await http.put(f"/api/{path}")
        assert (reply.status_code, code(reply)) == (405, "method_not_allowed")
        assert reply.headers["allow"] == methods


async def test_a_body_cannot_name_another_job_than_the_path(http):
    pushed = [(await http.post("/api/push", json={"question": f"what is {n} plus 1"})).json()["id"] for n in (1, 2)]
    reply = await http.request("DELETE", "/api/jobs/nobody", json={"id": pushed[0]})
    assert (reply.status_code, code(reply)) == (404, "no_such_job")
    assert (await http.get(f"/api/jobs/{pushed[0]}")).status_code == 200


@pytest.mark.parametrize("accept", ["Text/Plain", "text/plain;q=1.0", "TEXT/PLAIN, */*;q=0.1"])
async def test_an_answer_comes_as_text_however_accept_is_written(server, http, accept):
    async with client(server) as one:
        job = (await one.request(messages.Ask(text="what is eight plus eight"))).job
        await one.wait(messages.Answer, lambda answer: answer.job == job)
    reply = await http.get(f"/api/get-answer/{job}", headers={"Accept": accept})
    assert reply.headers["content-type"].startswith("text/plain") and "16" in reply.text


async def test_a_socket_that_has_not_said_hello_takes_a_place_as_well(tmp_path):
    with serving(
        tmp_path, "stt.engine=embedded", "tts.engine=embedded", "server.max_connections=2", module=DEAF
    ) as served:
        async with connect(served.ws, proxy=None), connect(served.ws, proxy=None):
            with pytest.raises(InvalidStatus, match="429"):
                async with connect(served.ws, proxy=None):
                    pass
        async with client(served) as one:
            assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_head_asks_nothing(http):
    assert (await http.head("/api/push", params={"question": "what is one plus one"})).status_code == 405


async def test_a_deleted_job_is_silent_at_once(server):
    async with client(server) as one:
        job = (await one.request(messages.Ask(text="what can you do"))).job
        await one.wait(messages.AudioUpdate)
        await one.request(messages.JobDelete(job=job))
        end = await one.wait(messages.AudioEnd)
    assert end.reason == "stopped"


@pytest.mark.parametrize("timezone", ["", ".", "/", "America", "a" * 200, "é", "UTC\0", "../UTC", "posix", "zone.tab"])
async def test_no_name_of_a_time_zone_is_a_mistake_of_ours(http, timezone):
    reply = await http.post("/api/push", json={"question": "what time is it", "timezone": timezone or " "})
    assert (reply.status_code, code(reply)) == (400, "unknown_timezone")
