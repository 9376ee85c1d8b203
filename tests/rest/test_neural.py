"""The neural engines in a real server, on small checkpoints with random weights: all of the way, not the words."""

from pathlib import Path

import httpx
import pytest

from genie import messages
from tests.models_small import save_kokoro, save_whisper
from tests.serving import client, serving, until_ready

CLIP = Path(__file__).parent.parent / "clips" / "twelve_times_seven.wav"


@pytest.fixture(scope="module")
def neural(tmp_path_factory):
    """A server whose settings name a folder for each model, as a user would write it."""
    folder = tmp_path_factory.mktemp("models")
    whisper, kokoro = save_whisper(folder / "whisper"), save_kokoro(folder / "kokoro")
    settings = ("stt.engine=whisper", f"stt.model={whisper}", "tts.engine=kokoro", f"tts.model={kokoro}")
    with serving(tmp_path_factory.mktemp("data"), *settings) as served:
        yield served


async def test_whisper_hears_and_kokoro_speaks_over_the_socket(neural):
    await until_ready(neural, "whisper")
    async with client(neural) as one:
        connected = next(m for m in one.seen if isinstance(m, messages.Connect))
        await one.request(messages.ListenStart(sample_rate=16_000))
        await one.speak(CLIP)
        await one.request(messages.ListenStop())
        await one.wait(messages.Transcript, lambda transcript: transcript.final)
        asked = await one.request(messages.Ask(text="what is twelve times seven"))
        update = await one.wait(messages.AudioUpdate, lambda update: update.job == asked.job)
        end = await one.wait(messages.AudioEnd, lambda end: end.speech == update.speech)
    assert (connected.engines.stt.name, connected.engines.tts.name) == ("whisper", "kokoro")
    assert (update.sample_rate, update.voice) == (24_000, "af_heart")
    assert end.reason == "completed" and end.samples == len(one.sound[end.speech]) // 2 > 0


async def test_a_voice_of_kokoros_is_chosen_by_name_and_one_that_is_not_there_stood_in_for(neural):
    await until_ready(neural, "whisper")
    async with client(neural, voice="am_adam") as one:
        asked = await one.request(messages.Ask(text="what is one plus one"))
        update = await one.wait(messages.AudioUpdate, lambda update: update.job == asked.job)
        assert (await one.wait(messages.AudioEnd)).reason == "completed"
    async with client(neural, voice="nobody") as one:
        await one.request(messages.Ask(text="what is one plus two"))
        other = await one.wait(messages.AudioUpdate)
        assert (await one.wait(messages.AudioEnd)).reason == "completed"
    assert (update.voice, other.voice, other.instead_of) == ("am_adam", "af_heart", "nobody")
    async with httpx.AsyncClient(base_url=neural.url) as http:
        sounds = [
            (await http.get("/api/get_tts_audio", params={"text": "Yes.", "voice": voice, "format": "pcm"})).content
            for voice in ("am_adam", "af_heart*2+am_adam", "am_adam(1)+af_heart(2)")
        ]
        refused = (await http.get("/api/get_tts_audio?text=x&voice=am_adan")).json()["error"]
    assert (refused["code"], refused["known"]) == ("unknown_voice", ["am_adam"])
    assert sounds[0] != sounds[1] == sounds[2]
