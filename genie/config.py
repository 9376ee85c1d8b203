"""Where settings come from: the packaged `conf/genie.toml`, then a file, then `GENIE_*` variables, then flags."""

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from genie.errors import BadInput
from genie.settings import Settings

Tables = dict[str, dict[str, Any]]

PREFIX = "GENIE_"
SECRETS = frozenset({"llm.api_key", "auth.tokens"})
"""Settings that may only come from the environment: a file is easily shown, and a command line stands in `ps`."""


def packaged(folder: str) -> Path:
    """Return the `conf` or `static` folder: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Read the settings; `flags` are dotted names with values. A wrong one raises `bad_setting` naming it."""
    tables = _read(packaged("conf") / "genie.toml")
    known: Tables = {table: dict.fromkeys(fields) for table, fields in tables.items()}
    if file is not None:
        _merge(tables, _read(file), known, source=str(file))
    _merge(tables, _from_environment(os.environ if environment is None else environment), known, source="environment")
    _merge(tables, _nested(flags or {}), known, source="flags")
    try:
        return Settings.model_validate(tables)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput("bad_setting", f"{name}: {_explain(first)}", field=name) from error


def _explain(wrong: ErrorDetails) -> str:
    """Say what is wrong with a value in the words of who wrote it, not of the library that read it."""
    match wrong["type"]:
        case "tuple_type":
            return 'must be a list, such as ["first", "second"]'
        case "value_error":
            return str(wrong["ctx"]["error"])
        case _:
            return wrong["msg"]


def _read(path: Path) -> Tables:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise BadInput("bad_setting", f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput("bad_setting", f"{path} is not valid TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> Tables:
    """Read `GENIE_STT__MODEL=…` as `stt.model`; lists are JSON."""
    dotted = {
        name.removeprefix(PREFIX).lower().replace("__", ".", 1): read_value(name, text)
        for name, text in environment.items()
        if name.startswith(PREFIX) and "__" in name
    }
    return _nested(dotted)


def read_value(name: str, text: str) -> Any:
    """Return a setting given as text: a JSON list, or the text itself. `name` says where it came from."""
    try:
        return json.loads(text) if text.startswith("[") else text
    except json.JSONDecodeError as error:
        raise BadInput("bad_setting", f"{name}: not a JSON list: {error.msg}", field=name) from error


def _nested(dotted: Mapping[str, Any]) -> Tables:
    tables: Tables = {}
    for name, value in dotted.items():
        table, _, field = name.partition(".")
        tables.setdefault(table, {})[field] = value
    return tables


def _merge(tables: Tables, over: Tables, known: Tables, *, source: str) -> None:
    _check_names(over, known)
    for table, fields in over.items():
        for field, value in fields.items():
            if f"{table}.{field}" in SECRETS and source != "environment":
                raise BadInput(
                    "bad_setting", f"{table}.{field} may only come from the environment", field=f"{table}.{field}"
                )
            tables[table][field] = value


def _check_names(tables: Tables, known: Tables) -> None:
    names = [f"{table}.{field}" for table, fields in known.items() for field in fields]
    for table, fields in tables.items():
        if not isinstance(fields, dict):
            raise BadInput("bad_setting", f"{table} must stand in a table", field=table)
        for field in fields:
            name = f"{table}.{field}"
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise BadInput("unknown_setting", f"there is no setting {name}{hint}", field=name)
