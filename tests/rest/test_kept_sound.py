"""Sound that is kept, over the sockets of a real server: what was said, and what was answered."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from genie import messages
from genie.audio.pcm import Pcm
from genie.memory import flac
from genie.memory.renditions import LONGEST_S
from tests.clips import read
from tests.connections import accepting
from tests.serving import Client, Served, client, serving, until_ready

CLIP = Path(__file__).parent.parent / "clips" / "quick_brown_fox.wav"


@asynccontextmanager
async def a_model_that_never_answers() -> AsyncIterator[str]:
    """A language model whose questions stay unfinished; yields its address."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with accepting(listen) as port:
        yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def talking_to(model: str, folder: Path, **environment: str):
    engines = "stt.engine=embedded", "tts.engine=embedded"
    chat = f"llm.base_url={model}", "llm.model=slow", "llm.first_token_s=100"
    with serving(folder, *engines, *chat, environment=environment) as served:
        yield served


async def say(one: Client) -> str:
    """Hold the button, speak, release it; return the job."""
    await one.request(messages.ListenStart(sample_rate=16_000))
    await one.speak(CLIP, pace=4)
    accepted = await one.request(messages.ListenStop())
    assert isinstance(accepted, messages.Accepted) and accepted.job is not None
    return accepted.job


def web(served: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.url, timeout=60, trust_env=False)


async def until_gone(path: Path) -> None:
    async with asyncio.timeout(10):
        while is_there(path):
            await asyncio.sleep(0.02)


def is_there(path: Path) -> bool:
    return path.exists()


def assert_is_part_of_the_clip(reply: httpx.Response) -> None:
    heard, rate = soundfile.read(io.BytesIO(reply.content), dtype="int16")
    clip, _ = soundfile.read(CLIP, dtype="int16")
    spoken = np.trim_zeros(heard)
    assert rate == 16_000 and len(spoken) > 16_000
    assert clip.tobytes().find(spoken.tobytes()) >= 0


async def test_what_was_said_outlives_a_kill_until_its_job_has_ended(tmp_path):
    async with a_model_that_never_answers() as model:
        with talking_to(model, tmp_path) as served:
            await until_ready(served)
            async with client(served) as one:
                job = await say(one)
            path = tmp_path / "utterances" / f"{job}.flac"
            assert path.exists()
            served.process.kill()
            served.process.wait()
        with talking_to(model, tmp_path) as served:
            async with web(served) as http:
                for form in ("wav", "flac"):
                    assert_is_part_of_the_clip(await http.get(f"/api/jobs/{job}/utterance", params={"format": form}))
                assert (await http.post(f"/api/jobs/{job}/cancel")).status_code == 200
                await until_gone(path)
                gone = await http.get(f"/api/jobs/{job}/utterance")
            assert (gone.status_code, gone.json()["error"]["code"]) == (404, "no_utterance")


async def test_what_a_killed_server_left_without_reason_is_gone_after_the_next_start(tmp_path):
    orphans = [tmp_path / name for name in ("utterances/01A.flac", "answers/01A.flac", "answers/01B.0a0a0a0a.part")]
    for path in orphans:
        path.parent.mkdir(exist_ok=True)
        flac.write(path, Pcm.silence(16_000, 0.1))
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded"):
        for path in orphans:
            await until_gone(path)


async def test_nobody_fetches_what_another_user_said_or_was_answered(tmp_path):
    ann, bob = "ann-1234567890123456789012", "bob-1234567890123456789012"
    tokens = json.dumps([f"ann:{ann}", f"bob:{bob}"])
    async with a_model_that_never_answers() as model:
        with talking_to(model, tmp_path, GENIE_AUTH__TOKENS=tokens) as served:
            await until_ready(served)
            async with client(served, token=ann) as one, web(served) as http:
                said = await say(one)
                asked = await one.request(messages.Ask(text="what is two plus two"))
                await one.wait(messages.Answer)
                for path in (f"/api/jobs/{said}/utterance", f"/api/get-answer/{asked.job}"):
                    replies = {
                        user: await http.get(path, headers={"Authorization": f"Bearer {user}"}) for user in (ann, bob)
                    }
                    assert replies[ann].headers["content-type"] == "audio/wav"
                    assert (replies[bob].status_code, replies[bob].json()["error"]["code"]) == (404, "no_such_job")
                part = {"Authorization": f"Bearer {ann}", "Range": "bytes=0-9"}
                held = await http.get(path, params={"format": "mp3"}, headers=part)
                other = await http.get(
                    path, params={"format": "mp3"}, headers=part | {"Authorization": f"Bearer {bob}"}
                )
                assert (held.status_code, other.status_code) == (206, 404)


