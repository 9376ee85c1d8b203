"""What clients say of what will be said reaches the ear, over real sockets and HTTP; and what was heard comes back."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from websockets.asyncio.client import connect

from genie import config, messages
from genie.app import assemble, furnish
from genie.audio.engine import Heard, Spoken, Stretch
from genie.audio.engines.choose import Engines
from genie.audio.engines.slot import Slot, Small
from genie.audio.recording import Sound
from genie.errors import BadInput, GenieError
from genie.rest.server import Server
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber, buzz
from tests.serving import Client

SPEECH = buzz(1.0)


class Polyglot(FakeTranscriber):
    """Hear German where it is to detect the language; no Klingon."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, Spoken] = {}

    def open(self, stream: str, spoken: Spoken) -> None:
        if spoken.language == "tlh":
            raise BadInput("unsupported_language", "nobody here hears tlh", field="language")
        self.given[stream] = spoken
        super().open(stream, spoken)

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        return [self._told(stream, heard) for stream, heard in zip(streams, super().hear(streams), strict=True)]

    def finish(self, stream: str) -> Heard:
        return self._told(stream, super().finish(stream))

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        self.given["recording"] = spoken
        for stretch in super().transcribe(recording, spoken, start_s):
            told = [replace(segment, language=spoken.language or "nl") for segment in stretch.segments]
            yield replace(stretch, segments=tuple(told))

    def _told(self, stream: str, heard: Heard) -> Heard:
        return Heard(heard.committed, heard.tentative, self.given[stream].language or "de")

    @property
    def last(self) -> Spoken:
        return list(self.given.values())[-1]


class Talk:
    """A server in the present event loop, and its ear."""

    def __init__(self, url: str, ear: Polyglot) -> None:
        self.url = url
        self.ear = ear

    @asynccontextmanager
    async def client(self, **hello) -> AsyncIterator[Client]:
        async with connect(f"ws{self.url.removeprefix('http')}/ws", max_size=None, proxy=None) as socket:
            one = Client(socket)
            await one.send(messages.Hello(protocol=messages.PROTOCOL, **hello))
            await one.wait(messages.Connect)
            yield one


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    flags = {"server.port": 0, "server.data": str(tmp_path), "stt.language": "fr", "stt.vocabulary": ["genie"]}
    ear = Polyglot()
    slots = (Slot(Small("fake", make), None, 5.0) for make in (lambda: ear, FakeSynthesizer, FakeDetector))
    settings = config.load(environment={}, flags=flags)
    house = furnish(settings, engines=Engines(*slots))
    address = asyncio.get_running_loop().create_future()
    server = Server(assemble(house), house.hub, settings.server, address.set_result)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait([serving, address], return_when=asyncio.FIRST_COMPLETED)
    for slot in (house.engines.stt, house.engines.vad):
        await slot.settled.wait()
    yield Talk(address.result(), ear)
    server.should_exit = True
    await serving


async def said(one: Client, **start) -> messages.Transcript:
    """Press, speak for a second, release; return the final transcript."""
    assert isinstance(await one.request(messages.ListenStart(**start)), messages.Accepted)
    await one.send(SPEECH)
    await one.request(messages.ListenStop())
    return await one.wait(messages.Transcript, lambda transcript: transcript.final)


async def test_a_request_wins_over_hello_and_hello_over_the_settings(talk: Talk):
    async with talk.client() as one:
        assert (await said(one)).language == "fr"
        assert talk.ear.last == Spoken("fr", vocabulary=("genie",))
    async with talk.client(language="de-AT") as one:
        await said(one)
        assert talk.ear.last.language == "de-AT"
        await said(one, language="en", prompt="Hello.", translate=True)
        assert talk.ear.last == Spoken("en", prompt="Hello.", vocabulary=("genie",), translate=True)
        await said(one)
        assert talk.ear.last == Spoken("de-AT", vocabulary=("genie",))


async def test_the_final_transcript_tells_which_language_was_heard(talk: Talk):
    async with talk.client(language="auto") as one:
        assert (await said(one)).language == "de"
        assert talk.ear.last.language is None
        await said(one, languages=["nl", "de"])
        assert talk.ear.last.languages == ("nl", "de")


async def test_a_users_words_are_given_with_the_next_utterance(talk: Talk):
    async with talk.client() as one, httpx.AsyncClient(base_url=talk.url, trust_env=False) as http:
        await http.post("/api/vocabulary", json={"words": ["Siobhan"]})
        await said(one)
    assert talk.ear.last.vocabulary == ("Siobhan", "genie")


async def test_a_language_that_nobody_hears_is_told_and_the_next_utterance_is_heard(talk: Talk):
    async with talk.client() as one:
        await one.request(messages.ListenStart(language="tlh"))
        await one.send(SPEECH)
        refused = await one.request(messages.ListenStop())
        assert isinstance(refused, messages.ErrorMessage) and refused.code == "unsupported_language"
        assert (await said(one)).committed == "word0 word1"


@pytest.mark.parametrize("wrong", ['"languages":[]', '"language":7', f'"prompt":"{"x" * 1_001}"', '"translate":"oh"'])
async def test_a_wrong_wish_is_refused(talk: Talk, wrong: str):
    async with talk.client() as one:
        await one.send(f'{{"type":"listen_start",{wrong}}}')
        assert (await one.wait(messages.ErrorMessage)).code == "bad_message"


async def test_a_recording_comes_with_wishes_of_its_own(talk: Talk):
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(SPEECH)
    async with httpx.AsyncClient(base_url=talk.url, trust_env=False) as http:
        wishes = {"languages": "de, nl", "prompt": "Guten Tag.", "translate": "true"}
        path = "/api/upload-and-transcribe-mp3"
        heard = await http.post(path, params=wishes, content=file.getvalue())
        assert (heard.status_code, heard.json()["language"]) == (200, "nl")
        assert talk.ear.last == Spoken(None, ("de", "nl"), "Guten Tag.", ("genie",), translate=True)
        form = {"file": ("a.wav", file.getvalue())}
        await http.post("/api/upload-and-transcribe-wav", files=form, data={"language": "en"})
        assert talk.ear.last == Spoken("en", vocabulary=("genie",))
        refused = await http.post(path, params={"translate": "perhaps"}, content=file.getvalue())
        assert refused.json()["error"]["code"] == "bad_request"
