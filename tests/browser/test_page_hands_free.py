"""Hands-free: somebody who pauses and speaks on asks one question."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from tests.browser.visitor import CLIPS, MICROPHONE, Launch, Server, open_microphones, running, visit

PAUSE_S = 0.8
"""With the quiet ends of both clips that is two seconds: it ends an utterance, and is short enough to go on with it."""


@pytest.fixture
def hearing_server(tmp_path: Path, silence: dict[str, str]) -> Iterator[Server]:
    """A server that hears, and whose model never answers."""
    with running(tmp_path, silence) as server:
        yield server


@pytest.fixture
def pausing(tmp_path: Path) -> str:
    """Return Chromium's argument for a microphone into which a sentence is said, and another after a pause."""
    first, rate = soundfile.read(CLIPS / "quick_brown_fox.wav", dtype="int16")
    second, _ = soundfile.read(CLIPS / "time.wav", dtype="int16")
    silence = [np.zeros(round(rate * seconds), np.int16) for seconds in (1, PAUSE_S, 20)]
    path = tmp_path / "pausing.wav"
    soundfile.write(path, np.concatenate([silence[0], first, silence[1], second, silence[2]]), rate, subtype="PCM_16")
    return f"--use-file-for-fake-audio-capture={path}%noloop"


def test_what_is_said_after_a_pause_is_more_of_the_same_question(
    hearing_server: Server, launch: Launch, pausing: str
) -> None:
    with visit(launch(*MICROPHONE, pausing).new_context(), hearing_server.url) as page:
        switch = page.get_by_role("switch", name="Hands-free")
        switch.press("Space")
        expect(switch).to_have_attribute("aria-checked", "true")
        taken_back = page.locator('[data-queue="dead"] .card')
        expect(taken_back).to_have_count(1, timeout=40_000)
        expect(taken_back.locator(".card-error")).to_have_text("You spoke on: it is asked again as a whole.")
        first = taken_back.locator(".card-question").inner_text()
        asked = page.locator('[data-queue="run"] .card-question')
        expect(asked).to_have_text(f"{first} what time is it", timeout=40_000)
        expect(page.locator(".turn")).to_have_count(1)
        expect(page.locator(".turn .committed")).to_have_text(f"{first} what time is it")
        expect(page.locator(".turn")).to_have_attribute("data-status", "running")
        expect(page.locator(".turn .note")).to_be_hidden()
        switch.press("Space")
        expect(switch).to_have_attribute("aria-checked", "false")
        assert open_microphones(page) == 0
