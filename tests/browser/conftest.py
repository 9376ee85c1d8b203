"""A real server process and a real browser for the tests of the pages."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Launch, Server

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests share; `genie.test` is a name it answers to, over plain http."""
    serving = Server(tmp_path_factory.mktemp("server"), {"GENIE_SERVER__ALLOWED_HOSTS": '["genie.test"]'})
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may stop and start."""
    serving = Server(tmp_path)
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def silent_model() -> Iterator[socket.socket]:
    """A language model that takes a question and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def waiting_server(tmp_path: Path, silent_model: socket.socket) -> Iterator[Server]:
    """A server whose model is silent: what it cannot answer by itself runs on and on."""
    address = f"http://127.0.0.1:{silent_model.getsockname()[1]}/v1"
    serving = Server(tmp_path, {"GENIE_LLM__BASE_URL": address, "GENIE_LLM__MODEL": "silent"})
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start Chromium with these further arguments."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.fail("These tests need Chromium. Install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright, ExitStack() as closing:

        def start(*arguments: str, env: dict[str, str] | None = None) -> Browser:
            browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *arguments], env=env)
            closing.callback(browser.close)
            return browser

        yield start
