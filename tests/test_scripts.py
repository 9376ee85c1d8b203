"""How scripts/venv installs: once, again when a pin changes, and from the start when it was interrupted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "tiny"
version = "1"
requires-python = ">=3.11"
[project.optional-dependencies]
one = []
two = []
[tool.hatch.build.targets.wheel]
packages = ["tiny"]
"""


class Checkout:
    """A project of nothing, in a folder with a space, that installs as genie does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "venv", root / "scripts")
        (root / "pyproject.toml").write_text(PROJECT)
        (root / "constraints.txt").write_text("")
        (root / "tiny").mkdir()
        (root / "tiny" / "__init__.py").write_text("")

    def need(self, *extras: str, path: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Source the script from another folder, with an empty home, and ask for extras."""
        home = self.root / "home"
        home.mkdir(exist_ok=True)
        keep = {name: value for name, value in os.environ.items() if name not in ("PYENV_ROOT", "PYTHON")}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", '. "$0"; need "$@"', str(self.root / "scripts" / "venv"), *extras],
            cwd="/",
            env={**keep, "HOME": str(home), "PATH": path or keep["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("a folder") / "tiny")
    done = checkout.need("one", PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    return checkout


def test_the_second_run_installs_nothing(installed: Checkout) -> None:
    again = installed.need("one")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_the_environment_imports_the_project(installed: Checkout) -> None:
    subprocess.run([installed.root / ".venv" / "bin" / "python", "-c", "import tiny"], cwd="/", check=True)


def test_another_extra_is_added_to_what_is_there(installed: Checkout) -> None:
    marker = installed.root / ".venv" / "kept"
    marker.touch()
    assert "Installing" in installed.need("one", "two").stderr
    assert marker.exists()
    assert installed.need("two", "one").stderr == ""


def test_a_changed_pin_installs_again(installed: Checkout) -> None:
    (installed.root / "constraints.txt").write_text("# changed\n")
    assert "Installing" in installed.need("one").stderr
    assert installed.need("one").stderr == ""


def test_an_interrupted_install_is_done_again_from_the_start(installed: Checkout) -> None:
    half_done = installed.root / ".venv" / "half-done"
    half_done.touch()
    (installed.root / "constraints.txt").write_text("a pin that pip cannot read\n")
    assert installed.need("one").returncode != 0
    (installed.root / "constraints.txt").write_text("")
    assert installed.need("one").returncode == 0
    assert not half_done.exists()


def test_a_shim_that_stands_for_no_python_is_passed_over(tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        (shims / name).write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
        (shims / name).chmod(0o755)
    refused = Checkout(tmp_path / "tiny").need("one", path=f"{shims}:{_tools(tmp_path)}")
    assert refused.returncode == 1
    assert "genie needs Python 3.11, 3.12 or 3.13" in refused.stderr
    assert "pyenv" not in refused.stderr
    assert not (tmp_path / "tiny" / ".venv").exists()


def _tools(folder: Path) -> Path:
    """Return a folder with the programs that the script calls, and no Python."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("bash", "cat", "cksum", "dirname", "rm"):
        (tools / name).symlink_to(shutil.which(name) or name)
    return tools
