"""A recording is chosen, or dropped on the page; how far it is shows, and its subtitles are offered."""

import base64
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.visitor import CLIPS, MICROPHONE, Glimpses, Launch, Server, visit

DROP = """([name, sound]) => {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two sentences, each of them a window of its own."""
    first, rate = soundfile.read(CLIPS / "time.wav", dtype="int16")
    second, _ = soundfile.read(CLIPS / "square_root.wav", dtype="int16")
    path = tmp_path / "two sentences.flac"
    soundfile.write(path, np.concatenate([first, np.zeros(8 * rate, np.int16), second]), rate)
    return path


def test_a_chosen_recording_shows_its_progress_and_offers_its_subtitles(
    server: Server, launch: Launch, recording: Path
) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        running = Glimpses(page, '[data-queue="run"] progress:not([hidden])', "aria-label")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Transcribe a file").press("Enter")
        chooser.value.set_files(recording)
        running.expect(f"Transcribing {recording.name}")
        done = page.locator('[data-queue="done"] .card', has_text=recording.name)
        expect(done.locator(".card-answer")).to_contain_text("what time is it", timeout=60_000)
        expect(page.locator("#sending")).to_be_hidden()
        expect(done.get_by_role("button", name="Replay")).to_have_count(0)
        with page.expect_download() as download:
            done.get_by_role("link", name="Download srt").press("Enter")
        assert download.value.suggested_filename == "two sentences.srt"
        assert Path(download.value.path()).read_text().startswith("1\n00:00:0")
        _fits(page)


def test_a_file_that_is_no_recording_is_refused_where_it_was_dropped(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url, status=415) as page:
        page.evaluate(DROP, ["notes.txt", base64.b64encode(b"no sound at all, " * 20).decode()])
        expect(page.locator(".notice")).to_contain_text("The file notes.txt was not taken")
        expect(page.locator("#sending")).to_be_hidden()


def _fits(page: Page) -> None:
    """Check that nothing stands beyond the edge of a phone."""
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
