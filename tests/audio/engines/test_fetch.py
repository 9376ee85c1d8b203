import asyncio
import os
from pathlib import Path

import pytest

from genie.audio.engines.fetch import find
from genie.errors import Unavailable
from tests.audio.engines.hub import COMMIT, serving_hub
from tests.models_small import save_whisper


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with serving_hub("small/whisper", save_whisper(tmp_path_factory.mktemp("hub"))) as served:
        yield served


@pytest.fixture
def cache(hub, tmp_path, monkeypatch):
    """An empty cache, and an environment that leads to the hub on loopback."""
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    return tmp_path / "hub" / "models--small--whisper"


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


async def reason(model):
    with pytest.raises(Unavailable) as raised:
        await find("whisper", model, "cpu", lambda text: None)
    assert raised.value.code == "no_weights"
    return raised.value.message


async def test_weights_that_are_not_on_disk_are_fetched_with_visible_progress(cache):
    heard = []
    found = await find("whisper", "small/whisper", "cpu", heard.append)
    assert found.model == "small/whisper"
    assert Path(found.folder) == cache / "snapshots" / COMMIT
    assert (Path(found.folder) / "model.safetensors").stat().st_size > 100_000
    assert heard[0].startswith("small/whisper is being fetched: ")


async def test_weights_on_disk_are_found_without_the_hub(cache, monkeypatch):
    fetched = await find("whisper", "small/whisper", "cpu", print)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    heard = []
    assert await find("whisper", "small/whisper", "cpu", heard.append) == fetched
    assert heard == []


async def test_a_snapshot_without_its_weights_is_fetched_again(cache):
    fetched = await find("whisper", "small/whisper", "cpu", print)
    (Path(fetched.folder) / "model.safetensors").unlink()
    await find("whisper", "small/whisper", "cpu", print)
    assert (Path(fetched.folder) / "model.safetensors").exists()


async def test_nothing_is_fetched_when_the_environment_says_offline(cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE" in await reason("small/whisper")
    assert not cache.exists()


async def test_the_default_model_is_named_when_none_is_set(cache, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "openai/whisper-base" in await reason("")


async def test_a_hub_that_cannot_be_reached_is_the_reason(cache, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "the model hub cannot be reached" in await reason("small/whisper")


async def test_a_model_the_hub_does_not_have_is_the_reason(cache):
    assert "no such model" in await reason("small/unknown")


async def test_a_name_that_can_be_no_model_is_the_reason(cache):
    assert "not a name" in await reason("not a name")


async def test_a_model_of_another_kind_is_the_reason(cache):
    with pytest.raises(Unavailable) as raised:
        await find("kokoro", "small/whisper", "cpu", lambda text: None)
    assert "another kind" in raised.value.message


async def test_cancelling_ends_a_fetch_at_once_and_the_next_one_succeeds(hub, cache):
    hub.open.clear()
    hub.downloading.clear()
    fetch = asyncio.create_task(find("whisper", "small/whisper", "cpu", lambda text: None))
    await asyncio.to_thread(hub.downloading.wait, 30)
    assert any("engines.fetch" in arguments for arguments in children())
    fetch.cancel()
    async with asyncio.timeout(2):
        await asyncio.wait([fetch])
    assert not any("engines.fetch" in arguments for arguments in children())
    hub.open.set()
    assert await find("whisper", "small/whisper", "cpu", lambda text: None)
