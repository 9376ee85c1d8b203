"""The wheel, installed into an empty environment: it carries its pages and settings, and needs no torch."""

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _bare(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


DIRECT = sorted({_bare(r) for r in sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"])})


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that holds the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("packaging")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT], check=True, timeout=120)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True, timeout=60)
    (wheel,) = folder.glob("genie-*.whl")
    python = folder / "venv" / "bin" / "python"
    install = [*pip, "--python", python, "install", "--constraint", ROOT / "constraints.txt", wheel]
    subprocess.run(install, check=True, timeout=240)
    return folder / "venv"


@pytest.fixture(scope="module")
def server(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the installed server from `/` with an empty home, and return the address it prints."""
    home = tmp_path_factory.mktemp("home")
    process = subprocess.Popen(
        [environment / "bin" / "genie", "serve", "--port", "0"],
        cwd="/",
        env={"HOME": str(home), "PATH": os.defpath},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        found = next((m for line in process.stdout if (m := re.search(r"http://[\w.:]+", line))), None)
        assert found is not None, "the server ended without printing its address"
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", ["/", "/talk"])
def test_the_wheel_carries_the_pages(server: str, page: str) -> None:
    reply = httpx.get(server + page, headers={"Accept": "text/html"})
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")
    linked = re.findall(r'(?:src|href)="(?:\./)?(static/[^"]+)"', reply.text)
    assert linked
    for address in linked:
        assert httpx.get(f"{server}/{address}").status_code == 200, address


def test_the_installed_server_works_without_torch(server: str, environment: Path) -> None:
    engines = httpx.get(f"{server}/health").json()["engines"]
    assert engines["stt"]["name"] == "pocketsphinx"
    assert not list(environment.glob("lib/python*/site-packages/torch"))


def test_the_installed_command_answers_from_any_folder(environment: Path, tmp_path: Path) -> None:
    shown = subprocess.run(
        [environment / "bin" / "genie", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout.startswith("genie ")


@pytest.mark.parametrize("name", DIRECT)
def test_every_dependency_is_pinned_and_explained(name: str) -> None:
    pins = {_bare(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")}
    assert name in pins
    explained = {_bare(word) for word in re.findall(r"[\w.-]+", (ROOT / "docs" / "design.md").read_text())}
    assert name in explained
