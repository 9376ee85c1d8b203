"""What a visitor of the pages needs: a real server process, a page that is watched, a file as microphone."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from genie import messages

ROOT = Path(__file__).parents[2]
CLIPS = ROOT / "tests/clips"
START_S = 60.0
LEAD_S = 0.6
"""Seconds of silence before a clip: the microphone needs a moment to open."""

PROLONGED_S = 50
HUM = (3_000 * np.sin(0.03 * np.arange(22_050))).astype(np.int16)
"""A second of sound at the rate of eSpeak."""

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")

WATCH = """
  window.seen = { violations: [], streams: [] };
  addEventListener("securitypolicyviolation", (event) => seen.violations.push(event.violatedDirective));
  const devices = navigator.mediaDevices;
  if (devices) {
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      seen.streams.push(stream);
      return stream;
    };
  }
"""

PATIENCE_S = 30.0
"""How long a page may take on a machine that is busy with something else."""

expect.set_options(timeout=1_000 * PATIENCE_S)

Launch = Callable[..., Browser]
"""Start a browser with these further arguments."""

QUIET = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Chromium:
    """The browsers of a module's tests: the usual one stays, as a start takes a second; others end with their test."""

    def __init__(self, start: Callable[[list[str], dict[str, str] | None], Browser]) -> None:
        self._start = start
        self._usual: Browser | None = None
        self._others: list[Browser] = []

    def launch(self, *arguments: str, env: dict[str, str] | None = None) -> Browser:
        if arguments == MICROPHONE and env is None:
            self._usual = self._usual or self._start([*QUIET, *arguments], None)
            return self._usual
        self._others.append(self._start([*QUIET, *arguments], env))
        return self._others[-1]

    def clear(self) -> None:
        """Let everything go that a test has opened."""
        while self._others:
            self._others.pop().close()
        for context in self._usual.contexts if self._usual else ():
            context.close()


@dataclass
class Server:
    """`genie serve` as a process of its own, with the small engines; its module is `DEAF` where nobody speaks to it."""

    data: Path
    port: int
    settings: dict[str, str]
    module: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until both engines serve."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GENIE_")}
        engines = {"GENIE_STT__ENGINE": "embedded", "GENIE_TTS__ENGINE": "embedded"}
        command = [sys.executable, "-m", self.module, "serve", "--port", str(self.port), "--data", str(self.data)]
        with (self.data / "server.log").open("ab") as log:
            environment = own | engines | self.settings
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        with httpx.Client(base_url=self.url, verify=False, timeout=2) as http:  # to read certificates takes 30 ms
            while not _serves(http):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    pytest.fail(f"the server did not start:\n{(self.data / 'server.log').read_text()[-4000:]}")
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)
            self.process = None


def _serves(http: httpx.Client) -> bool:
    try:
        engines = http.get("/health").json()["engines"]
    except httpx.TransportError:
        return False
    return all(engines[role]["state"] == "ready" for role in ("stt", "tts"))


@contextmanager
def running(data: Path, settings: dict[str, str] | None = None, module: str = "genie.cli") -> Iterator[Server]:
    """Start a server, and end it; its port is kept for it, also over a restart.

    A socket that is bound keeps a port from whoever asks for any, and lets one listen there that allows reuse, as
    genie does.
    """
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))
        server = Server(data, place.getsockname()[1], settings or {}, module)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@dataclass
