"""Settings come from four places in a fixed order, and a wrong one is named."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from genie.config import SECRETS, load, packaged
from genie.errors import BadInput
from genie.keys import owner
from genie.settings import Settings, Table

PLAIN = load(environment={})


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(**sources: Any) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load(**{"environment": {}, **sources})
    return caught.value


def names(model: type[BaseModel]) -> dict[str, set[str]]:
    tables = {name: field.annotation for name, field in model.model_fields.items()}
    return {name: set(table.model_fields) for name, table in tables.items() if table and issubclass(table, Table)}


def test_the_packaged_file_holds_every_setting_and_nothing_else():
    packaged_tables = tomllib.loads((packaged("conf") / "genie.toml").read_text(encoding="utf-8"))
    assert {name: set(fields) for name, fields in packaged_tables.items()} == names(Settings)


def test_every_setting_has_its_default_in_the_packaged_file_only():
    tables = [field.annotation for field in Settings.model_fields.values()]
    assert all(field.is_required() for table in tables if table for field in table.model_fields.values())


def test_a_file_wins_over_the_defaults(tmp_path: Path):
    settings = load(write(tmp_path, "[server]\nport = 8001\n"), environment={})
    assert settings.server.port == 8001
    assert settings.server.host == PLAIN.server.host


def test_the_environment_wins_over_a_file(tmp_path: Path):
    file = write(tmp_path, "[server]\nport = 8001\n[tts]\nspeed = 0.8\n")
    settings = load(file, environment={"GENIE_SERVER__PORT": "8002"})
    assert (settings.server.port, settings.tts.speed) == (8002, 0.8)


def test_flags_win_over_everything(tmp_path: Path):
    file = write(tmp_path, "[server]\nport = 8001\n")
    settings = load(file, environment={"GENIE_SERVER__PORT": "8002"}, flags={"server.port": 8003})
    assert settings.server.port == 8003


def test_the_environment_names_fields_with_underscores():
    environment = {"GENIE_SERVER__MAX_CONNECTIONS": "3", "GENIE_STT__MODEL": "/models/tiny", "HOME": "/", "GENIE": "x"}
    settings = load(environment=environment)
    assert (settings.server.max_connections, settings.stt.model) == (3, "/models/tiny")


def test_a_list_in_the_environment_is_json():
    settings = load(environment={"GENIE_SERVER__ALLOWED_HOSTS": '["a.example", "b.example"]'})
    assert settings.server.allowed_hosts == ("a.example", "b.example")


def test_pronunciations_for_everybody_are_entries():
    settings = load(environment={}, flags={"tts.pronunciations": ["nginx=engine x"]})
    assert [(entry.word, entry.says) for entry in settings.tts.lexicon] == [("nginx", "engine x")]
    assert "no =" in refusal(flags={"tts.pronunciations": ["nginx"]}).message


def test_a_list_that_is_not_json_is_named_as_it_was_written():
    error = refusal(environment={"GENIE_SERVER__ALLOWED_HOSTS": "[a.example"})
    assert (error.code, error.field) == ("bad_setting", "GENIE_SERVER__ALLOWED_HOSTS")


@pytest.mark.parametrize(
    ("sources", "name", "near"),
    [
        ({"environment": {"GENIE_SERVER__PROT": "1"}}, "server.prot", "server.port"),
        ({"environment": {"GENIE_SST__MODEL": "x"}}, "sst.model", "stt.model"),
        ({"flags": {"tts.voic": "x"}}, "tts.voic", "tts.voice"),
        ({"flags": {"server.port.number": 1}}, "server.port.number", "server.port"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(sources: dict[str, Any], name: str, near: str):
    error = refusal(**sources)
    assert (error.code, error.field) == ("unknown_setting", name)
    assert f"did you mean {near}?" in error.message


def test_an_unknown_name_in_a_file_is_refused(tmp_path: Path):
    error = refusal(file=write(tmp_path, '[llm]\nbase_ulr = "http://127.0.0.1"\n'))
    assert error.code == "unknown_setting"
    assert "llm.base_url" in error.message


def test_a_name_like_no_other_is_refused_without_a_guess():
    assert "did you mean" not in refusal(environment={"GENIE_ZZZ__QQQQQQ": "1"}).message


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_in_a_file_is_refused(name: str, tmp_path: Path):
    table, _, field = name.partition(".")
    error = refusal(file=write(tmp_path, f'[{table}]\n{field} = "hush-hush"\n'))
    assert (error.code, error.field) == ("bad_setting", name)
    assert "hush" not in error.message


def test_a_secret_from_the_environment_is_not_shown():
    settings = load(environment={"GENIE_LLM__API_KEY": "hush-hush"})
    assert settings.llm.api_key.get_secret_value() == "hush-hush"
    assert "hush" not in repr(settings)


def test_tokens_of_the_environment_let_their_users_in_and_are_not_shown():
    settings = load(environment={"GENIE_AUTH__TOKENS": '["ann:hush-hush-hush-hush-hush"]'})
    assert owner(settings.auth.keys, "hush-hush-hush-hush-hush") == "ann"
    assert "hush" not in repr(settings)


def test_a_token_cannot_be_two_users():
    twice = json.dumps([f"{name}:hush-hush-hush-hush-hush" for name in ("ann", "bob")])
    assert "each token may be given once" in refusal(environment={"GENIE_AUTH__TOKENS": twice}).message


@pytest.mark.parametrize("token", ["ann:hush", "ann", "Ann:hush-hush-hush-hush-hush", f"ann:{'hush' * 51}"])
def test_a_token_that_is_none_is_refused_without_showing_it(token: str):
    error = refusal(environment={"GENIE_AUTH__TOKENS": json.dumps([token])})
    assert (error.code, error.field) == ("bad_setting", "auth.tokens")
    assert "hush" not in error.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.port", -1), ("server.port", 65_536), ("server.port", "http"), ("server.port", None),
        ("server.hello_timeout_s", 0), ("server.hello_timeout_s", float("nan")), ("server.log_level", "loud"),
        ("stt.engine", "ears"), ("tts.speed", 2.5), ("tts.speed", "fast"), ("vad.threshold", 1),
        ("queue.todo_limit", 0), ("stt.threads", 0), ("user.timezone", 3), ("server.allowed_hosts", "a.example"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(name: str, value: object):
    error = refusal(flags={name: value})
    assert (error.code, error.field) == ("bad_setting", name)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("server.allowed_hosts", "a.example", 'server.allowed_hosts: must be a list, such as ["first", "second"]'),
        ("user.timezone", "Mars/Olympus", "user.timezone: 'Mars/Olympus' is not an IANA time zone"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_plain_words(name: str, value: str, told: str):
    assert refusal(flags={name: value}).message == told


def test_a_setting_outside_a_table_is_refused(tmp_path: Path):
    assert refusal(file=write(tmp_path, "port = 1\n")).field == "port"


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path):
    assert "own.toml" in refusal(file=write(tmp_path, "[server\nport")).message


def test_a_file_that_is_not_text_is_refused(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert refusal(file=path).code == "bad_setting"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    assert "cannot be read" in refusal(file=tmp_path / "none.toml").message


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        PLAIN.server.port = 1  # type: ignore[misc]


def test_one_load_leaves_nothing_behind_for_the_next(tmp_path: Path):
    load(write(tmp_path, "[server]\nport = 8001\n"), environment={})
    assert load(environment={}) == PLAIN


def test_the_data_folder_is_the_setting_or_the_platforms_own(tmp_path: Path):
    assert load(environment={}, flags={"server.data": str(tmp_path)}).server.data_folder == tmp_path
    assert load(environment={}, flags={"server.data": "~/x"}).server.data_folder == Path.home() / "x"
    assert PLAIN.server.data_folder.name == "genie"


@pytest.mark.parametrize("folder", ["conf", "static"])
def test_the_packaged_folders_are_found(folder: str):
    assert packaged(folder).is_dir()


def test_a_secret_is_refused_on_the_command_line() -> None:
    with pytest.raises(BadInput, match="only come from the environment"):
        load(environment={}, flags={"llm.api_key": "hush-hush"})


@pytest.mark.parametrize("path", ["genie", "/genie/", "/a?b", "/"])
def test_a_path_prefix_that_cannot_be_one_is_refused(path: str) -> None:
    with pytest.raises(BadInput, match="root_path"):
        load(environment={}, flags={"server.root_path": path})


@pytest.mark.parametrize("path", ["", "/genie", "/a/b"])
def test_a_path_prefix_is_empty_or_begins_with_a_slash(path: str) -> None:
    assert load(environment={}, flags={"server.root_path": path}).server.root_path == path
