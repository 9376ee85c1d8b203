"""What an operator asks of a running server; the lists of a reload are compared with what the server then does."""

import asyncio
import signal
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from genie import messages
from tests.serving import DEAF, client, serving, until_ready

EMBEDDED = '[stt]\nengine = "embedded"\n[tts]\nengine = "embedded"\n'


@pytest.fixture
def conf(tmp_path) -> Path:
    file = tmp_path / "genie.toml"
    file.write_text(EMBEDDED)
    return file


@pytest.fixture
def server(tmp_path, conf):
    with serving(tmp_path / "data", conf=conf, module=DEAF) as served:
        yield served


@pytest.fixture
async def http(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as one:
        yield one


def edit(conf: Path, more: str) -> None:
    conf.write_text(EMBEDDED + more)


async def test_a_reload_says_what_counts_and_that_counts(server, http, conf):
    long = {"question": "what is one plus one and nothing else"}
    assert (await http.post("/api/push", json=long)).status_code == 202
    edit(
        conf,
        "[queue]\nquestion_chars = 20\n[server]\nallowed_hosts = ['genie.example']\nhello_timeout_s = 0.2\n"
        "requests_per_s = 1000\n[user]\ntimezone = 'Asia/Tokyo'\n",
    )
    reply = (await http.get("/api/init")).json()
    assert reply["status"] == "reloaded" and reply["needs_restart"] == []
    assert set(reply["changed"]) == {
        "queue.question_chars", "server.allowed_hosts", "server.hello_timeout_s", "server.requests_per_s",
        "user.timezone",
    }  # fmt: skip
    assert (await http.post("/api/push", json=long)).json()["error"]["code"] == "question_too_long"
    assert (await http.get("/health", headers={"Host": "genie.example"})).status_code == 200
    async with connect(server.ws, proxy=None) as mute, asyncio.timeout(9):  # the default is 10
        await mute.wait_closed()
    async with client(server) as one:
        connected = next(message for message in one.seen if isinstance(message, messages.Connect))
    assert connected.limits["question_chars"] == 20


async def test_what_needs_a_restart_stays_as_it_was(server, http, conf):
    edit(conf, "[server]\nmax_connections = 1\nframe_bytes = 2048\n[queue]\ntodo_limit = 1\n")
    reply = (await http.post("/api/init")).json()
    assert reply["changed"] == []
    assert set(reply["needs_restart"]) == {"server.max_connections", "server.frame_bytes", "queue.todo_limit"}
    async with client(server) as first, client(server) as second:
        assert isinstance(await first.request(messages.Ping()), messages.Pong)
        connected = next(message for message in second.seen if isinstance(message, messages.Connect))
    assert connected.limits["frame_bytes"] == 1_048_576


async def test_an_invalid_file_is_refused_and_changes_nothing(http, conf):
    edit(conf, "[queue]\nquestion_chars = 20\n[server]\nmax_connections = 'many'\n")
    refused = await http.get("/api/init")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_setting")
    assert refused.json()["error"]["field"] == "server.max_connections"
    pushed = await http.post("/api/push", json={"question": "what is one plus one and nothing else"})
    assert pushed.status_code == 202


async def test_a_page_of_another_site_cannot_cause_a_reload(http):
    reply = await http.get("/api/init", headers={"Sec-Fetch-Site": "cross-site"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "cross_site")


async def test_a_hangup_reads_the_settings_too(server, http, conf):
    edit(conf, "[server]\nallowed_hosts = ['genie.example']\n")
    assert (await http.get("/health", headers={"Host": "genie.example"})).status_code == 400
    server.process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(10):
        while (await http.get("/health", headers={"Host": "genie.example"})).status_code != 200:
            await asyncio.sleep(0.02)


async def test_a_hangup_with_an_invalid_file_is_logged_and_the_server_lives(server, http, conf):
    edit(conf, "[server]\nprot = 1\n")
    server.process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(10):
        while not any("settings_kept" in line and "unknown_setting" in line for line in server.output):
            await asyncio.sleep(0.02)
    assert (await http.get("/health")).status_code == 200


async def test_the_ear_that_serves_is_told_and_left_alone(server, http):
    await until_ready(server)
    reply = (await http.get("/api/load-stt-model")).json()
    assert (reply["status"], reply["stt"]["name"], reply["stt"]["state"]) == ("ok", "fake", "ready")


async def test_an_ear_that_failed_is_loaded_again(tmp_path):
    settings = ("stt.engine=whisper", f"stt.model={tmp_path / 'nowhere'}", "tts.engine=embedded")
    with serving(tmp_path / "data", *settings) as served:
        async with httpx.AsyncClient(base_url=served.url) as http, asyncio.timeout(30):
            while (await http.get("/health")).json()["engines"]["stt"]["state"] != "failed":
                await asyncio.sleep(0.02)
            reply = (await http.post("/api/load-stt-model")).json()
            assert (reply["status"], reply["stt"]["state"]) == ("loading", "loading")
            while (await http.get("/health")).json()["engines"]["stt"]["state"] != "failed":
                await asyncio.sleep(0.02)