class Visit:
    """A page, and everything that must not happen on it."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> "Visit":
        self.page.on("console", lambda message: self.complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.address(request.url))
        self.page.on("websocket", lambda opened: self.address(opened.url))
        return self

    def complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def address(self, url: str) -> None:
        if not url.replace("ws:", "http:", 1).startswith(self.site):
            self.complaints.append(f"asked for {url}")


@contextmanager
def visit(context: BrowserContext, site: str, path: str = "/", *, status: int | None = None) -> Iterator[Page]:
    """Open a page, wait until it is connected, and fail on anything it complained about by the end.

    A browser complains about each request that is refused; with `status` it has to, and about nothing else.
    """
    seen = Visit(context.new_page(), site).watch()
    seen.page.add_init_script(WATCH)
    seen.page.goto(site + path)
    expect(seen.page.locator("html")).to_have_attribute("data-connection", "ready")
    yield seen.page
    expected = [complaint for complaint in seen.complaints if status and f"status of {status}" in complaint]
    assert seen.complaints == expected, seen.complaints
    assert bool(expected) == (status is not None)
    assert seen.page.evaluate("seen.violations") == []


GLIMPSE = """([selector, attribute]) => {
  const values = [];
  const look = () => {
    const found = document.querySelector(selector);
    const value = attribute ? found?.getAttribute(attribute) : found?.textContent;
    if (value && value !== values.at(-1)) values.push(value);
  };
  look();
  const changes = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document, changes);
  (window.glimpses ??= {})[selector] = values;
}"""


class Glimpses:
    """All that an element says from now on, however shortly: who looks now and then, on a busy machine, misses some."""

    def __init__(self, page: Page, selector: str, attribute: str = "") -> None:
        self._page = page
        self._selector = selector
        page.evaluate(GLIMPSE, [selector, attribute])

    def seen(self) -> list[str]:
        return list(self._page.evaluate("(selector) => glimpses[selector]", self._selector))

    def expect(self, *values: str) -> None:
        """Wait until it has said what holds these parts, one after the other."""

        def said() -> bool:
            seen = iter(self.seen())
            return all(any(value in one for one in seen) for value in values)

        wait_until(self._page, said)


def prolong_speech(context: BrowserContext) -> list[int]:
    """Let whatever genie says sound on for long after its end, so that a stop is one, however late it comes.

    The list that is returned keeps the speeches of which the page says that they are heard.
    """
    heard: list[int] = []

    def carry(route: WebSocketRoute) -> None:
        there = route.connect_to_server()

        def bring(frame: str | bytes) -> None:
            if isinstance(frame, str) and (message := json.loads(frame)).get("reason") == "completed":
                end, speech = message["samples"], message["speech"]
                for first in range(end, end + len(HUM) * PROLONGED_S, len(HUM)):
                    route.send(messages.encode_audio(speech, first, HUM.tobytes()))
                frame = json.dumps({**message, "samples": end + len(HUM) * PROLONGED_S})
            route.send(frame)

        def take(frame: str | bytes) -> None:
            if isinstance(frame, str) and (message := json.loads(frame))["type"] == "speech_played":
                heard.append(message["speech"])
            there.send(frame)

        there.on_message(bring)
        route.on_message(take)

    context.route_web_socket("**/ws", carry)
    return heard


def spoken(clip: str, folder: Path, after_s: float = 20.0) -> str:
    """Make a microphone file of a clip, and return Chromium's argument for it."""
    samples, rate = soundfile.read(CLIPS / clip, dtype="int16")
    silence = [np.zeros(int(rate * seconds), np.int16) for seconds in (LEAD_S, after_s)]
    path = folder / "microphone.wav"
    soundfile.write(path, np.concatenate([silence[0], samples, silence[1]]), rate, subtype="PCM_16")
    return f"--use-file-for-fake-audio-capture={path}%noloop"


def words(text: str) -> str:
    """Return a text's words, without case and marks."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def loudest(page: Page) -> float:
    """Return the peak at the page's output since the last speech began, 0 to 1."""
    return float(page.locator("#output").get_attribute("data-output-peak") or 0)


def wait_for_sound(page: Page) -> None:
    wait_until(page, lambda: loudest(page) > 0.02)


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Ask again and again (the policy of the pages forbids Playwright's own way, which is `eval`)."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        page.wait_for_timeout(20)


def open_microphones(page: Page) -> int:
    live = "seen.streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"
    return int(page.evaluate(live))


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()
