"""`genie notify` against a real server, from outside."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from genie import cli
from tests.serving import DEAF, serving


def notify(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "genie.cli", "notify", *arguments]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=90, check=False, env=dict(os.environ)
    )


def test_what_is_told_comes_to_the_inbox_and_what_is_refused_is_said(tmp_path: Path) -> None:
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded", module=DEAF) as served:
        told = notify("The", "tea is ready.", "--priority", "urgent", "--url", served.url)
        assert (told.returncode, told.stdout, told.stderr) == (cli.Exit.OK, "", "")
        port = served.url.rpartition(":")[2]
        assert not notify(
            "-", "--sound", "done", "--silent", "--set", f"server.port={port}", text="Backup done.\n"
        ).stderr
        inbox = httpx.get(f"{served.url}/api/notifications", trust_env=False).json()["notifications"]
        assert [(one["text"], one["priority"], one["sound"], one["unheard"]) for one in inbox] == [
            ("Backup done.", "normal", "done", False),
            ("The tea is ready.", "urgent", "alert", True),
        ]
        refused = notify(" ", "--url", served.url)
        assert (refused.returncode, refused.stderr) == (1, "genie: the notification says nothing (empty_text)\n")
    assert notify("tea", "--url", "http://127.0.0.1:9").returncode == cli.Exit.NO_SERVER