async def answered(http: httpx.AsyncClient, question: str) -> str:
    job = (await http.post("/api/push", json={"question": question})).json()["id"]
    async with asyncio.timeout(20):
        while (await http.get(f"/api/jobs/{job}")).json()["queue"] != "done":
            await asyncio.sleep(0.02)
    return job


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A server whose data folder the tests may look into."""
    folder = tmp_path_factory.mktemp("sound")
    with serving(folder, "stt.engine=embedded", "tts.engine=embedded") as served:
        asyncio.run(until_ready(served))
        yield served, folder


@pytest.mark.parametrize("form", ["wav", "mp3", "pcm"])
async def test_the_sound_of_an_answer_is_the_same_each_time(home, form):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, f"what is {len(form)} plus {ord(form[0])}")
        first, *more = [await http.get(f"/api/get-answer/{job}", params={"format": form}) for _ in range(3)]
    assert (folder / "answers" / f"{job}.flac").exists()
    assert len(first.content) > 1_000 and all(reply.content == more[0].content for reply in more)
    head = {"wav": 44, "mp3": 262}.get(form, 0)  # of a finished sound it says how long it is
    assert first.content[head:] == more[0].content[head:]


async def test_a_finished_answer_has_a_length_and_parts(home):
    served, _ = home
    async with web(served) as http:
        job = await answered(http, "what is three plus forty")
        path = f"/api/get-answer/{job}"
        await http.get(path)
        for form in ("wav", "pcm", "flac", "mp3", "ogg"):
            whole = await http.get(path, params={"format": form})
            size = len(whole.content)
            head = await http.head(path, params={"format": form})
            assert (head.status_code, int(head.headers["content-length"]), head.content) == (200, size, b"")
            assert head.headers["etag"] == whole.headers["etag"] and head.headers["accept-ranges"] == "bytes"
            for first, last in ((0, 99), (1, 1), (43, 46), (45, size // 2), (size - 3, size + 5)):
                asked = {"Range": f"bytes={first}-{last}", "If-Range": whole.headers["etag"]}
                part = await http.get(path, params={"format": form}, headers=asked)
                assert (part.status_code, part.content) == (206, whole.content[first : last + 1])
                assert part.headers["content-range"] == f"bytes {first}-{min(last, size - 1)}/{size}"
            beyond = await http.get(path, params={"format": form}, headers={"Range": f"bytes={size}-"})
            assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
            other = await http.get(path, params={"format": form}, headers=asked | {"If-Range": '"another"'})
            assert (other.status_code, len(other.content)) == (200, size)
            known = await http.get(path, params={"format": form}, headers={"If-None-Match": whole.headers["etag"]})
            assert (known.status_code, known.content) == (304, b"")
        samples, _ = soundfile.read(io.BytesIO((await http.get(path)).content), dtype="int16")
        assert samples.tobytes() == (await http.get(path, params={"format": "pcm"})).content


async def test_a_very_long_answer_is_encoded_as_it_is_sent(home):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, "what is three plus fifty")
        path = f"/api/get-answer/{job}"
        await http.get(path)
        flac.write(folder / "answers" / f"{job}.flac", Pcm.silence(8_000, LONGEST_S + 1))
        asked = {"params": {"format": "mp3"}, "headers": {"Range": "bytes=10-20"}}
        async with http.stream("GET", path, **asked) as reply:
            assert len(await anext(reply.aiter_raw())) > 20
        head = await http.head(path, **asked)
        known = await http.get(path, params={"format": "mp3"}, headers={"If-None-Match": head.headers["etag"]})
    for each in (reply, head):
        assert (each.status_code, each.headers["accept-ranges"]) == (200, "none")
        assert "content-length" not in each.headers and each.headers["etag"].startswith("W/")
    assert known.status_code == 304


async def test_what_is_saved_is_named_after_the_question(home):
    served, _ = home
    async with web(served) as http:
        job = await answered(http, "what is three plus forty one?")
        path = f"/api/get-answer/{job}"
        made, kept = [await http.get(path, params={"format": "mp3"}) for _ in range(2)]
        head = await http.head(path, params={"format": "mp3"})
    names = {reply.headers["content-disposition"].partition(";")[2] for reply in (made, kept, head)}
    assert len(names) == 1 and 'filename="what is three plus forty one.mp3"' in names.pop()


async def test_head_makes_no_sound(home):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, "what is three plus sixty")
        head = await http.head(f"/api/get-answer/{job}")
        assert (head.status_code, head.headers["content-type"]) == (200, "audio/wav")
        assert "content-length" not in head.headers and not (folder / "answers" / f"{job}.flac").exists()
        said = await http.head("/api/get_tts_audio", params={"text": "Hello.", "format": "pcm"})
        assert said.headers["content-type"] == "audio/pcm;rate=22050" and "content-length" not in said.headers


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/plain;q=0.1, audio/mpeg", "audio/mpeg"),
        ("application/json;q=0.5, text/plain", "text/plain; charset=utf-8"),
        ("application/json, */*;q=0.1", "application/json"),
        ("text/html, */*;q=0.8", "audio/wav"),
    ],
)
async def test_an_answer_comes_as_what_is_liked_best(home, accept, media):
    served, _ = home
    async with web(served) as http:
        job = await answered(http, "what is three plus seventy")
        reply = await http.get(f"/api/get-answer/{job}", headers={"Accept": accept})
    assert (reply.headers["content-type"], reply.headers["vary"]) == (media, "Accept")
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_flac_has_its_length_in_its_header_once_the_sound_is_stored(home):
    served, _ = home
    async with web(served) as http:
        job = await answered(http, "what is two plus six")
        replies = [
            await http.get(f"/api/get-answer/{job}", params={"format": form}) for form in ("flac", "flac", "pcm")
        ]
    samples, _ = soundfile.read(io.BytesIO(replies[1].content), dtype="int16")
    assert samples.tobytes() == replies[2].content
    assert replies[0].content[42:] == replies[1].content[42:], "they differ in nothing but what the header promises"


async def test_a_stored_answer_is_played_and_not_made_again(home):
    served, folder = home
    stored = np.random.default_rng(1).integers(-9_000, 9_000, 40_000, np.int16)
    async with web(served) as http:
        job = await answered(http, "what is two plus two")
        await http.get(f"/api/get-answer/{job}")
        flac.write(folder / "answers" / f"{job}.flac", Pcm(8_000, stored))
        reply = await http.get(f"/api/get-answer/{job}", headers={"Accept": "audio/pcm"})
    assert reply.headers["content-type"] == "audio/pcm;rate=8000"
    assert np.array_equal(np.frombuffer(reply.content, "<i2"), stored)


async def test_a_stored_answer_that_is_damaged_is_made_again(home):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, "what is two plus three")
        await http.get(f"/api/get-answer/{job}")
        (folder / "answers" / f"{job}.flac").write_bytes(b"nothing of the kind")
        second, third = [await http.get(f"/api/get-answer/{job}") for _ in range(2)]
    assert len(second.content) > 10_000 and second.content[44:] == third.content[44:]


async def test_a_stored_answer_that_is_damaged_further_on_is_made_again(home):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, "what is two plus thirty")
        path, stored = f"/api/get-answer/{job}", folder / "answers" / f"{job}.flac"

        async def keep_half() -> None:
            await http.get(path)
            stored.write_bytes(stored.read_bytes()[: stored.stat().st_size // 2])

        await keep_half()
        encoded = await http.get(path, params={"format": "ogg"})
        assert encoded.status_code == 200 and len(read(encoded.content).samples) > 10_000
        await keep_half()
        with pytest.raises(httpx.RemoteProtocolError):  # it was promised whole
            await http.get(path)
        assert len((await http.get(path)).content) > 10_000


async def test_the_sound_of_an_answer_goes_with_its_job(home):
    served, folder = home
    async with web(served) as http:
        job = await answered(http, "what is two plus four")
        await http.get(f"/api/get-answer/{job}")
        path = folder / "answers" / f"{job}.flac"
        assert path.exists()
        await http.delete(f"/api/jobs/{job}")
        await until_gone(path)


async def test_what_was_heard_is_heard_again_and_fetched_to_the_sample(home):
    served, folder = home
    async with client(served) as one, web(served) as http:
        asked = await one.request(messages.Ask(text="what is two plus seven"))
        ends = [await one.wait(messages.AudioEnd)]
        assert (folder / "answers" / f"{asked.job}.flac").exists()
        await one.wait(messages.Answer)  # its sound may end before its job is written down
        assert isinstance(await one.request(messages.JobReplay(job=asked.job)), messages.Accepted)
        ends.append(await one.wait(messages.AudioEnd, lambda end: end.speech != ends[0].speech))
        fetched = await http.get(f"/api/get-answer/{asked.job}", params={"format": "pcm"})
    first, again = (bytes(one.sound[end.speech]) for end in ends)
    assert len(first) > 10_000 and first == again == fetched.content
    captions = [[m.text for m in one.seen if isinstance(m, messages.Caption) and m.speech == e.speech] for e in ends]
    assert captions[0] == captions[1] != []


async def test_a_typed_question_has_no_utterance(home):
    served, _ = home
    async with web(served) as http:
        job = await answered(http, "what is two plus five")
        reply = await http.get(f"/api/jobs/{job}/utterance")
        nobody = await http.get("/api/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/utterance")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "no_utterance")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (404, "no_such_job")
