"""`genie vocabulary` against a real server, from outside."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genie import cli
from tests.serving import DEAF, Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("words"), "stt.engine=embedded", "tts.engine=embedded", module=DEAF) as one:
        yield one


def vocabulary(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genie.cli", "vocabulary", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, env=dict(os.environ))


def test_words_are_taught_listed_and_forgotten(served: Served) -> None:
    assert vocabulary("add", "Siobhan", "Anke  Müller", "--url", served.url).stdout == "Siobhan\nAnke Müller\n"
    port = served.url.rpartition(":")[2]
    assert vocabulary("remove", "SIOBHAN", "--set", f"server.port={port}").stdout == "Anke Müller\n"
    assert vocabulary("list", "--url", served.url).stdout == "Anke Müller\n"
    cleared = vocabulary("clear", "--url", served.url)
    assert (cleared.stdout, cleared.stderr, cleared.returncode) == ("", "", cli.Exit.OK)


@pytest.mark.parametrize("arguments", [["add"], ["remove"], ["list", "Anke"], ["clear", "Anke"]])
def test_words_are_given_where_they_are_needed_and_nowhere_else(arguments: list[str], tmp_path: Path) -> None:
    failed = vocabulary(*arguments, "--data", str(tmp_path))
    assert failed.returncode == cli.Exit.USAGE
    assert failed.stderr.startswith("genie: genie vocabulary ")


def test_what_is_no_word_is_told_and_no_server_too(served: Served) -> None:
    refused = vocabulary("add", "…", "--url", served.url)
    assert (refused.returncode, refused.stderr) == (cli.Exit.FAILED, "genie: '…' holds no letter (bad_word)\n")
    assert vocabulary("list", "--url", "http://127.0.0.1:9").returncode == cli.Exit.NO_SERVER
