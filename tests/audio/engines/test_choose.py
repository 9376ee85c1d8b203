import asyncio
import json
import subprocess
import sys

import pytest

from genie import config
from genie.audio.engine import Heard, Passage, Spoken, Synthesizer, Transcriber
from genie.audio.engines.choose import ESPEAK_DEADLINE_S, choose
from tests.noises import noise
from tests.waiting import until

PHRASES = ("what time is it",)
SETTLE_S = 100.0

REPORT = """
import asyncio, json, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "transformers", "kokoro"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from genie import config
from genie.audio.engines.choose import choose
async def report():
    engines = choose(config.load(environment={}), ("what time is it",))
    await engines.start()
    print(json.dumps({"ready": engines.ready(), **engines.states().model_dump()}))
    engines.close()
asyncio.run(report())
"""


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """An empty cache that nothing may be fetched into."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    return tmp_path


def chosen(**flags):
    return choose(
        config.load(environment={}, flags={name.replace("__", "."): value for name, value in flags.items()}), PHRASES
    )


async def test_the_embedded_engines_serve_when_they_are_chosen():
    engines = chosen(stt__engine="embedded", tts__engine="embedded")
    assert not engines.ready()
    await engines.start()
    states = engines.states()
    assert (states.stt.name, states.tts.name, states.vad.name) == ("pocketsphinx", "espeak", "silero")
    assert engines.ready()
    engines.close()


def test_the_embedded_engines_serve_where_torch_is_not_installed():
    report = subprocess.run(
        [sys.executable, "-c", REPORT], capture_output=True, text=True, timeout=SETTLE_S, check=True
    )
    states = json.loads(report.stdout)
    assert (states["stt"]["name"], states["tts"]["name"], states["ready"]) == ("pocketsphinx", "espeak", True)
    assert "torch and transformers are not installed" in states["stt"]["reason"]
    assert "torch and kokoro are not installed" in states["tts"]["reason"]


def test_choosing_imports_no_heavy_package():
    code = "import sys, genie.audio.engines.choose; print(*sys.modules)"
    imported = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SETTLE_S, check=True
    )
    heavy = {"torch", "transformers", "kokoro", "misaki", "spacy", "phonemizer", "huggingface_hub", "pocketsphinx"}
    assert heavy.isdisjoint(imported.stdout.split())


async def test_without_weights_and_offline_the_small_voice_serves_and_says_why(offline):
    engines = chosen()
    await engines.tts.start()
    state = engines.tts.state
    assert (state.name, state.state) == ("espeak", "ready")
    assert "hexgrad/Kokoro-82M is not on disk" in state.reason
    engines.close()


async def test_the_small_voice_has_as_long_as_suits_it():
    engines = chosen(tts__engine="embedded")
    await engines.tts.start()
    assert engines.tts.lane._deadline_s == ESPEAK_DEADLINE_S
    engines.close()


async def test_an_engine_that_was_named_and_has_no_weights_is_not_ready(offline):
    engines = chosen(stt__engine="whisper")
    await engines.stt.start()
    state = engines.stt.state
    assert (state.name, state.state) == ("whisper", "failed")
    assert "HF_HUB_OFFLINE" in state.reason
    assert not engines.ready()
    engines.close()


async def test_a_bad_file_leaves_the_small_voice_with_the_reason(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "torn.pth").write_bytes(b"PK torn")
    engines = chosen(tts__model=str(tmp_path))
    await engines.tts.start()
    assert (engines.tts.state.name, engines.tts.state.state) == ("espeak", "ready")
    assert engines.tts.state.reason.startswith("kokoro cannot serve: ")
    engines.close()


async def test_kokoro_takes_over_from_the_small_voice_between_two_pieces(kokoro_folder):
    engines = chosen(tts__model=str(kokoro_folder), tts__device="cpu")
    starting = asyncio.create_task(engines.tts.start())
    await until(lambda: engines.tts.state.state == "ready")
    async with asyncio.timeout(SETTLE_S):
        lane = engines.tts.lane
        assert engines.tts.card.name == "espeak"
        speech = lane.iterate(Synthesizer.synthesize, Passage("One sentence of some length. " * 40))
        pieces = [await anext(speech)]
        await starting
        assert (engines.tts.card.name, engines.tts.card.rate) == ("kokoro", 24_000)
        pieces += [piece async for piece in speech]
        assert len(pieces) == 3  # the speech that began with the small voice ended with it
        speech = engines.tts.lane.iterate(Synthesizer.synthesize, Passage("Yes."))
        assert [len(take.samples) > 0 async for take in speech] == [True]
    engines.close()


async def test_whisper_in_a_folder_hears_in_a_process_of_its_own(whisper_folder):
    engines = chosen(stt__engine="whisper", stt__model=str(whisper_folder), stt__device="cpu")
    async with asyncio.timeout(SETTLE_S):
        await engines.stt.start()
        assert (engines.stt.state.name, engines.stt.state.state) == ("whisper", "ready")
        lane = engines.stt.lane
        await lane.call(Transcriber.open, "one", Spoken())
        await lane.call(Transcriber.feed, "one", noise(1))
        assert isinstance(await lane.call(Transcriber.finish, "one"), Heard)
    engines.close()
