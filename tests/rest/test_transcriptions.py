"""Recordings of hours as jobs: sent, followed, fetched as subtitles, cancelled, killed in the middle, forgotten."""

import asyncio
import io
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from genie import messages
from genie.audio.pcm import Int16
from tests.serving import Client, Served, client, serving

CLIPS = Path(__file__).parent.parent / "clips"
SPOKEN = json.loads((CLIPS / "transcripts.json").read_text())
NAMES = ("time", "square_root", "half_of_ninety")
ANN, BOB = "ann-1234567890123456789012", "bob-1234567890123456789012"
USERS = {"GENIE_AUTH__TOKENS": json.dumps([f"ann:{ANN}", f"bob:{BOB}"])}
PATIENCE_S = 100.0
"""Seconds for half a minute of sound: much runs beside this, and the small ear is no quick one."""

EMBEDDED = ("stt.engine=embedded", "tts.engine=embedded", "server.recording_hours=0.05")


def clip(name: str) -> Int16:
    samples, rate = soundfile.read(CLIPS / f"{name}.wav", dtype="int16")
    assert rate == 16_000
    return samples


def conversation(*names: str, pause_s: float = 7.5) -> Int16:
    """Return clips one behind the other: with pauses of 7.5 s each is a window of its own."""
    pause = np.zeros(round(pause_s * 16_000), np.int16)
    return np.concatenate([part for name in names for part in (clip(name), pause)])


def packed(samples: Int16, kind: str = "FLAC") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, 16_000, format=kind, subtype="OPUS" if kind == "OGG" else None)
    return file.getvalue()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("transcriptions")
    with serving(folder, *EMBEDDED, "server.recording_bytes=3000000", environment=USERS) as one:
        yield one


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with reaching(served) as one:
        yield one


def reaching(served: Served, token: str = ANN) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.url, timeout=60, headers={"Authorization": f"Bearer {token}"})


async def send(http: httpx.AsyncClient, sound: bytes, **params: str) -> str:
    reply = await http.post("/api/transcriptions", content=sound, params=params)
    assert reply.status_code == 202, reply.text
    job = reply.json()
    assert (job["kind"], job["status"]) == ("transcription", "pending")
    return str(job["id"])


async def ended(http: httpx.AsyncClient, job: str) -> dict:
    async with asyncio.timeout(PATIENCE_S):
        while (found := (await http.get(f"/api/jobs/{job}")).json())["queue"] not in ("done", "dead"):
            await asyncio.sleep(0.1)
    return found


async def test_a_recording_becomes_a_job_whose_transcript_is_fetched_in_any_format(served, http):
    async with client(served, token=ANN) as ann:
        await ann.request(messages.Subscribe(topics=["run", "done", "answers"]))
        job = await send(http, packed(conversation(*NAMES)), name="three questions.flac")
        told = await ann.wait(messages.Progress, lambda progress: progress.done == progress.total, within=PATIENCE_S)
        assert (told.job, told.note) == (job, "hearing")
        await ann.wait(messages.DoneUpdate, within=PATIENCE_S)
        assert not [message for message in ann.seen if isinstance(message, messages.Answer)]
    done = (await http.get(f"/api/jobs/{job}")).json()
    words = " ".join(SPOKEN[f"{name}.wav"] for name in NAMES)
    assert (done["question"], done["answer"], done["agent"]) == ("three questions.flac", words, "pocketsphinx")
    assert done["speak"] is False
    path = f"/api/jobs/{job}/transcript"
    text, srt, vtt, whole = [await http.get(path, params={"format": kind}) for kind in ("txt", "srt", "vtt", "json")]
    assert " ".join(text.text.split()) == words
    assert srt.text.startswith("1\n00:00:0") and srt.text.count("-->") >= 3
    assert vtt.text.startswith("WEBVTT\n\n00:00:0")
    assert whole.json()["complete"] is True
    assert [segment["text"] for segment in whole.json()["segments"]] == [SPOKEN[f"{name}.wav"] for name in NAMES]
    assert "three%20questions.srt" in srt.headers["content-disposition"]
    by_header = await http.get(f"/api/jobs/{job}/transcript", headers={"Accept": "text/html, text/vtt;q=0.9"})
    assert by_header.text == vtt.text and by_header.headers["content-type"].startswith("text/vtt")


async def test_what_is_somebody_elses_is_not_there(served, http):
    job = await send(http, packed(clip("time")))
    await ended(http, job)
    async with reaching(served, BOB) as bob:
        replies = [await bob.get(f"/api/jobs/{job}/transcript"), await bob.get(f"/api/jobs/{job}")]
    assert [reply.status_code for reply in replies] == [404, 404]


async def test_the_files_of_a_job_go_with_it(served, http, tmp_path_factory):
    job = await send(http, packed(clip("time")))
    await ended(http, job)
    folder = next(tmp_path_factory.getbasetemp().glob("transcriptions*"))
    assert [path.name for path in folder.glob(f"transcripts/{job}*")] == [f"{job}.jsonl"]
    assert not list(folder.glob("recordings/*"))
    assert (await http.delete(f"/api/jobs/{job}")).status_code == 200
    async with asyncio.timeout(10):
        while list(folder.glob(f"*/{job}*")):
            await asyncio.sleep(0.05)
    assert (await http.get(f"/api/jobs/{job}/transcript")).status_code == 404


async def test_the_same_key_again_is_the_same_job(http):
    sound = packed(clip("time"))
    first, again = [await http.post("/api/transcriptions", content=sound, params={"key": "one"}) for _ in range(2)]
    assert first.json()["id"] == again.json()["id"]
    await ended(http, first.json()["id"])


