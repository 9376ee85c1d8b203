"""`genie voices` against a real server, from outside, and what `genie say` refuses."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genie import cli
from tests.serving import Served


def genie(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genie.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))


@pytest.fixture
def own_choice(server: Served) -> Iterator[Served]:
    yield server
    assert genie("voices", "reset", "--url", server.url).stdout == "voice: en-us (the default)\nspeed: 1.0\n"


def test_voices_are_listed_with_what_people_call_them(server: Served) -> None:
    listed = genie("voices", "list", "--language", "de", "--url", server.url)
    assert listed.stdout.split(maxsplit=2) == ["de", "de", "German, male\n"]
    assert len(genie("voices", "--url", server.url).stdout.splitlines()) > 100


def test_a_voice_is_chosen_and_what_is_left_out_stays(own_choice: Served) -> None:
    url = ("--url", own_choice.url)
    chosen = genie("voices", "choose", "de", "--language", "de-AT", "--speed", "1.5", *url)
    assert chosen.stdout == "voice: de\nlanguage: de-AT\nspeed: 1.5\n"
    assert genie("voices", "choose", "--speed", "0.75", *url).stdout == "voice: de\nlanguage: de-AT\nspeed: 0.75\n"
    assert genie("voices", "choose", "en-gb", *url).stdout == "voice: en-gb\nspeed: 0.75\n"
    refused = genie("voices", "choose", "en-gbb", *url)
    assert (refused.returncode, "did you mean en-gb" in refused.stderr) == (cli.Exit.FAILED, True)
    assert genie("voices", "show", *url).stdout == "voice: en-gb\nspeed: 0.75\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("voices", "show", "de"), "(bad_argument)"),
        (("voices", "list", "--speed", "1"), "(bad_argument)"),
        (("say", "x", "-o", "x.wav", "--speed", "0"), "0.5 to 2.0; 1.0 is normal (bad_speed)"),
        (("say", "x", "-o", "x.wav", "--speed", "nan"), "(bad_speed)"),
        (("voices", "choose", "--speed", "9"), "(bad_speed)"),
    ],
)
def test_what_makes_no_sense_is_refused_as_usage(server: Served, arguments: tuple[str, ...], told: str) -> None:
    refused = genie(*arguments, "--url", server.url) if arguments[0] == "voices" else genie(*arguments)
    assert refused.returncode == cli.Exit.USAGE
    assert told in refused.stderr


def test_nobody_stands_in_for_a_voice_that_a_command_names(tmp_path: Path) -> None:
    said = ("say", "x", "-o", tmp_path / "x.wav", "--set", "tts.engine=embedded")
    assert "(unknown_voice)" in genie(*said, "--voice", "af_heart").stderr
    assert "(unsupported_language)" in genie(*said, "--voice", "de", "--language", "fr").stderr
    assert not (tmp_path / "x.wav").exists()
