"""The commands that hear, speak and look around, in their own process and against a real server."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from genie import cli
from tests.serving import Served

CLIPS = Path(__file__).parent / "clips"
EMBEDDED = ("--set", "stt.engine=embedded", "--set", "tts.engine=embedded")
QUESTION = "what is twelve times seven"


def genie(*arguments: object, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "genie.cli", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )


def seconds(path: Path) -> float:
    return soundfile.info(path).duration


@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg", "flac"])
def test_say_writes_what_the_name_asks_for(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"hello.{kind}"
    done = genie("say", "good morning to you", "-o", file, *EMBEDDED)
    assert done.returncode == 0, done.stderr
    assert soundfile.info(file).format == {"mp3": "MP3"}.get(kind, kind.upper())
    assert 0.7 < seconds(file) < 4


def test_say_reads_standard_input(tmp_path: Path) -> None:
    genie("say", "-", "-o", tmp_path / "short.wav", *EMBEDDED, text="one")
    genie("say", "-", "-o", tmp_path / "long.wav", *EMBEDDED, text="one two three four five six seven eight")
    assert seconds(tmp_path / "long.wav") > 2 * seconds(tmp_path / "short.wav")


def test_say_speaks_faster_when_told(tmp_path: Path) -> None:
    for speed in ("1.0", "2.0"):
        genie("say", QUESTION, "-o", tmp_path / f"{speed}.wav", "--speed", speed, *EMBEDDED)
    assert seconds(tmp_path / "2.0.wav") < 0.7 * seconds(tmp_path / "1.0.wav")


def test_nothing_to_say_is_told(tmp_path: Path) -> None:
    failed = genie("say", "***", "-o", tmp_path / "x.wav", *EMBEDDED)
    assert failed.returncode == cli.Exit.FAILED
    assert "(nothing_to_say)" in failed.stderr
    assert not (tmp_path / "x.wav").exists()


def test_transcribe_prints_what_is_said() -> None:
    heard = genie("transcribe", CLIPS / "time.wav", *EMBEDDED)
    assert (heard.stdout, heard.stderr) == ("what time is it\n", "")


def test_a_recording_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound at all")
    missing = tmp_path / "missing.wav"
    heard = genie("transcribe", bad, missing, CLIPS / "time.wav", *EMBEDDED)
    assert heard.stdout == f"{CLIPS / 'time.wav'}: what time is it\n"
    assert heard.returncode == cli.Exit.FAILED
    assert [line.rpartition(" ")[2] for line in heard.stderr.splitlines()] == [
        "(not_audio)",
        "(cannot_read)",
        "(some_failed)",
    ]


def test_a_question_answered_here_can_be_spoken(tmp_path: Path) -> None:
    answered = genie("ask", QUESTION, "--speak", tmp_path / "84.wav", "--set", "server.port=9", *EMBEDDED)
    assert "84" in answered.stdout
    assert seconds(tmp_path / "84.wav") > 0.7


def test_an_engine_that_was_named_and_cannot_serve_has_its_exit_code(tmp_path: Path) -> None:
    named = ("--set", f"stt.model={tmp_path / 'nowhere'}", "--set", "stt.engine=whisper")
    heard = genie("transcribe", CLIPS / "time.wav", *named)
    assert heard.returncode == cli.Exit.ENGINE_UNAVAILABLE
    assert "whisper cannot serve" in heard.stderr
    assert genie("doctor", *named).returncode == cli.Exit.ENGINE_UNAVAILABLE


def test_the_doctor_says_which_engines_serve_and_why(tmp_path: Path) -> None:
    report = json.loads(genie("doctor", "--json", "--data", tmp_path / "not" / "yet", "--set", "server.port=9").stdout)
    assert report["engines"]["stt"]["name"] == "pocketsphinx"
    assert "whisper cannot serve" in report["engines"]["stt"]["reason"]
    assert report["port"] == {"number": 9, "state": "free"}
    assert report["versions"]["pocketsphinx"]
    assert report["data"] == str(tmp_path / "not" / "yet")
    assert not (tmp_path / "not").exists()


def test_a_running_server_is_found_by_its_settings_and_answers(server: Served) -> None:
    port = server.url.rpartition(":")[2]
    answered = genie("ask", "what", "is", "half", "of", "ninety", "--set", f"server.port={port}")
    assert "45" in answered.stdout
    assert (answered.stderr, answered.returncode) == ("", 0)
    report = json.loads(genie("doctor", "--json", "--set", f"server.port={port}").stdout)
    assert report["port"]["state"] == "genie"


def test_a_server_speaks_its_answer_into_a_file(server: Served, tmp_path: Path) -> None:
    answered = genie("ask", QUESTION, "--url", server.url, "--speak", tmp_path / "84.ogg")
    assert "84" in answered.stdout
    assert seconds(tmp_path / "84.ogg") > 0.7


def test_a_server_hears_and_speaks_for_a_command(server: Served, tmp_path: Path) -> None:
    heard = genie("transcribe", CLIPS / "time.wav", "--url", server.url)
    assert (heard.stdout, heard.stderr) == ("what time is it\n", "")
    assert genie("say", "good morning", "-o", tmp_path / "x.flac", "--url", server.url).returncode == 0
    assert seconds(tmp_path / "x.flac") > 0.4


def test_a_servers_refusal_is_told_as_it_is(server: Served, tmp_path: Path) -> None:
    refused = genie("say", "hello", "--voice", "nobody", "-o", tmp_path / "x.wav", "--url", server.url)
    assert refused.returncode == cli.Exit.FAILED
    assert "(unknown_voice)" in refused.stderr


def test_transcribe_writes_subtitles_whole_into_a_folder(tmp_path: Path) -> None:
    done = genie("transcribe", CLIPS / "time.wav", CLIPS / "window.wav", "--format", "srt", "-o", tmp_path, *EMBEDDED)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
    assert (tmp_path / "time.srt").read_text().startswith("1\n00:00:0")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["time.srt", "window.srt"]


def test_a_transcripts_file_says_its_format(tmp_path: Path) -> None:
    assert genie("transcribe", CLIPS / "time.wav", "-o", tmp_path / "x.json", *EMBEDDED).returncode == 0
    document = json.loads((tmp_path / "x.json").read_text())
    assert (document["text"], document["complete"], document["name"]) == ("what time is it\n", True, "time.wav")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "doc"),
        ("-o", "nowhere/x.srt"),
        ("-o", "x.doc"),
        (CLIPS / "window.wav", "--format", "srt"),
        (CLIPS / "window.wav", "-o", "x.srt"),
    ],
    ids=["format", "folder", "suffix", "two on one output", "two in one file"],
)
def test_where_transcripts_cannot_go_is_told_before_any_work(arguments: tuple[object, ...]) -> None:
    refused = genie("transcribe", CLIPS / "time.wav", *arguments, "--set", "stt.engine=whisper")
    assert refused.returncode == cli.Exit.USAGE
    assert "(bad_argument)" in refused.stderr


def test_a_server_keeps_nothing_of_what_it_transcribed_for_a_command(server: Served, tmp_path: Path) -> None:
    done = genie("transcribe", CLIPS / "time.wav", "-o", tmp_path / "x.vtt", "--url", server.url)
    assert (tmp_path / "x.vtt").read_text().startswith("WEBVTT\n\n00:00:0"), done.stderr
    for queue in ("done", "dead"):
        jobs = httpx.get(f"{server.url}/api/get_queue/{queue}?kind=transcription").json()["jobs"]
        assert jobs == []


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_no_half_file_and_no_job(server: Served, tmp_path: Path) -> None:
    long = tmp_path / "long.wav"
    samples, rate = soundfile.read(CLIPS / "time.wav", dtype="int16")
    soundfile.write(long, np.tile(np.concatenate([samples, np.zeros(8 * rate, np.int16)]), 20), rate)
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "genie.cli", "transcribe", long, "--url", server.url, "--format", "txt", "-o", out]
    process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE)
    waits = f"{server.url}/api/get_queue/run?kind=transcription"
    deadline = time.monotonic() + 30
    while not (running := httpx.get(waits).json()["jobs"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (cli.Exit.INTERRUPTED, b"")
    assert list(out.iterdir()) == []
    for queue in ("run", "dead", "done"):
        assert httpx.get(f"{server.url}/api/get_queue/{queue}?kind=transcription").json()["jobs"] == []


def test_what_is_known_of_a_recording_goes_to_whoever_hears_it(server: Served) -> None:
    known = ("--languages", "de, en-GB", "--prompt", "What day is it?")
    assert genie("transcribe", CLIPS / "time.wav", *known, "--url", server.url).stdout == "what time is it\n"
    for where in (("--url", server.url), EMBEDDED):
        refused = genie("transcribe", CLIPS / "time.wav", "--languages", "de,fr", *where)
        assert refused.returncode == cli.Exit.FAILED
        assert "the small ear hears en, not de, fr (unsupported_language)" in refused.stderr
