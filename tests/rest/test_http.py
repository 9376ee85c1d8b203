import asyncio
import base64
import io
import json
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from genie import messages
from tests.serving import client

CLIPS = Path(__file__).parent.parent / "clips"
TEXTS = json.loads((CLIPS / "transcripts.json").read_text())
CLIP = CLIPS / "twelve_times_seven.wav"


@pytest.fixture
async def http(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as one:
        yield one


async def until_done(http: httpx.AsyncClient, job: str) -> dict:
    async with asyncio.timeout(20):
        while (found := (await http.get(f"/api/jobs/{job}")).json())["queue"] not in ("done", "dead"):
            await asyncio.sleep(0.02)
    return found


def code(reply: httpx.Response) -> str:
    return reply.json()["error"]["code"]


async def test_health_tells_engines_and_queues(http):
    health = (await http.get("/health")).json()
    assert health["status"] == "ok" and health["engines"]["stt"]["name"] == "pocketsphinx"
    assert set(health["queues"]) == {"todo", "run", "done", "dead"}


async def test_ready_is_true_when_every_engine_serves(http):
    reply = await http.get("/ready")
    assert reply.status_code == 200 and reply.json()["status"] == "ready"


@pytest.mark.parametrize("path", ["/", "/talk"])
async def test_pages_come_with_a_policy_that_allows_only_their_own_scripts(http, path):
    reply = await http.get(path, headers={"Accept": "text/html"})
    assert reply.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert (await http.get(path, params={"from": "elsewhere"})).status_code == 200


async def test_the_root_is_the_health_object_for_programs(http):
    reply = await http.get("/", headers={"Accept": "application/json"})
    assert reply.json()["status"] == "ok"


@pytest.mark.parametrize(
    "path", ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/..%5cpyproject.toml", "/static/%00"]
)
async def test_nothing_outside_static_is_served(http, path):
    assert (await http.get(path)).status_code in (400, 404)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_pushed_question_is_answered(http, method):
    question = {"question": "what is twelve times seven"}
    reply = await http.request(method, "/api/push", **({"params": question} if method == "GET" else {"json": question}))
    assert reply.status_code == 202 and reply.json()["status"] == "queued"
    done = await until_done(http, reply.json()["id"])
    assert (done["status"], done["agent"], "84" in done["answer"]) == ("completed", "math", True)


async def test_the_pushers_time_zone_counts(http):
    replies = [
        await http.post("/api/push", json={"question": "what is the time", "timezone": zone})
        for zone in ("Asia/Tokyo", "America/New_York")
    ]
    answers = [(await until_done(http, reply.json()["id"]))["answer"] for reply in replies]
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    ("body", "expected", "field"),
    [
        ({}, "bad_request", "question"),
        ({"question": ""}, "empty_question", "text"),
        ({"question": "x" * 4_001}, "question_too_long", "text"),
        ({"question": "x", "colour": 1}, "bad_request", "colour"),
        ({"question": 7}, "bad_request", "question"),
        ({"question": "x", "timezone": "Mars/Base"}, "unknown_timezone", "timezone"),
    ],
)
async def test_a_bad_push_is_told_why(http, body, expected, field):
    reply = await http.post("/api/push", json=body)
    assert reply.status_code == 400 and code(reply) == expected
    assert reply.json()["error"]["field"] == field


@pytest.mark.parametrize("body", [b"{", b"[]", b"NaN", b"[" * 100_000])
async def test_a_body_that_is_not_an_object_is_refused(http, body):
    reply = await http.post("/api/push", content=body)
    assert reply.status_code == 400 and code(reply) == "bad_json"


