"""Speech over HTTP while it is made, by a voice that makes as much as a test lets it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest

from genie import config
from genie.app import assemble, furnish
from genie.audio.acknowledgements import PHRASES
from genie.audio.engine import Card, Passage, Take
from genie.audio.engines.choose import Engines
from genie.audio.engines.slot import Slot, Small
from genie.rest.server import Server
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber
from tests.waiting import until

RATE = 24_000


class Halting(FakeSynthesizer):
    """Make two seconds of noise at once, and then no more before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.halted = threading.Event()

    def describe(self) -> Card:
        return Card("fake", rate=RATE, voice="fake")

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        if passage.text in PHRASES:  # it rehearses
            yield Take(np.full(RATE // 10, 9_000, np.int16))
            return
        self.spoken.append(passage.text)
        try:
            for number in range(4):
                yield Take(np.random.default_rng(number).integers(-9_000, 9_000, RATE, np.int16))
                if number == 1:
                    self.halted.set()
                    self.may_go_on.wait(20)
        finally:
            self.closed += 1


class Place:
    """A server in the present event loop, its voice, and the folder of what the voice has said."""

    def __init__(self, url: str, voice: Halting, folder: Path) -> None:
        self.url = url
        self.voice = voice
        self.folder = folder


@pytest.fixture
async def place(tmp_path) -> AsyncIterator[Place]:
    voice = Halting()
    slots = (Slot(Small("fake", make), None, 20.0) for make in (FakeTranscriber, lambda: voice, FakeDetector))
    settings = config.load(environment={}, flags={"server.port": 0, "server.data": str(tmp_path)})
    house = furnish(settings, engines=Engines(*slots))
    address = asyncio.get_running_loop().create_future()
    server = Server(assemble(house), house.hub, settings.server, address.set_result)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait([serving, address], return_when=asyncio.FIRST_COMPLETED)
    await house.engines.tts.settled.wait()
    folder = tmp_path / "speech"
    await until(lambda: len(list(folder.glob("*.flac"))) == len(PHRASES))
    yield Place(address.result(), voice, folder)
    voice.may_go_on.set()
    server.should_exit = True
    await serving


@pytest.mark.parametrize("form", ["wav", "mp3", "ogg", "opus", "flac", "pcm"])
async def test_a_second_of_sound_comes_while_the_rest_is_still_to_be_made(place: Place, form: str):
    least = {"mp3": 2_000, "ogg": 2_000, "opus": 2_000}.get(form, RATE)
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
        say = {"text": "Hello there.", "format": form}
        async with asyncio.timeout(15), http.stream("GET", "/api/get_tts_audio", params=say) as reply:
            came, blocks = 0, reply.aiter_raw()
            while came < least:
                came += len(await anext(blocks))
            assert not place.voice.may_go_on.is_set()
            place.voice.may_go_on.set()
            async for block in blocks:
                came += len(block)
    assert came > 2 * least


async def test_a_client_that_goes_ends_the_making_and_its_place_is_free(place: Place):
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
        say = {"text": "Hello there.", "format": "pcm"}
        async with http.stream("GET", "/api/get_tts_audio", params=say) as reply:
            await anext(reply.aiter_raw())
            await asyncio.to_thread(place.voice.halted.wait, 10)
        place.voice.may_go_on.set()
        await until(lambda: place.voice.closed == 1)
        again = await http.get("/api/get_tts_audio", params=say)
    assert len(again.content) == 2 * 4 * RATE
    assert place.voice.spoken == ["Hello there."] * 2, "what was broken off is not kept"


async def test_a_client_that_goes_before_the_first_sound_is_noticed(place: Place):
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
        first = asyncio.create_task(http.get("/api/get_tts_audio", params={"text": "One."}))
        await asyncio.to_thread(place.voice.halted.wait, 10)
        with pytest.raises(httpx.ReadTimeout):  # the voice is busy with the first
            await http.get("/api/get_tts_audio", params={"text": "Two."}, timeout=httpx.Timeout(30, read=0.3))
        async with asyncio.timeout(10):
            while 'status="499"' not in (await http.get("/metrics")).text:
                await asyncio.sleep(0.02)
        place.voice.may_go_on.set()
        await first
        await http.get("/api/get_tts_audio", params={"text": "Three."})
    assert place.voice.spoken == ["One.", "Three."]


async def test_one_speech_too_many_of_a_user_is_refused_while_the_others_are_made(place: Place):
    async with AsyncExitStack() as open_:
        http = await open_.enter_async_context(httpx.AsyncClient(base_url=place.url, trust_env=False))
        say = {"text": "Hello there.", "format": "pcm"}
        for _ in range(4):
            await open_.enter_async_context(http.stream("GET", "/api/get_tts_audio", params=say))
        refused = await http.get("/api/get_tts_audio", params=say)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_speeches")
        assert int(refused.headers["retry-after"]) > 0
        place.voice.may_go_on.set()


async def test_what_was_said_once_is_not_made_again(place: Place):
    place.voice.may_go_on.set()
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
        say = {"text": "Hello there.", "format": "pcm"}
        replies = [await http.get("/api/get_tts_audio", params=say) for _ in range(3)]
        metrics = (await http.get("/metrics")).text
    assert replies[0].content == replies[1].content == replies[2].content
    assert place.voice.spoken == ["Hello there."]
    assert 'genie_passages_total{source="kept"} 2.0' in metrics
    assert f'genie_passages_total{{source="made"}} {len(PHRASES) + 1:.1f}' in metrics


async def test_what_was_said_for_a_job_goes_with_it(place: Place):
    place.voice.may_go_on.set()
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as http:
        job = (await http.post("/api/push", json={"question": "what is two plus two"})).json()["id"]
        await http.get("/api/get_tts_audio", params={"text": "Hello there."})
        async with asyncio.timeout(10):
            while (await http.get(f"/api/get-answer/{job}")).status_code == 409:
                await asyncio.sleep(0.01)
        await until(lambda: len(list(place.folder.glob(f"*.{job}.flac"))) == 1)
        await http.delete(f"/api/jobs/{job}")
        await until(lambda: not list(place.folder.glob(f"*.{job}.flac")))
    assert len(list(place.folder.glob("*.flac"))) == len(PHRASES) + 1, "what was said for nobody stays"
