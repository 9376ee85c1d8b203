"""What genie logs, and what it never does."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from genie import logs
from genie.errors import StageFailed


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    root, own = logging.getLogger(), logging.getLogger("genie")
    before = root.handlers[:], root.level, own.level
    yield io.StringIO()
    logging.captureWarnings(False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    own.setLevel(before[2])


def test_an_event_is_one_line_with_its_identifiers(output: io.StringIO) -> None:
    logs.set_up("info", stream=output)
    logging.getLogger("genie.queues.worker").info("job_failed", extra={"job": "01J", "code": "llm_timeout"})
    assert output.getvalue().split(" ", 1)[1] == "info genie.queues.worker job_failed job=01J code=llm_timeout\n"


def test_a_json_line_holds_the_same(output: io.StringIO) -> None:
    logs.set_up("info", "json", stream=output)
    logging.getLogger("genie.app").info("ready", extra={"port": 7999})
    event = json.loads(output.getvalue())
    assert event.pop("time").endswith("Z")
    assert event == {"level": "info", "logger": "genie.app", "event": "ready", "port": 7999}


@pytest.mark.parametrize("form", ["text", "json"])
def test_control_characters_never_reach_the_terminal(output: io.StringIO, form: str) -> None:
    logs.set_up("info", form, stream=output)  # type: ignore[arg-type]
    logging.getLogger("genie.x").info("odd", extra={"voice": 'a\nb\x1b[31m\x9b "c" d=e'})
    line = output.getvalue()
    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()


def test_a_session_is_named_by_its_beginning_only(output: io.StringIO) -> None:
    logs.set_up("info", stream=output)
    logging.getLogger("genie.x").info("opened", extra={"session": "0123456789abcdef"})
    assert "session=012345\n" in output.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_shows_kinds_and_places_but_no_message(output: io.StringIO, form: str) -> None:
    logs.set_up("info", form, stream=output)  # type: ignore[arg-type]
    try:
        try:
            raise ValueError("what the user said")
        except ValueError as error:
            raise StageFailed("engine_failed", "it said: what the user said") from error
    except StageFailed:
        logging.getLogger("genie.x").exception("crashed")
    line = output.getvalue()
    assert "StageFailed:engine_failed<ValueError" in line
    assert "test_logs.py:" in line
    assert "what the user said" not in line


def test_a_group_shows_its_first_member(output: io.StringIO) -> None:
    logs.set_up("info", stream=output)
    try:
        raise ExceptionGroup("said", [KeyError("said")])
    except ExceptionGroup as group:
        logging.getLogger("genie.x").error("crashed", exc_info=group)
    assert "error=ExceptionGroup<KeyError at=" in output.getvalue()


def test_other_packages_are_heard_without_their_arguments_and_only_when_they_warn(output: io.StringIO) -> None:
    logs.set_up("debug", stream=output)
    logging.getLogger("httpx").info("HTTP Request: %s", "secret")
    logging.getLogger("uvicorn.error").warning("Unsupported %s\nmore", "secret")
    assert output.getvalue().endswith('warning uvicorn.error "Unsupported %s"\n')
    assert "secret" not in output.getvalue()


def test_a_level_is_kept(output: io.StringIO) -> None:
    logs.set_up("warning", stream=output)
    logging.getLogger("genie.x").info("quiet")
    assert output.getvalue() == ""
