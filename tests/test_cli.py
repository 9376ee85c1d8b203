"""The `genie` command from outside: its help, its errors and its exit codes."""

import os
import socket
import subprocess
import sys

import pytest

from genie import cli
from genie.errors import BadInput, GenieError, StageFailed, Unavailable


def genie(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "genie.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture
def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_help_names_every_command_and_exit_code() -> None:
    shown = genie("--help")
    assert shown.returncode == cli.Exit.OK
    for command in ("serve", "ask", "transcribe", "say", "models", "doctor"):
        assert command in shown.stdout
    for code in cli.Exit:
        assert f"  {code.value} " in shown.stdout


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from genie import cli; cli.parser().format_help(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "torch", "pydantic", "starlette", "uvicorn", "transformers"} & set(loaded)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["serve", "--set", "tts.sped=2"], "did you mean tts.speed?"),
        (["serve", "--set", "tts.speed=9"], "tts.speed"),
        (["serve", "--set", "tts.speed"], "TABLE.KEY=VALUE"),
        (["serve", "--set", "tts=2"], "TABLE.KEY=VALUE"),
        (["serve", "--set", "server.allowed_hosts=[oh"], "not a JSON list"),
        (["serve", "--conf", "/nowhere/genie.toml"], "/nowhere/genie.toml"),
        (["ask", "--url", "localhost:7999", "what time is it"], "--url"),
        (["ask", "--speak", "answer.docx", "what time is it"], ".wav"),
        (["say", "hello", "-o", "/nowhere/hello.wav"], "no such folder"),
    ],
)
def test_a_wrong_argument_or_setting_is_told_in_one_line(arguments: list[str], told: str) -> None:
    failed = genie(*arguments)
    assert failed.returncode == cli.Exit.USAGE
    assert failed.stderr.startswith("genie: ")
    assert failed.stderr.count("\n") == 1
    assert told in failed.stderr


def test_a_wrong_variable_is_told_in_one_line() -> None:
    failed = genie("doctor", GENIE_STT__MODLE="x")
    assert failed.returncode == cli.Exit.USAGE
    assert failed.stderr == "genie: there is no setting stt.modle; did you mean stt.model? (unknown_setting)\n"


def test_an_unknown_command_is_wrong_usage() -> None:
    assert genie("sing").returncode == cli.Exit.USAGE


def test_a_named_server_that_does_not_answer_is_told_apart(closed_port: int) -> None:
    failed = genie("ask", "--url", f"http://127.0.0.1:{closed_port}", "what time is it")
    assert failed.returncode == cli.Exit.NO_SERVER
    assert f"no genie answers at http://127.0.0.1:{closed_port}" in failed.stderr


def test_without_a_server_a_question_is_answered_here(closed_port: int) -> None:
    answered = genie("ask", "--set", f"server.port={closed_port}", "what is twelve times seven")
    assert answered.stderr == ""
    assert "84" in answered.stdout
    assert answered.returncode == cli.Exit.OK


def test_an_output_that_is_full_is_told_in_one_line() -> None:
    command = [sys.executable, "-m", "genie.cli", "ask", "what is half of ninety", "--set", "server.port=9"]
    with open("/dev/full", "w") as full:
        failed = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=90, check=False)
    assert failed.stderr == "genie: No space left on device (system)\n"
    assert failed.returncode == cli.Exit.FAILED


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("bad_setting", ""), cli.Exit.USAGE),
        (BadInput("not_audio", ""), cli.Exit.FAILED),
        (StageFailed("engine_failed", ""), cli.Exit.FAILED),
        (Unavailable("no_weights", ""), cli.Exit.ENGINE_UNAVAILABLE),
        (GenieError("no_server", ""), cli.Exit.NO_SERVER),
    ],
)
def test_an_error_decides_the_exit_code(error: GenieError, code: cli.Exit) -> None:
    assert cli.exit_code(error) == code
