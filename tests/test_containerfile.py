"""The Containerfile, as far as it can be tried without a container: what it says, and the commands it runs."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genie import cli, config
from genie.settings import Settings
from tests.serving import Served, serving

ROOT = Path(__file__).parent.parent

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Return every instruction with its arguments, lines that go on joined."""
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> list[Instruction]:
    """Return the instructions of the image that runs."""
    found = instructions()
    return found[max(place for place, (word, _) in enumerate(found) if word == "FROM") :]


def only(word: str) -> str:
    """Return the arguments of an instruction that the last stage has once."""
    (found,) = [rest for name, rest in last_stage() if name == word]
    return found


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    """Return the environment that the image sets."""
    return dict(pair.split("=", 1) for pair in shlex.split(only("ENV")))


@pytest.fixture(scope="module")
def settings(variables: dict[str, str]) -> Settings:
    return config.load(environment=variables)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded") as one:
        yield one


def test_it_stands_on_the_official_python_and_on_nothing_else() -> None:
    assert {rest.partition(" AS ")[0] for word, rest in instructions() if word == "FROM"} == {"python:3.11-slim"}
    assert "://" not in (ROOT / "Containerfile").read_text()


def test_it_does_not_run_as_root() -> None:
    user, _, group = only("USER").partition(":")
    assert int(user) > 0 and int(group) > 0
    (made,) = [rest for word, rest in last_stage() if word == "RUN"]
    assert f"--uid {user}" in made


def test_its_data_are_on_a_volume(settings: Settings, variables: dict[str, str]) -> None:
    assert only("VOLUME") == settings.server.data == variables["HOME"] == str(settings.server.data_folder)


def test_it_listens_where_a_container_is_reached(settings: Settings) -> None:
    assert settings.server.host == "0.0.0.0"
    assert only("EXPOSE") == str(settings.server.port)


def test_it_runs_the_command_itself_so_that_signals_reach_it() -> None:
    command = [*json.loads(only("ENTRYPOINT")), *json.loads(only("CMD"))]
    assert command[0] == "genie"
    assert cli.parser().parse_args(command[1:]).command == "serve"
    assert only("STOPSIGNAL") == "SIGTERM"


@pytest.mark.parametrize("source", [s for w, r in instructions() if w == "COPY" and "--from" not in r
                                    for s in r.split()[:-1]])  # fmt: skip
def test_what_it_copies_is_there(source: str) -> None:
    assert (ROOT / source).exists()


def check() -> list[str]:
    """Return the command that tells whether the container is healthy, run by this Python."""
    command: list[str] = json.loads(only("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def test_its_health_check_follows_the_server(served: Served) -> None:
    environment = {**os.environ, "GENIE_SERVER__PORT": served.url.rpartition(":")[2]}
    assert subprocess.run(check(), env=environment, timeout=90, check=False).returncode == 0
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(15)
    stopped = subprocess.run(check(), env=environment, timeout=90, check=False, capture_output=True)
    assert stopped.returncode == 1


def test_without_users_it_says_how_to_let_somebody_in(variables: dict[str, str], tmp_path: Path) -> None:
    own = {name: value for name, value in variables.items() if name.startswith("GENIE_")}
    environment = {**os.environ, **own, "GENIE_SERVER__DATA": str(tmp_path), "GENIE_SERVER__PORT": "0"}
    command = [sys.executable, "-m", "genie.cli", "serve"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert refused.returncode == cli.Exit.USAGE
    assert "(loopback_only)" in refused.stderr and "genie users add" in refused.stderr
