"""The page shows how far the weights of a better ear are, while the small one listens."""

from pathlib import Path

from playwright.sync_api import expect

from tests.audio.engines.hub import serving_hub
from tests.audio.engines.plain import save_plain_whisper
from tests.browser.visitor import MICROPHONE, Launch, running, visit


def test_the_page_says_how_far_the_weights_are(tmp_path: Path, launch: Launch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with serving_hub("small/whisper", save_plain_whisper(tmp_path / "held")) as hub:
        hub.stalls["model.safetensors"] = 50_000
        hub.open.clear()
        reach = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": ""}
        auto = {"GENIE_STT__ENGINE": "auto", "GENIE_STT__MODEL": "small/whisper", **reach}
        with running(data, auto) as server, visit(launch(*MICROPHONE).new_context(), server.url) as page:
            expect(page.locator("#ear-note")).to_contain_text("Fetching small/whisper: 2", timeout=40_000)
            page.get_by_text("Engines").click()
            bar = page.get_by_role("progressbar", name="Ear: weights fetched")
            assert 0.2 < float(bar.get_attribute("value") or 0) < 0.3
