"""`genie users` as a process: a token on standard output, once, and plain words."""

import os
import subprocess
import sys
from pathlib import Path

from genie import cli
from genie.keys import owner
from genie.users import UserFile


def users(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genie.cli", "users", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, env=os.environ | environment)


def test_a_user_is_added_listed_renewed_and_removed(tmp_path: Path) -> None:
    added = users(tmp_path, "add", "ann")
    token = added.stdout.strip()
    assert owner(UserFile(tmp_path).keys() or (), token) == "ann" and "shown only now" in added.stderr
    listed = users(tmp_path, "list", GENIE_AUTH__TOKENS='["bob:a-token-of-the-environment"]')
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["ann", "bob"]
    assert token not in listed.stdout and "a-token" not in listed.stdout
    assert users(tmp_path, "renew", "ann").stdout.strip() not in ("", token)
    assert users(tmp_path, "remove", "ann").returncode == cli.Exit.OK
    assert users(tmp_path, "list").stdout == ""


def test_what_is_refused_is_told_in_one_line_with_a_fitting_exit_code(tmp_path: Path) -> None:
    nameless = users(tmp_path, "add")
    assert (nameless.returncode, nameless.stderr) == (2, "genie: genie users add takes a name (bad_argument)\n")
    unknown = users(tmp_path, "remove", "ann")
    assert unknown.returncode == cli.Exit.FAILED and unknown.stderr.endswith("(no_such_user)\n")
    users(tmp_path, "add", "ann")
    (tmp_path / "users.json").chmod(0o644)
    exposed = users(tmp_path, "list")
    assert exposed.returncode == cli.Exit.FAILED and exposed.stderr.endswith("(users_exposed)\n")
