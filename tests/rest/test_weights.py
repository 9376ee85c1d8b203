"""Weights of a real server: from a hub on loopback while it runs, and by the command line before that."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from genie import messages
from tests.audio.engines.hub import serving_hub
from tests.serving import LOADED_S, client, serving

CLIP = Path(__file__).parent.parent / "clips" / "twelve_times_seven.wav"
MODEL = "small/whisper"
SETTINGS = (f"stt.model={MODEL}", "stt.device=cpu", "tts.engine=embedded")


@pytest.fixture(scope="module")
def hub():
    with serving_hub(MODEL, Path(__file__).parent.parent / "models" / "whisper") as served:
        yield served


@pytest.fixture
def online(hub, tmp_path):
    """What leads a server to the hub, and to an empty cache."""
    return {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": ""}


async def ear(served, that):
    """Wait until what /health tells of the ear fits, and return it."""
    async with asyncio.timeout(LOADED_S), httpx.AsyncClient(base_url=served.url) as http:
        while True:
            state = (await http.get("/health")).json()["engines"]["stt"]
            if that(state):
                return state
            await asyncio.sleep(0.05)


async def test_the_server_hears_at_once_and_better_between_two_utterances(hub, online, tmp_path):
    hub.stalls["model.safetensors"] = 100_000
    hub.open.clear()
    with serving(tmp_path / "data", *SETTINGS, environment=online) as served:
        state = await ear(served, lambda state: state.get("progress", 0) > 0)
        assert (state["name"], state["state"]) == ("pocketsphinx", "ready")
        assert state["reason"].startswith(f"fetching {MODEL}: ")
        async with client(served) as one:
            await one.request(messages.ListenStart(sample_rate=16_000))
            await one.speak(CLIP, pace=4)
            hub.open.set()
            state = await ear(served, lambda state: state["name"] == "whisper")
            await one.request(messages.ListenStop())
            heard = await one.wait(messages.Transcript, lambda transcript: transcript.final)
            assert heard.committed == "what is twelve times seven"  # by the ear with which it began
            await _refuse_to_remove(served, online)
            await one.request(messages.ListenStart(sample_rate=16_000))
            await one.speak(CLIP, pace=4)
            await one.request(messages.ListenStop())
            await one.wait(messages.Transcript, lambda transcript: transcript.final)
        assert state["model"] == MODEL and "progress" not in state
        assert any(f"model={MODEL}" in line and "weights" in line for line in served.output)


async def _refuse_to_remove(served, environment):
    """Try to remove the model that the server has loaded."""
    port = f"server.port={served.url.rpartition(':')[2]}"
    remove = [sys.executable, "-m", "genie.cli", "models", "remove", "--yes", MODEL, "--set", port]
    refused = await asyncio.to_thread(
        subprocess.run, remove, env={**os.environ, **environment}, check=False, capture_output=True, text=True
    )
    assert "(model_in_use)" in refused.stderr


async def test_an_ear_that_was_named_is_waited_for_while_texts_are_answered(hub, online, tmp_path):
    offline = {**online, "HF_HUB_OFFLINE": "1"}
    with serving(tmp_path / "data", *SETTINGS, "stt.engine=whisper", environment=offline) as served:
        await ear(served, lambda state: state["state"] == "failed")
        async with httpx.AsyncClient(base_url=served.url) as http:
            ready = await http.get("/ready")
        assert ready.status_code == 503 and "HF_HUB_OFFLINE" in ready.json()["engines"]["stt"]["reason"]
        async with client(served) as one:
            asked = await one.request(messages.Ask(text="what is one plus one"))
            assert (await one.wait(messages.Answer, lambda answer: answer.job == asked.job)).text
            refused = await one.request(messages.ListenStart(sample_rate=16_000))
            assert isinstance(refused, messages.ErrorMessage) and refused.code == "engine_unavailable"
