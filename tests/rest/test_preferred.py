"""How users want to be spoken to: kept, and outdone by their clients and requests, against a real server."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import soundfile

from genie import messages
from genie.memory.sqlite import SqliteJournal
from genie.preferences import Preferences
from tests.serving import DEAF, Served, client, serving, until_ready

HEART = {"voice": "af_heart", "speed": 2.0}
"""Chosen while another engine served."""

OWN = {"default_voice": "en-us", "default_speed": 1.0}


async def choose(folder: Path) -> None:
    journal = SqliteJournal(folder, kept=10)
    async with journal.opened():
        await journal.keep_preferences("local", Preferences("af_heart", speed=2.0))


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("preferences")
    asyncio.run(choose(folder))
    with serving(folder, "stt.engine=embedded", "tts.engine=embedded", module=DEAF) as one:
        asyncio.run(until_ready(one))
        yield one


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False) as one:
        yield one


async def spoken_by(served: Served, **hello: object) -> messages.AudioUpdate:
    """Ask something, hear the answer to its end, and return how it began."""
    async with client(served, **hello) as one:
        await one.request(messages.Ask(text="what is two plus two"))
        update = await one.wait(messages.AudioUpdate)
        assert (await one.wait(messages.AudioEnd)).reason == "completed"
        return update


async def test_a_chosen_voice_that_the_engine_lacks_stays_chosen_and_is_stood_in_for(http, served):
    assert (await http.get("/api/preferences")).json() == HEART | OWN
    update = await spoken_by(served)
    assert (update.voice, update.instead_of) == ("en-us", "af_heart")
    slower = await http.put("/api/preferences", json=HEART | {"speed": 1.5})
    assert slower.json() == HEART | OWN | {"speed": 1.5}
    assert (await http.get("/api/preferences")).json()["voice"] == "af_heart"


async def test_a_chosen_voice_speaks_answers_and_texts_and_gives_way_to_clients_and_requests(http, served):
    chosen = await http.put("/api/preferences", json={"voice": "de", "speed": 2.0})
    assert chosen.json() == {"voice": "de", "speed": 2.0} | OWN
    update = await spoken_by(served)
    assert (update.voice, update.instead_of) == ("de", None)
    assert (await spoken_by(served, language="fr")).voice == "fr"
    assert (await spoken_by(served, voice="en-gb", speed=0.5)).voice == "en-gb"
    assert (await spoken_by(served, voice="nobody")).instead_of == "nobody"
    lengths = []
    for speed in ({}, {"speed": 1.0}, {"speed": 0.5, "voice": "en-gb"}):
        reply = await http.get("/api/get_tts_audio", params={"text": "eins zwei drei vier", **speed})
        lengths.append(soundfile.info(io.BytesIO(reply.content)).duration)
    assert lengths[0] < 0.7 * lengths[1] < 0.5 * lengths[2]


async def test_a_voice_is_kept_by_the_name_that_is_listed(http):
    assert (await http.put("/api/preferences", json={"voice": " EN_gb"})).json() == {"voice": "en-gb"} | OWN


async def test_what_is_left_out_is_as_the_settings_say(http, served):
    await http.put("/api/preferences", json={"voice": "de", "language": "de-AT"})
    assert (await http.put("/api/preferences", json={"language": "auto"})).json() == OWN
    assert (await spoken_by(served)).voice == "en-us"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"voice": "af_bella"}, "unknown_voice"),
        ({"voice": "en-us*2+de"}, "unknown_voice"),
        ({"voice": "de", "language": "fr"}, "unsupported_language"),
        ({"language": "tlh"}, "unsupported_language"),
        ({"speed": 0}, "bad_speed"),
        ({"speed": -1}, "bad_speed"),
        ({"speed": 2.01}, "bad_speed"),
        ({"speed": "fast"}, "bad_speed"),
        ({"speed": True}, "bad_speed"),
        ({"voice": 5}, "bad_request"),
        ({"voice": "x" * 201}, "bad_request"),
        ({"pitch": 1}, "bad_request"),
    ],
)
async def test_what_cannot_be_chosen_is_refused_and_the_choice_stays(http, wanted, code):
    before = (await http.put("/api/preferences", json={"voice": "en-gb", "speed": 1.5})).json()
    refused = await http.put("/api/preferences", json=wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert (await http.get("/api/preferences")).json() == before


async def test_pages_of_other_sites_cannot_choose(http):
    refused = await http.put("/api/preferences", json={}, headers={"Origin": "http://elsewhere.example"})
    assert refused.status_code == 403
