"""The words that a user taught, over HTTP and by what they put right on the socket, against a real server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from genie import messages
from genie.vocabulary import MAX_WORDS
from tests.serving import Client, Served, client, serving, until_ready

CLIP = Path(__file__).parent.parent / "clips" / "twelve_times_seven.wav"
HEARD, MEANT = "what is twelve times seven", "what is twelve Thymes seven"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("words"), "stt.engine=embedded", "tts.engine=embedded") as one:
        asyncio.run(until_ready(one))
        yield one


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False) as one:
        yield one
        await one.delete("/api/vocabulary")
        await one.post("/api/queue/resume")


@pytest.fixture
async def page(served: Served, http: httpx.AsyncClient) -> AsyncIterator[Client]:
    """A client of a user whose jobs wait."""
    async with client(served, speech="never") as one:
        await one.request(messages.QueuePause())
        yield one


async def words(http: httpx.AsyncClient) -> list[str]:
    reply = await http.get("/api/vocabulary")
    assert reply.json()["limit"] == MAX_WORDS
    return list(reply.json()["words"])


async def spoken(page: Client) -> str:
    await page.request(messages.ListenStart())
    await page.speak(CLIP, pace=4)
    accepted = await page.request(messages.ListenStop())
    assert isinstance(accepted, messages.Accepted) and accepted.job
    return accepted.job


async def edited(page: Client, job: str, text: str) -> list[str] | None:
    accepted = await page.request(messages.JobEdit(job=job, text=text))
    assert isinstance(accepted, messages.Accepted), accepted
    return accepted.learned


async def test_words_are_taught_listed_newest_first_and_forgotten(http):
    assert await words(http) == []
    taught = await http.post("/api/vocabulary", json={"words": ["Siobhan", " Anke  Müller "]})
    assert taught.json()["words"] == ["Siobhan", "Anke Müller"]
    await http.post("/api/vocabulary", json={"words": ["Zoë"]})
    assert await words(http) == ["Zoë", "Siobhan", "Anke Müller"]
    left = await http.request("DELETE", "/api/vocabulary", json={"words": ["siobhan"]})
    assert left.json()["words"] == ["Zoë", "Anke Müller"]
    assert (await http.delete("/api/vocabulary")).json()["words"] == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({}, "bad_request"),
        ({"words": []}, "bad_request"),
        ({"words": ["x"] * (MAX_WORDS + 1)}, "bad_request"),
        ({"words": "Anke"}, "bad_request"),
        ({"words": ["Anke", "a, b"]}, "bad_word"),
        ({"words": ["x" * 51]}, "bad_word"),
    ],
)
async def test_what_is_no_word_is_refused_by_code(http, wanted, code):
    refused = await http.post("/api/vocabulary", json=wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert await words(http) == []


async def test_a_name_that_is_put_right_in_a_spoken_question_is_learned_and_told(page, http):
    job = await spoken(page)
    assert (await http.get(f"/api/jobs/{job}")).json()["question"] == HEARD
    assert await edited(page, job, MEANT) == ["Thymes"]
    assert await words(http) == ["Thymes"]
    assert await edited(page, job, HEARD) is None
    assert await edited(page, job, MEANT) is None  # it is known
    await http.delete("/api/vocabulary")
    await http.post(f"/api/jobs/{job}/edit", json={"text": HEARD})
    await http.post(f"/api/jobs/{job}/edit", json={"text": MEANT})
    assert await words(http) == ["Thymes"]


async def test_what_was_typed_teaches_nothing(page, http):
    accepted = await page.request(messages.Ask(text=HEARD))
    assert await edited(page, accepted.job, MEANT) is None
    assert await words(http) == []


async def test_a_question_that_came_as_a_recording_teaches_as_one_that_was_said(page, http):
    heard = await http.post("/api/upload-and-transcribe-mp3", params={"prefix": "agent"}, content=CLIP.read_bytes())
    assert heard.json()["transcription"] == HEARD
    assert await edited(page, heard.json()["job"], MEANT) == ["Thymes"]
