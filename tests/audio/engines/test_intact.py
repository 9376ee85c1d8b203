import json
import zipfile

import pytest

from genie.audio.engines.intact import flaw, flaws
from genie.audio.engines.kinds import WEIGHTS
from tests.audio.engines.plain import save_plain_whisper, save_tensors


def found(folder, kind="whisper"):
    return list(flaws(folder, WEIGHTS[kind]))


@pytest.mark.parametrize("shards", [0, 3])
def test_a_whole_model_has_no_flaw(tmp_path, shards):
    assert found(save_plain_whisper(tmp_path, shards=shards)) == []


@pytest.mark.parametrize("size", [0, 7, 20, 100_000, -1])
def test_tensors_that_are_cut_short_are_seen(tmp_path, size):
    save_tensors(file := tmp_path / "model.safetensors")
    file.write_bytes(file.read_bytes()[:size])
    assert "cut short or damaged" in flaw(file) or "damaged" in flaw(file)


def test_a_damaged_header_is_seen(tmp_path):
    save_tensors(file := tmp_path / "model.safetensors")
    data = bytearray(file.read_bytes())
    data[8] = 0
    file.write_bytes(data)
    assert flaw(file) == "is damaged"


ODD = (
    b"[]",
    b"3",
    b'{"a":1}',
    b'{"a":{}}',
    b'{"a":{"data_offsets":[0]}}',
    b'{"a":{"data_offsets":"xy"}}',
    b"[" * 99_999,
)


@pytest.mark.parametrize("header", ODD, ids=lambda header: header[:20].decode())
def test_a_header_of_something_else_is_damage(tmp_path, header):
    file = tmp_path / "model.safetensors"
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    assert flaw(file) == "is damaged"


def test_settings_without_end_are_damage(tmp_path):
    (file := tmp_path / "config.json").write_bytes(b"[" * 99_999)
    assert flaw(file) == "is damaged"


def test_an_archive_without_its_end_is_seen(tmp_path):
    file = tmp_path / "af_heart.pt"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tensor", bytes(10_000))
    assert flaw(file) == ""
    file.write_bytes(file.read_bytes()[:-30])
    assert flaw(file) == "is cut short or damaged"


def test_settings_that_are_no_json_are_seen(tmp_path):
    save_plain_whisper(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": ')
    assert found(tmp_path) == ["config.json is damaged"]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path, name):
    save_plain_whisper(tmp_path)
    (tmp_path / name).unlink()
    (flaw,) = found(tmp_path)
    assert name in flaw and flaw.endswith(" is missing")


def test_a_missing_shard_is_named(tmp_path):
    save_plain_whisper(tmp_path, shards=3)
    (tmp_path / "model-00002-of-00003.safetensors").unlink()
    assert found(tmp_path) == ["model-00002-of-00003.safetensors is missing"]


def test_an_index_of_nothing_is_seen(tmp_path):
    save_plain_whisper(tmp_path, shards=1)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps([]))
    assert "is no index" in found(tmp_path)[0]


def test_weights_that_may_run_code_are_no_weights(tmp_path):
    save_plain_whisper(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    assert "pytorch_model.bin may run code when it is read" in found(tmp_path)[0]
