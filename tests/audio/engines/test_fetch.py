import asyncio
import os
import shutil
import socket
from pathlib import Path

import pytest

from genie.audio.engines.fetch import Fetching, find
from genie.errors import Unavailable
from tests.audio.engines.hub import COMMIT, serving_hub
from tests.audio.engines.plain import save_plain_whisper, save_tensors


@pytest.fixture
def folder(tmp_path):
    """What the hub holds."""
    return save_plain_whisper(tmp_path / "held")


@pytest.fixture
def hub(folder):
    with serving_hub("small/whisper", folder) as served:
        yield served


@pytest.fixture
def cache(hub, tmp_path, monkeypatch):
    """An empty cache, and an environment that leads to the hub on loopback."""
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    return tmp_path / "hub" / "models--small--whisper"


async def fetch(**options):
    return await find("whisper", "small/whisper", "cpu", lambda told: None, **options)


async def failure(kind="whisper", model="small/whisper"):
    with pytest.raises(Unavailable) as raised:
        await find(kind, model, "cpu", lambda told: None)
    return raised.value.code, raised.value.message


def children():
    """Return the arguments of this process's children."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            arguments = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if parent == os.getpid():
            found.append(arguments)
    return found


def downloads(hub):
    return [name for name, _ in hub.asked]


async def test_weights_that_are_not_on_disk_are_fetched_with_visible_progress(cache):
    heard = []
    found = await find("whisper", "small/whisper", "cpu", heard.append)
    assert found.model == "small/whisper"
    assert Path(found.folder) == cache / "snapshots" / COMMIT
    assert (Path(found.folder) / "model.safetensors").stat().st_size > 100_000
    assert str(heard[0]) == "looking for small/whisper" and heard[0].place == str(cache)
    assert str(heard[1]).startswith("fetching small/whisper: ")


def test_progress_tells_rate_and_time_left_once_they_are_known():
    assert str(Fetching("a/b", "", 30_000_000, 290_000_000)) == "fetching a/b: 10% of 290 MB"
    told = Fetching("a/b", "", 30_000_000, 290_000_000, 2_000_000.0)
    assert str(told) == "fetching a/b: 10% of 290 MB, 2.0 MB/s, 2 min left"


async def test_weights_on_disk_are_found_without_a_single_connection(cache, hub):
    fetched = await fetch()
    before = hub.connections
    heard = []
    assert await find("whisper", "small/whisper", "cpu", heard.append) == fetched
    assert [str(told) for told in heard] == ["looking for small/whisper"]
    assert await fetch(thoroughly=True) == fetched
    assert hub.connections == before > 0


async def test_a_file_that_is_gone_is_fetched_again_and_nothing_else(cache, hub):
    fetched = await fetch()
    (Path(fetched.folder) / "model.safetensors").resolve().unlink()
    hub.asked.clear()
    assert await fetch() == fetched
    assert downloads(hub) == ["model.safetensors"]


async def test_a_file_that_was_cut_short_is_fetched_again(cache, hub):
    weights = Path((await fetch()).folder) / "model.safetensors"
    whole = weights.read_bytes()
    weights.resolve().write_bytes(whole[:-1])
    await fetch()
    assert weights.read_bytes() == whole


async def test_a_changed_byte_is_seen_by_a_thorough_look_alone(cache, hub):
    weights = Path((await fetch()).folder) / "model.safetensors"
    whole = weights.read_bytes()
    weights.resolve().write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    await fetch()
    assert weights.read_bytes() != whole
    await fetch(thoroughly=True)
    assert weights.read_bytes() == whole


async def test_a_download_that_breaks_off_goes_on_where_it_was(cache, hub):
    hub.cuts += [50_000, 50_000]
    weights = Path((await fetch()).folder) / "model.safetensors"
    assert weights.read_bytes() == hub.files["model.safetensors"].read_bytes()
    ranges = [asked for name, asked in hub.asked if name == "model.safetensors"]
    assert ranges == ["bytes=0-", "bytes=50000-", "bytes=100000-"]


async def test_a_server_that_knows_no_ranges_sends_all_of_it_again(cache, hub):
    hub.ranges = False
    hub.cuts.append(50_000)
    weights = Path((await fetch()).folder) / "model.safetensors"
    assert weights.read_bytes() == hub.files["model.safetensors"].read_bytes()


async def test_cancelling_ends_a_fetch_at_once_and_the_next_one_goes_on(hub, cache):
    hub.stalls["model.safetensors"] = 50_000
    hub.open.clear()
    part = cache / "blobs" / f"{hub.sum('model.safetensors')}.incomplete"
    fetching = asyncio.create_task(fetch())
    async with asyncio.timeout(60):
        while not (part.exists() and part.stat().st_size == 50_000):
            await asyncio.sleep(0.01)
    assert any("engines.fetch" in arguments for arguments in children())
    fetching.cancel()
    async with asyncio.timeout(30):
        await asyncio.wait([fetching])
    assert not any("engines.fetch" in arguments for arguments in children())
    assert part.stat().st_size == 50_000
    hub.open.set()
    assert await fetch()
    assert hub.asked[-1] != ("model.safetensors", "bytes=0-") and ("model.safetensors", "bytes=50000-") in hub.asked


async def test_two_fetches_of_the_same_bring_each_file_once(hub, cache):
    one, other = await asyncio.gather(fetch(), fetch())
    assert one == other
    assert sorted(downloads(hub)) == sorted(hub.files)


async def test_what_does_not_match_its_checksum_is_never_used(hub, cache):
    hub.spoiled.add("model.safetensors")
    code, reason = await failure()
    assert code == "fetch_failed" and "what came as model.safetensors does not match its checksum" in reason
    assert not (cache / "blobs" / hub.sum("model.safetensors")).exists()
    hub.spoiled.clear()
    assert await fetch()


async def test_a_hub_cannot_name_a_file_out_of_the_cache(hub, cache, tmp_path):
    hub.misnamed["config.json"] = f"../../../{(outside := tmp_path / 'outside').name}"
    assert (Path((await fetch()).folder) / "config.json").is_file()
    assert not outside.exists()


async def test_a_file_shorter_than_the_hub_lists_is_given_up(cache, hub):
    hub.listed["model.safetensors"] = 300_000
    code, reason = await failure()
    assert code == "fetch_failed" and "of 300000 bytes" in reason


async def test_a_file_longer_than_the_hub_lists_is_given_up(cache, hub):
    hub.listed["model.safetensors"] = 100_000
    code, reason = await failure()
    assert code == "fetch_failed" and "more came as model.safetensors than the hub lists" in reason


async def test_nothing_is_fetched_when_the_environment_says_offline(cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    code, reason = await failure()
    assert code == "no_weights" and "HF_HUB_OFFLINE" in reason
    assert not cache.exists()


async def test_who_only_looks_fetches_nothing(cache, hub):
    with pytest.raises(Unavailable) as raised:
        await fetch(fetch=False)
    assert raised.value.message == "small/whisper is not on disk; to fetch it: genie models pull small/whisper"
    assert hub.connections == 0


async def test_the_default_model_is_named_when_none_is_set(cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "openai/whisper-base" in (await failure(model=""))[1]


async def test_a_hub_that_cannot_be_reached_is_the_reason(cache, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("HF_ENDPOINT", address)
    expected = "small/whisper is not on disk, and cannot be fetched: the model hub cannot be reached"
    assert await failure() == ("fetch_failed", expected)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [(429, "fetch_failed", "asked too much"), (500, "fetch_failed", "answers 500"), (404, "no_weights", "answers 404")],
)
async def test_what_the_hub_answers_is_the_reason(cache, hub, status, code, reason):
    hub.statuses["model.safetensors"] = status
    found, told = await failure()
    assert found == code and reason in told


async def test_a_model_the_hub_does_not_have_is_the_reason(cache):
    code, reason = await failure(model="small/unknown")
    assert code == "no_weights" and "no such model" in reason


async def test_a_name_that_can_be_no_model_is_the_reason(cache):
    code, reason = await failure(model="not a name")
    assert code == "no_weights" and "not a name" in reason


async def test_a_model_of_another_kind_is_the_reason_and_not_fetched(cache, hub):
    code, reason = await failure(kind="kokoro")
    assert code == "no_weights" and "another kind" in reason
    assert downloads(hub) == []


async def test_weights_that_may_run_code_are_not_fetched(tmp_path, monkeypatch):
    folder = save_plain_whisper(tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with serving_hub("small/pickled", folder) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        code, reason = await failure(model="small/pickled")
    assert code == "no_weights" and "only as a .bin file" in reason
    assert downloads(hub) == []


async def test_of_a_repository_only_what_is_needed_is_fetched(tmp_path, monkeypatch):
    folder = save_plain_whisper(tmp_path / "large", shards=2)
    for name in ("README.md", "onnx/config.json", "flax_model.msgpack", "model.fp32-00001-of-00002.safetensors"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("much")
    shutil.copytree(folder, whole := tmp_path / "whole")
    save_tensors(whole / "model.safetensors")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    plain = {"config.json", "preprocessor_config.json", "tokenizer.json", "merges.txt"}
    shards = {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"}
    for model, held, expected in (
        ("small/sharded", folder, plain | shards),
        ("small/twice", whole, plain | {"model.safetensors"}),
    ):
        with serving_hub(model, held) as hub:
            monkeypatch.setenv("HF_ENDPOINT", hub.url)
            assert await find("whisper", model, "cpu", lambda told: None)
        assert set(downloads(hub)) == expected


async def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(cache, hub, folder):
    hub.listed["model.safetensors"] = shutil.disk_usage(folder).total * 2
    code, reason = await failure()
    assert code == "no_room" and "are free in" in reason
    assert downloads(hub) == []