async def test_a_page_of_another_site_cannot_push(http):
    reply = await http.get("/api/push", params={"question": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403 and code(reply) == "cross_site"


async def test_a_push_is_silent_unless_it_says_speak(server, http):
    async with client(server) as one:
        quiet = (await http.post("/api/push", json={"question": "what is one plus one"})).json()["id"]
        loud = (await http.post("/api/push", json={"question": "what is two plus one", "speak": True})).json()["id"]
        update = await one.wait(messages.AudioUpdate)
        await one.wait(messages.AudioEnd)
        await one.wait(messages.Answer, lambda answer: answer.job == quiet)
    assert update.job == loud
    assert [m.job for m in one.seen if isinstance(m, messages.AudioUpdate)] == [loud]


@pytest.mark.parametrize("spelling", ["get_queue", "get-queue"])
async def test_a_queue_is_read_page_by_page(http, spelling):
    for number in range(3):
        reply = await http.post("/api/push", json={"question": f"what is {number} plus 1"})
        await until_done(http, reply.json()["id"])
    first = (await http.get(f"/api/{spelling}/done", params={"limit": 2})).json()
    second = (await http.get(f"/api/{spelling}/done", params={"limit": 1_000, "after": first["next"]})).json()
    ids = [job["id"] for job in (*first["jobs"], *second["jobs"])]
    assert len(ids) == len(set(ids)) == first["total"] >= 3
    assert "next" not in second


async def test_an_unknown_queue_is_refused(http):
    reply = await http.get("/api/get_queue/later")
    assert reply.status_code == 400 and reply.json()["error"]["field"] == "name"


async def test_an_unknown_job_is_not_found(http):
    assert (await http.get("/api/jobs/nobody")).status_code == 404


async def test_a_job_is_deleted(http):
    job = (await http.post("/api/push", json={"question": "what is five plus five"})).json()["id"]
    await until_done(http, job)
    assert code(await http.post(f"/api/jobs/{job}/cancel")) == "already_finished"
    assert (await http.delete(f"/api/jobs/{job}")).status_code == 200
    assert (await http.get(f"/api/jobs/{job}")).status_code == 404


async def test_an_answer_is_sound_text_or_json(http):
    job = (await http.post("/api/push", json={"question": "what is six times seven"})).json()["id"]
    done = await until_done(http, job)
    sound = await http.get(f"/api/get-answer/{job}")
    samples, rate = soundfile.read(io.BytesIO(sound.content))
    assert sound.headers["content-type"] == "audio/wav" and len(samples) / rate > 0.5
    text = await http.get(f"/api/get-answer/{job}", headers={"Accept": "text/plain"})
    assert text.text == done["answer"]
    assert (await http.get(f"/api/get-answer/{job}", headers={"Accept": "application/json"})).json()["id"] == job


@pytest.mark.parametrize("wrapping", ["bytes", "base64"])
async def test_a_recording_is_transcribed_from_the_body(http, wrapping):
    content = CLIP.read_bytes() if wrapping == "bytes" else base64.b64encode(CLIP.read_bytes())
    reply = await http.post("/api/upload-and-transcribe-mp3", content=content)
    heard = reply.json()
    assert reply.status_code == 200 and heard["transcription"] == TEXTS[CLIP.name]
    assert heard["mode"] == "transcription" and 1 < heard["duration_s"] < 5


async def test_a_recording_is_transcribed_from_a_form(http):
    files = {"file": (CLIP.name, CLIP.read_bytes())}
    reply = await http.post("/api/upload-and-transcribe-wav", files=files, params={"prefix": "note"})
    assert (reply.json()["transcription"], reply.json()["prefix"]) == (TEXTS[CLIP.name], "note")


async def test_a_recording_for_the_agent_becomes_a_job(http):
    reply = await http.post(
        "/api/upload-and-transcribe-wav", files={"file": CLIP.read_bytes()}, data={"prefix": "agent"}
    )
    done = await until_done(http, reply.json()["job"])
    assert "84" in done["answer"]


@pytest.mark.parametrize(
    ("content", "status", "expected"),
    [
        (b"", 400, "empty_audio"),
        (b"\x00\xff not audio" * 50, 415, "not_audio"),
        (CLIP.read_bytes()[:3_000], 400, "truncated_audio"),
        (b"====", 400, "bad_base64"),
    ],
)
async def test_an_upload_that_is_no_recording_is_refused(http, content, status, expected):
    reply = await http.post("/api/upload-and-transcribe-mp3", content=content)
    assert (reply.status_code, code(reply)) == (status, expected)


async def test_a_recording_that_is_too_long_is_refused(http):
    long = io.BytesIO()
    soundfile.write(long, np.zeros(601 * 8_000, np.int16), 8_000, format="FLAC")
    reply = await http.post("/api/upload-and-transcribe-mp3", content=long.getvalue())
    assert (reply.status_code, code(reply)) == (413, "use_job")


@pytest.mark.parametrize(
    ("wanted", "media", "container"),
    [
        ("wav", "audio/wav", "WAV"),
        ("mp3", "audio/mpeg", "MP3"),
        ("ogg", "audio/ogg", "OGG"),
        ("flac", "audio/flac", "FLAC"),
    ],
)
async def test_text_is_spoken_in_the_format_asked_for(http, wanted, media, container):
    by_name = await http.get("/api/get_tts_audio", params={"text": "Hello there, my friend.", "format": wanted})
    by_accept = await http.post("/api/get_tts_audio", json={"text": "Hello."}, headers={"Accept": media})
    assert by_name.headers["content-type"] == by_accept.headers["content-type"] == media
    assert soundfile.info(io.BytesIO(by_name.content)).format == container


async def test_speeches_that_nobody_reads_keep_no_place_of_their_user_and_go_on_when_they_are_read(http):
    say = {"text": "This takes its time. " * 900}
    async with AsyncExitStack() as open_:
        paused = [
            await open_.enter_async_context(http.stream("POST", "/api/get_tts_audio", json=say)) for _ in range(4)
        ]
        async with asyncio.timeout(60):  # buffers fill first, of each
            while (await http.post("/api/get_tts_audio", json={"text": "Hello."})).status_code != 200:
                await asyncio.sleep(0.05)
        came, blocks = 0, paused[0].aiter_raw()
        while came < 16_000_000:  # more than stood in buffers
            came += len(await anext(blocks))


async def test_the_seeds_parameter_name_is_understood(http):
    reply = await http.get("/api/get_tts_audio", params={"tts_text": "hello"})
    assert reply.status_code == 200 and reply.content[:4] == b"RIFF"


async def test_faster_speech_is_shorter(http):
    lengths = [
        len((await http.get("/api/get_tts_audio", params={"text": "one two three four", "speed": speed})).content)
        for speed in (0.5, 1.0, 2.0)
    ]
    assert lengths[0] > 1.5 * lengths[1] > 2.2 * lengths[2]


@pytest.mark.parametrize(
    ("params", "status", "expected"),
    [
        ({}, 400, "bad_request"),
        ({"text": ""}, 400, "nothing_to_say"),
        ({"text": "😀"}, 400, "nothing_to_say"),
        ({"text": "x", "speed": 0}, 400, "bad_speed"),
        ({"text": "x", "voice": "nobody"}, 400, "unknown_voice"),
        ({"text": "x", "language": "xx"}, 400, "unsupported_language"),
        ({"text": "x", "format": "au"}, 400, "unknown_format"),
        ({"text": "x" * 20_001}, 413, "text_too_long"),
    ],
)
async def test_bad_speech_requests_are_told_why(http, params, status, expected):
    reply = await http.post("/api/get_tts_audio", json=params)
    assert (reply.status_code, code(reply)) == (status, expected)


async def test_voices_and_languages_are_those_of_the_engine_in_use(http):
    voices = (await http.get("/voices")).json()["voices"]
    languages = (await http.get("/languages")).json()["languages"]
    assert {voice["engine"] for voice in voices} == {"espeak"}
    assert {"en-us", "de"} <= set(languages) == {voice["language"] for voice in voices}
