"""Commands that ask a server with tokens: GENIE_TOKEN says who asks."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from genie import cli
from tests.serving import Served, serving

ANN = "ann-1234567890123456789012"
CLIP = Path(__file__).parent / "clips/twelve_times_seven.wav"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    tokens = {"GENIE_AUTH__TOKENS": json.dumps([f"ann:{ANN}"])}
    settings = ("stt.engine=embedded", "tts.engine=embedded")
    with serving(tmp_path_factory.mktemp("guarded"), *settings, environment=tokens) as served:
        yield served


def genie(served: Served, token: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genie.cli", *map(str, arguments), "--url", served.url]
    environment = {**os.environ, "GENIE_TOKEN": token}
    return subprocess.run(command, capture_output=True, text=True, timeout=90, env=environment)


def test_commands_come_in_with_the_token_of_the_environment(guarded: Served, tmp_path: Path) -> None:
    asked = genie(guarded, ANN, "ask", "what is twelve times seven", "--speak", tmp_path / "answer.wav")
    assert "84" in asked.stdout and soundfile.info(tmp_path / "answer.wav").duration > 0.5, asked.stderr
    assert "twelve" in genie(guarded, ANN, "transcribe", CLIP).stdout
    assert genie(guarded, ANN, "say", "hello", "-o", tmp_path / "hello.wav").returncode == cli.Exit.OK


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize(
    "command", [("ask", "what time is it"), ("transcribe", CLIP), ("say", "x", "-o", "/tmp/x.wav")]
)
def test_without_the_right_one_they_are_told_what_to_do(guarded: Served, token: str, command: tuple[object]) -> None:
    refused = genie(guarded, token, *command)
    assert refused.returncode == cli.Exit.FAILED
    assert "GENIE_TOKEN" in refused.stderr and refused.stderr.endswith("(unauthorized)\n")


@pytest.mark.parametrize("token", ["é", "a b\nc", "a" * 201])
def test_what_cannot_be_a_token_is_told_and_not_sent(guarded: Served, token: str) -> None:
    refused = genie(guarded, token, "ask", "what time is it")
    assert (refused.returncode, refused.stderr) == (2, "genie: GENIE_TOKEN holds no token (bad_argument)\n")
