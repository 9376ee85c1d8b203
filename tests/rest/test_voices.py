"""Which voices there are, and how each one sounds, against a real server."""

import httpx
import pytest


@pytest.fixture
async def http(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as one:
        yield one


def refusal(reply: httpx.Response) -> tuple[int, str, str]:
    error = reply.json()["error"]
    return reply.status_code, error["code"], error["field"]


def seconds(reply: httpx.Response) -> float:
    assert reply.headers["content-type"] == "audio/pcm;rate=22050"
    assert any(reply.content)
    return len(reply.content) / 2 / 22_050


async def test_each_voice_has_its_language_gender_engine_and_a_label(http):
    found = (await http.get("/voices")).json()
    american = next(voice for voice in found["voices"] if voice["name"] == "en-us")
    assert american == {
        "name": "en-us",
        "language": "en-us",
        "gender": "male",
        "engine": "espeak",
        "label": "English (America), male",
    }
    assert (found["default"], found["blends"]) == ("en-us", False)
    assert all(voice["label"] for voice in found["voices"])


@pytest.mark.parametrize(
    ("language", "some", "others"),
    [("en", {"en-us", "en-gb"}, {"de"}), ("en_GB", {"en-gb", "en-gb-x-rp"}, {"en-us"}), ("no", {"nb"}, {"en-us"})],
)
async def test_voices_are_listed_by_language(http, language, some, others):
    names = {voice["name"] for voice in (await http.get("/voices", params={"language": language})).json()["voices"]}
    assert some <= names and not others & names


async def test_of_a_language_that_nobody_speaks_there_are_no_voices(http):
    assert (await http.get("/voices?language=tlh")).json()["voices"] == []


async def test_a_voice_is_heard_in_its_own_language_as_fast_as_wished(http):
    assert (await http.get("/voices/de/preview")).content[:4] == b"RIFF"
    normal = seconds(await http.get("/voices/DE/preview?format=pcm"))
    assert 1.0 < normal < 6.0
    assert seconds(await http.get("/voices/de/preview?format=pcm&speed=2")) < 0.7 * normal
    assert seconds(await http.get("/voices/cmn/preview?format=pcm")) > 1.0


@pytest.mark.parametrize(
    ("path", "expected", "told"),
    [
        ("/voices/en-uss/preview", (400, "unknown_voice", "voice"), "en-us"),
        ("/voices/en-us+de/preview", (400, "unknown_voice", "voice"), "cannot blend"),
        ("/voices/de/preview?speed=0", (400, "bad_speed", "speed"), "0.5 to 2.0"),
        ("/api/get_tts_audio?text=x&voice=de&language=fr", (400, "unsupported_language", "language"), "speaks de"),
        ("/api/get_tts_audio?text=x&voice=af_heart", (400, "unknown_voice", "voice"), "/voices"),
        ("/api/get_tts_audio?text=x&language=xx", (400, "unsupported_language", "language"), "af, am, an"),
        ("/api/get_tts_audio?text=x&speed=nan", (400, "bad_speed", "speed"), "0.5 to 2.0"),
        ("/api/get_tts_audio?text=x&speed=fast", (400, "bad_speed", "speed"), "0.5 to 2.0"),
        ("/api/get_tts_audio?text=x&speed=-1", (400, "bad_speed", "speed"), "0.5 to 2.0"),
    ],
)
async def test_what_cannot_be_spoken_with_is_refused_with_what_can(http, path, expected, told):
    reply = await http.get(path)
    assert refusal(reply) == expected
    assert told in reply.json()["error"]["message"]


async def test_a_program_is_told_what_it_could_ask_for_instead(http):
    unspoken = (await http.get("/api/get_tts_audio?text=x&language=tlh")).json()["error"]
    assert unspoken["known"] == (await http.get("/languages")).json()["languages"]
    assert (await http.get("/voices/en-uk/preview")).json()["error"]["known"] == ["en-us", "en-gb"]