async def test_a_recording_in_a_form_has_its_files_name(http):
    reply = await http.post("/api/transcriptions", files={"file": ("täglich.flac", packed(clip("time")))})
    assert reply.json()["question"] == "täglich.flac"
    await ended(http, reply.json()["id"])


@pytest.mark.parametrize(
    ("charset", "name", "shown"),
    [
        ("utf-8", "a\x00b\x1b[31m\u202egpj.exe", "a b [31m gpj.exe"),
        ("utf-8", "x" * 300 + ".wav", "x" * 196 + ".wav"),
        ("raw_unicode_escape", r"half \ud800.wav", "half .wav"),
    ],
    ids=["control", "long", "half a letter"],
)
async def test_what_cannot_be_shown_of_a_files_name_goes(http, charset: str, name: str, shown: str):
    reply = await http.post("/api/transcriptions", **form(name, charset))
    assert (reply.status_code, reply.json()["question"]) == (202, shown)
    direct = await http.post("/api/upload-and-transcribe-wav?format=txt", **form(name, charset))
    assert direct.status_code == 200
    await ended(http, reply.json()["id"])


async def test_a_form_in_letters_that_are_none_is_refused(http):
    reply = await http.post("/api/transcriptions", **form("talk.wav", "undefined"))
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "bad_form")


def form(name: str, charset: str) -> dict:
    """Return a form that says how its letters are encoded."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    content_type = f"multipart/form-data; boundary=x; charset={charset}"
    return {"content": head + packed(clip("time")) + b"\r\n--x--\r\n", "headers": {"Content-Type": content_type}}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "empty_audio"),
        (b"no sound at all, but long enough to look at " * 30, 415, "not_audio"),
        (packed(np.zeros(0, np.int16)), 400, "empty_audio"),
        (bytes(3_000_001), 413, "too_large"),
    ],
    ids=["nothing", "text", "no samples", "too many bytes"],
)
async def test_what_is_no_recording_is_refused_at_once(http, body: bytes, status: int, code: str):
    reply = await http.post("/api/transcriptions", content=body)
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)


async def test_much_silence_in_a_few_bytes_is_refused_or_fails_the_job_and_takes_no_memory(served, http):
    """Three minutes are the limit here; Opus makes ten of silence 20 kB. Where that is in what is looked at first, the
    request is refused; where it is behind it, the job fails."""
    bomb = packed(np.zeros(600 * 16_000, np.int16), "OGG")
    before = rss(served)
    reply = await http.post("/api/transcriptions", content=bomb)
    found = reply.json() if reply.status_code == 413 else await ended(http, reply.json()["id"])
    assert found["error"]["code"] == "too_long"
    assert rss(served) - before < 48


async def test_a_question_has_no_transcript(http):
    job = (await http.post("/api/push", json={"question": "what is 2 plus 2"})).json()["id"]
    reply = await http.get(f"/api/jobs/{job}/transcript")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "no_transcript")


async def test_a_short_upload_is_answered_in_a_format(http):
    sound = packed(clip("time"))
    reply = await http.post("/api/upload-and-transcribe-mp3", content=sound, params={"format": "srt"})
    assert reply.text.startswith("1\n00:00:0") and "what time is it" in reply.text


async def test_a_job_is_cancelled_in_its_middle_tried_again_and_goes_on(served, http):
    samples = conversation(*NAMES)
    async with client(served, token=ANN) as ann:
        await ann.request(messages.Subscribe(topics=["run"]))
        job = await send(http, packed(samples))
        await heard_some(ann, job)
        async with asyncio.timeout(30):
            cancelled = (await http.post(f"/api/jobs/{job}/cancel")).json()
        assert cancelled["status"] == "cancelled"
        partial = (await http.get(f"/api/jobs/{job}/transcript")).json()
        assert partial["complete"] is False and partial["segments"]
        assert (await http.post(f"/api/jobs/{job}/retry")).status_code == 200
        again = await ann.wait(
            messages.Progress, lambda progress: progress.job == job and progress.note == "hearing", within=PATIENCE_S
        )
        assert again.done > 0 or partial["until_s"] == 0
    await ended(http, job)
    whole = (await http.get(f"/api/jobs/{job}/transcript")).json()
    assert [segment["text"] for segment in whole["segments"]] == [SPOKEN[f"{name}.wav"] for name in NAMES]


async def test_after_a_kill_in_the_middle_it_goes_on_where_it_was(tmp_path):
    with serving(tmp_path, *EMBEDDED) as first:
        async with client(first) as one, reaching(first) as http:
            await one.request(messages.Subscribe(topics=["run"]))
            job = await send(http, packed(conversation(*NAMES)))
            await heard_some(one, job)
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait(10)
    kept = (tmp_path / "transcripts" / f"{job}.jsonl").read_bytes()
    (tmp_path / "transcripts" / f"{job}.jsonl").write_bytes(kept + b'{"until_s":')  # a line that was being written
    with serving(tmp_path, *EMBEDDED) as second:
        async with reaching(second) as http:
            done = await ended(http, job)
            whole = (await http.get(f"/api/jobs/{job}/transcript")).json()
    assert done["status"] == "completed"
    assert [segment["text"] for segment in whole["segments"]] == [SPOKEN[f"{name}.wav"] for name in NAMES]
    assert (tmp_path / "transcripts" / f"{job}.jsonl").read_bytes().startswith(kept)
    assert not list((tmp_path / "recordings").iterdir())


async def heard_some(one: Client, job: str) -> None:
    """Return when some of a recording was heard, and not all."""
    told = await one.wait(
        messages.Progress, lambda progress: progress.job == job and progress.done > 5.0, within=PATIENCE_S
    )
    assert told.total is not None and told.done < told.total


def rss(served: Served) -> float:
    """Return the memory of a server in MiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024
