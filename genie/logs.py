"""How genie logs: one line an event, `key=value` or JSON, on standard error.

An event is a word in snake case; what belongs to it stands in `extra`: `log.info("job_failed", extra={"job": job.id})`.
Identifiers only, never what a user said or was answered, and never a secret. The formatters hold to that where they
can: of an exception they write its type and where it was raised, as its message may quote the user; of another
package's message they write the template without its arguments; of a session's id, which is a secret, its beginning.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from genie.errors import GenieError

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record carries; the rest of its attributes came from `extra`."""

SECRETS = frozenset({"session", "token"})
SHOWN_OF_SECRET = 6

PLACES = 4
"""Calls shown of a traceback, the innermost last."""


def set_up(level: str, form: Literal["text", "json"] = "text", stream: TextIO | None = None) -> None:
    """Send every event from `level` on to `stream`; other packages are heard from `warning` on."""
    output = logging.StreamHandler(stream or sys.stderr)
    output.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(logging.WARNING)
    logging.getLogger("genie").setLevel(level.upper())
    logging.captureWarnings(True)


class TextLines(logging.Formatter):
    """Write `2025-01-31T12:00:00.000Z info genie.rest.hub session_opened session=3f9a0c`."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_time(record)} {record.levelname.lower()} {record.name} {_plain(_event(record))}"
        return " ".join((head, *(f"{name}={_plain(value)}" for name, value in _fields(record))))


class JsonLines(logging.Formatter):
    """Write one JSON object with `time`, `level`, `logger`, `event` and what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        head = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        return json.dumps({**head, **dict(_fields(record))}, default=str)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(record: logging.LogRecord) -> str:
    return str(record.msg).strip().partition("\n")[0]


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    for name, value in vars(record).items():
        if name not in OWN:
            yield name, str(value)[:SHOWN_OF_SECRET] if name in SECRETS else value
    if record.exc_info and record.exc_info[1]:
        yield from _error_fields(record.exc_info[1])


def _error_fields(error: BaseException) -> Iterator[tuple[str, str]]:
    """Say what was raised and where, down to the cause of a chain and the first member of a group."""
    kinds = []
    root = error
    while True:
        kinds.append(f"{type(root).__name__}:{root.code}" if isinstance(root, GenieError) else type(root).__name__)
        deeper = root.exceptions[0] if isinstance(root, BaseExceptionGroup) else root.__cause__
        if deeper is None:
            break
        root = deeper
    yield "error", "<".join(kinds)
    calls = traceback.extract_tb(root.__traceback__)[-PLACES:]
    yield "at", ">".join(f"{Path(call.filename).name}:{call.lineno}" for call in calls)


def _plain(value: Any) -> str:
    """Return the value as one word: quoted when it would not be one, control characters escaped."""
    text = str(value)
    simple = text.isprintable() and not any(mark in text for mark in ' "=')
    return text if simple and text else json.dumps(text)
