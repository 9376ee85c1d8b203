"""Pronunciations taught over HTTP and by the command, and heard, against a real server."""

import asyncio
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from genie import cli, messages
from genie.pronunciation import MAX_ENTRIES
from tests.serving import Served, client

PATH = "/api/pronunciations"
NGINX = {"word": "nginx", "says": "engine x"}
KIMIKO = {"word": "Kimiko", "says": "/ˈkɪmikoʊ/"}
LONG = "a very long story with many words that take their time until they have come to an end"


@pytest.fixture
async def http(server: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as one:
        yield one
        await one.delete(PATH)


async def entries(http: httpx.AsyncClient) -> list[dict[str, str]]:
    reply = (await http.get(PATH)).json()
    assert reply["limit"] == MAX_ENTRIES
    return list(reply["pronunciations"])


async def test_entries_are_taught_listed_newest_first_replaced_and_forgotten(http):
    assert await entries(http) == []
    await http.post(PATH, json={"pronunciations": [NGINX]})
    taught = await http.post(PATH, json={"pronunciations": [KIMIKO | {"word": " Kimiko "}]})
    assert taught.json()["pronunciations"] == [KIMIKO, NGINX] == await entries(http)
    assert (await http.request("DELETE", PATH, json={"words": ["NGINX"]})).json()["pronunciations"] == [KIMIKO]
    assert (await http.put(PATH, json={"pronunciations": [NGINX]})).json()["pronunciations"] == [NGINX]
    assert (await http.put(PATH, json={"pronunciations": []})).json()["pronunciations"] == []
    await http.post(PATH, json={"pronunciations": [NGINX]})
    assert (await http.delete(PATH)).json()["pronunciations"] == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "bad_request"),
        ({"pronunciations": []}, "bad_request"),
        ({"pronunciations": ["nginx"]}, "bad_request"),
        ({"pronunciations": [NGINX | {"more": 1}]}, "bad_request"),
        ({"pronunciations": [NGINX] * (MAX_ENTRIES + 1)}, "bad_request"),
        ({"pronunciations": [NGINX, {"word": "x", "says": "…"}]}, "bad_pronunciation"),
        ({"pronunciations": [{"word": "x", "says": "/KIM/"}]}, "bad_ipa"),
    ],
)
async def test_what_is_no_entry_is_refused_by_code(http, wanted, code):
    refused = await http.post(PATH, json=wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert await entries(http) == []


async def seconds(http: httpx.AsyncClient, text: str) -> float:
    reply = await http.post("/api/get_tts_audio", json={"text": text, "format": "pcm"})
    return len(reply.content) / 2 / 22_050


async def answered(server: Served) -> float:
    async with client(server) as one:
        await one.request(messages.Ask(text="what is two plus two"))
        return (await one.wait(messages.AudioEnd)).samples / 22_050


async def test_every_speech_of_a_user_says_what_they_taught(http, server):
    text, answer = await seconds(http, "nginx"), await answered(server)
    await http.put(PATH, json={"pronunciations": [{"word": word, "says": LONG} for word in ("nginx", "four")]})
    assert await seconds(http, "nginx") > 3 * text
    assert await answered(server) > 2 * answer


async def command(*arguments: str) -> tuple[int | None, str, str]:
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "genie.cli", "pronunciations", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await made.communicate()
    return made.returncode, out.decode(), error.decode()


async def test_the_command_teaches_lists_and_forgets(http, server):
    added = await command("add", "nginx=engine x", "Kimiko=/ˈkɪmikoʊ/", "--url", server.url)
    assert added == (cli.Exit.OK, "nginx=engine x\nKimiko=/ˈkɪmikoʊ/\n", "")
    assert (await command("remove", "NGINX", "--url", server.url))[1] == "Kimiko=/ˈkɪmikoʊ/\n"
    code, _, error = await command("add", "nginx", "--url", server.url)
    assert code != cli.Exit.OK and "bad_pronunciation" in error
    assert await command("clear", "--url", server.url) == (cli.Exit.OK, "", "")
    assert (await command("list", "x", "--url", server.url))[0] == cli.Exit.USAGE
