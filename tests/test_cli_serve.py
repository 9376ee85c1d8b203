"""`genie serve` as a process: what it prints, how it logs, how it ends."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from genie import cli
from tests.serving import Served, serving


def wait_for(served: Served, told: Callable[[str], bool], within: float = 40.0) -> str:
    """Return the first line of the output that fits."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := next((line for line in list(served.output) if told(line)), None):
            return found
        time.sleep(0.05)
    raise AssertionError("it was not printed:\n" + "".join(served.output))


def test_every_engine_that_settles_is_logged_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        for engine in ("pocketsphinx", "espeak", "silero"):
            line = wait_for(served, lambda line, engine=engine: f" engine engine={engine} " in line)
            assert "state=ready" in line
        wait_for(served, lambda line: "whisper cannot serve" in line)
        wait_for(served, lambda line: "kokoro cannot serve" in line)


def test_it_says_where_it_is_and_which_engines_serve(tmp_path: Path) -> None:
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded") as served:
        assert wait_for(served, lambda line: line.startswith("genie ")).strip().endswith(served.url)
        assert "ready" in wait_for(served, lambda line: line.startswith("  ear: pocketsphinx on cpu"))
        assert "ready" in wait_for(served, lambda line: line.startswith("  voice: espeak on cpu"))


def test_a_second_server_on_the_same_data_says_so_and_ends(tmp_path: Path) -> None:
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded"):
        command = [sys.executable, "-m", "genie.cli", "serve", "--port", "0", "--data", str(tmp_path)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert second.returncode == cli.Exit.FAILED
    assert "another genie uses" in second.stderr and "(data_in_use)" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_that_is_taken_is_told_as_a_failure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "genie.cli", "serve", "--port", str(port), "--data", str(tmp_path)]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert refused.returncode == cli.Exit.FAILED
    assert f"genie: port {port} of 127.0.0.1: Address already in use; " in refused.stderr
    assert "Traceback" not in refused.stderr


def test_below_a_path_it_says_where_it_is_without_its_proxy_and_is_asked_there(tmp_path: Path) -> None:
    with serving(tmp_path, "server.root_path=/genie", "stt.engine=embedded", "tts.engine=embedded") as served:
        assert wait_for(served, lambda line: line.startswith("genie ")).strip().endswith(served.url)
        port = served.url.rpartition(":")[2]
        settings = ["--set", f"server.port={port}", "--set", "server.root_path=/genie"]
        command = [sys.executable, "-m", "genie.cli", "ask", *settings, "what is twelve times seven"]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert (asked.stderr, asked.returncode) == ("", cli.Exit.OK)
    assert "84" in asked.stdout


def test_the_log_can_be_json(tmp_path: Path) -> None:
    with serving(tmp_path, "server.log_format=json", "stt.engine=embedded", "tts.engine=embedded") as served:
        line = wait_for(served, lambda line: '"event": "engine"' in line)
    assert json.loads(line)["state"] == "ready"


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_server_ends_without_a_traceback(tmp_path: Path) -> None:
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded") as served:
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(15) == cli.Exit.INTERRUPTED
    assert "Traceback" not in "".join(served.output)
