"""Who speaks, and how fast: told when another voice stands in, chosen, tried and kept on the pages."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Route, expect

from genie.memory.sqlite import SqliteJournal
from genie.preferences import Preferences
from tests.browser.visitor import HUM, MICROPHONE, PROLONGED_S, Launch, Server, ask, running, visit
from tests.serving import DEAF

PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def server_that_had_another_engine(tmp_path: Path) -> Iterator[Server]:
    async def choose() -> None:
        journal = SqliteJournal(tmp_path, kept=10)
        async with journal.opened():
            await journal.keep_preferences("local", Preferences("af_heart", speed=1.5))

    with ThreadPoolExecutor(1) as elsewhere:  # a loop may run here: Playwright's
        elsewhere.submit(lambda: asyncio.run(choose())).result()
    with running(tmp_path, module=DEAF) as server:
        yield server


def prolong(route: Route) -> None:
    """Let a preview sound on for long, so that a stop is one, however late it comes."""
    said = route.fetch()
    assert said.ok and said.headers["content-type"] == "audio/mpeg"
    sound = io.BytesIO()
    soundfile.write(sound, np.tile(HUM, PROLONGED_S), 22_050, "PCM_16", format="WAV")
    route.fulfill(status=200, content_type="audio/wav", body=sound.getvalue())


def test_a_voice_is_told_to_be_missing_once_and_another_one_chosen_tried_and_kept(
    server_that_had_another_engine: Server, launch: Launch
) -> None:
    server = server_that_had_another_engine
    context = launch(*MICROPHONE).new_context(**PHONE)
    context.route("**/preview?*", prolong)
    with visit(context, server.url) as page:
        ask(page, "what is two plus two")
        notice = page.locator(".notice", has_text="The voice af_heart is not here at present; en-us speaks instead.")
        notice.get_by_role("button", name="Voice…").click()
        dialog = page.get_by_role("dialog", name="Voice")
        voice, speed = dialog.get_by_role("combobox", name="Voice"), dialog.get_by_role("slider", name="Speed 1.50×")
        expect(dialog).to_contain_text("eSpeak NG, which speaks at present, does not have af_heart.")
        expect(voice).to_have_value("af_heart")
        expect(voice).to_be_focused()
        speed.focus()
        page.keyboard.press("ArrowLeft")
        expect(dialog.get_by_role("status")).to_have_text("Saved. It counts from the next answer on.")
        expect(voice).to_have_value("af_heart")  # it is still wanted
        voice.select_option(label="German, male")
        expect(dialog.get_by_role("slider", name="Speed 1.45×")).to_be_visible()
        dialog.get_by_role("button", name="Hear it").click()
        dialog.get_by_role("button", name="Stop").click()
        expect(dialog.get_by_role("button", name="Hear it")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        assert dialog.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.get_by_text("Engines").click()
        panel = page.locator(".engines").bounding_box()
        assert panel is not None and panel["x"] >= 0 and panel["x"] + panel["width"] <= 375
        ask(page, "what is three plus three")
        expect(page.locator(".answer").last).to_contain_text("6")
        expect(page.locator(".notice")).to_have_count(0)
    chosen = httpx.get(f"{server.url}/api/preferences").json()
    assert (chosen["voice"], chosen["speed"]) == ("de", 1.45)
    with visit(context, server.url, "/talk") as page:
        page.get_by_text("Engines").click()
        page.get_by_role("button", name="Voice…").click()
        dialog = page.get_by_role("dialog", name="Voice")
        expect(dialog.get_by_role("combobox", name="Voice")).to_have_value("de")
        expect(dialog.get_by_role("slider", name="Speed 1.45×")).to_be_visible()
