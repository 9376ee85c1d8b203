"""The line that says how far a slow thing has come."""

import io
import os
import pty
import re

from genie.progress import Progress, line


def test_a_bar_shows_the_share_that_is_done_and_the_time_that_is_left() -> None:
    assert line("reading", 30.0, 120.0, 8.0) == f"reading [{'#' * 6}{'.' * 18}]  25% 8 s, 24 s left"
    assert line("reading", 0.0, 120.0, 8.0).endswith("  0% 8 s")


def test_more_than_everything_is_everything() -> None:
    assert "100%" in line("reading", 130.0, 120.0, 1.0)


def test_without_an_end_only_the_seconds_are_shown() -> None:
    assert line("loading", 0.0, None, 3.2) == "loading … 3 s"


def test_a_file_or_pipe_gets_no_progress_line() -> None:
    pipe = io.StringIO()
    with Progress("reading", total=2.0, stream=pipe) as progress:
        progress.reach(1.0)
    assert pipe.getvalue() == ""


def test_a_terminal_gets_a_line_that_wipes_itself_away() -> None:
    reader, terminal = pty.openpty()
    with open(terminal, "w") as stream, Progress("reading", total=4.0, stream=stream) as progress:
        progress.reach(1.0)
        drawn = os.read(reader, 1_000).decode()
    assert re.search(r"\r\x1b\[Kreading \[#{6}\.{18}\]  25% 1 s", drawn)
    assert os.read(reader, 1_000).decode().endswith("\r\x1b[K")
    os.close(reader)
