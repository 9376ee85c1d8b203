"""`genie models`: against a hub on loopback, and a cache of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genie import cli
from tests.audio.engines.hub import Hub, serving_hub
from tests.audio.engines.plain import save_plain_whisper

MODEL = "openai/whisper-tiny"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serving_hub(MODEL, save_plain_whisper(tmp_path / "held")) as served:
        yield served


class Shell:
    """A user with a cache of their own, and no server."""

    def __init__(self, home: Path, url: str) -> None:
        self.cache = home / "hub" / "models--openai--whisper-tiny"
        self.environment = {**os.environ, "HF_HOME": str(home), "HF_ENDPOINT": url, "GENIE_SERVER__PORT": "9"}
        self.environment.pop("HF_HUB_OFFLINE", None)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "genie.cli", "models", *arguments]

    def models(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            env=self.environment,
        )

    def entry(self) -> dict[str, object]:
        (entry,) = json.loads(self.models("list", "--json", MODEL).stdout)
        return dict(entry)


@pytest.fixture
def shell(hub: Hub, tmp_path: Path) -> Shell:
    return Shell(tmp_path, hub.url)


def test_a_model_is_pulled_listed_and_removed(shell: Shell) -> None:
    pulled = shell.models("pull", MODEL)
    assert pulled.returncode == 0, pulled.stderr
    assert pulled.stdout.startswith(f"{MODEL} is complete, in {shell.cache}")
    assert f"fetching {MODEL}: " in pulled.stderr
    entry = shell.entry()
    assert (entry["kind"], entry["state"], entry["used"]) == ("whisper", "complete", False)
    assert str(entry["folder"]).startswith(str(shell.cache)) and int(str(entry["bytes"])) > 200_000
    refused = shell.models("remove", MODEL)
    assert refused.returncode == cli.Exit.USAGE and "--yes" in refused.stderr
    removed = shell.models("remove", "--yes", MODEL)
    assert removed.stdout == f"{MODEL} is removed: 0 MB are free again\n"
    assert not shell.cache.exists()
    again = shell.models("remove", "--yes", MODEL)
    assert again.returncode == cli.Exit.FAILED and "(no_such_model)" in again.stderr


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_keeps_what_came_and_the_next_pull_goes_on(shell: Shell, hub: Hub) -> None:
    hub.stalls["model.safetensors"] = 50_000
    hub.open.clear()
    with subprocess.Popen(
        shell.command("pull", MODEL), stderr=subprocess.PIPE, text=True, env=shell.environment
    ) as pull:
        assert pull.stderr is not None
        for line in pull.stderr:
            if ": 2" in line:  # a fifth and more
                break
        pull.send_signal(signal.SIGINT)
        told = pull.stderr.read()
    assert pull.returncode == cli.Exit.INTERRUPTED
    assert told == f"genie: what came of {MODEL} is kept; the same command goes on\n"
    assert shell.entry()["state"] == "partial"
    hub.open.set()
    assert shell.models("pull", MODEL).returncode == 0
    assert ("model.safetensors", "bytes=50000-") in hub.asked


def test_a_pull_mends_what_is_damaged(shell: Shell) -> None:
    shell.models("pull", MODEL)
    (weights,) = shell.cache.glob("snapshots/*/model.safetensors")
    whole = weights.read_bytes()
    weights.resolve().write_bytes(whole[:1000])
    entry = shell.entry()
    assert entry["state"] == "broken" and "model.safetensors is cut short" in str(entry["why"])
    assert shell.models("pull", MODEL).returncode == 0
    assert weights.read_bytes() == whole


def test_without_a_network_a_pull_says_what_to_do(shell: Shell) -> None:
    shell.environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    failed = shell.models("pull", MODEL)
    assert failed.returncode == cli.Exit.ENGINE_UNAVAILABLE
    assert "the model hub cannot be reached; what came is kept" in failed.stderr
    assert failed.stderr.count("\n") == 1 and failed.stderr.endswith("(fetch_failed)\n")


def test_a_model_that_genie_does_not_know_needs_its_kind(shell: Shell) -> None:
    failed = shell.models("pull", "somebody/something")
    assert failed.returncode == cli.Exit.USAGE and "--kind whisper or kokoro" in failed.stderr
    failed = shell.models("pull", "--kind", "whisper", "somebody/something")
    assert failed.returncode == cli.Exit.ENGINE_UNAVAILABLE and "no such model" in failed.stderr


@pytest.mark.parametrize("name", ["models--one--two--three", "models--..--..", "models--small--whisper"])
def test_what_else_lies_in_the_cache_is_passed_over(shell: Shell, name: str) -> None:
    odd = shell.cache.parent / name
    for folder in ("refs", "snapshots/abc"):
        (odd / folder).mkdir(parents=True)
    (odd / "snapshots" / "abc" / "config.json").write_text('{"model_type":"whisper"}')
    (odd / "refs" / "main").write_bytes(b"\xff" if name == "models--small--whisper" else b"abc")
    assert shell.entry()["state"] == "absent"
    removed = shell.models("remove", "--yes", name.removeprefix("models--").replace("--", "/"))
    assert "no_such_model" in removed.stderr and odd.is_dir()
