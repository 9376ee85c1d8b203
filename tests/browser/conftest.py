"""A real server process and a real browser for the tests of the pages."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.visitor import Chromium, Launch, Server, running
from tests.serving import DEAF, forget_jobs

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests share; `genie.test` is a name it answers to, over plain http."""
    with running(tmp_path_factory.mktemp("server"), {"GENIE_SERVER__ALLOWED_HOSTS": '["genie.test"]'}) as server:
        yield server


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """The shared server, on which no other test has left a card, or an answer that the next page would hear."""
    yield shared_server
    forget_jobs(shared_server.url)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may stop and start; it hears nothing."""
    with running(tmp_path, module=DEAF) as server:
        yield server


@pytest.fixture
def own_hearing_server(tmp_path: Path) -> Iterator[Server]:
    """A server that is the test's own, and hears."""
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def silent_model() -> Iterator[socket.socket]:
    """A language model that takes a question and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def silence(silent_model: socket.socket) -> dict[str, str]:
    """Settings that lead to the silent model: what a server cannot answer by itself runs on and on."""
    address = f"http://127.0.0.1:{silent_model.getsockname()[1]}/v1"
    return {"GENIE_LLM__BASE_URL": address, "GENIE_LLM__MODEL": "silent"}


@pytest.fixture
def waiting_server(tmp_path: Path, silence: dict[str, str]) -> Iterator[Server]:
    """A server whose model is silent; it hears nothing."""
    with running(tmp_path, silence, module=DEAF) as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """Chromium, for the tests of a module: another module may run an event loop, beside which Playwright cannot be."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.fail("These tests need Chromium. Install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        yield Chromium(
            lambda arguments, env: playwright.chromium.launch(executable_path=found, args=arguments, env=env)
        )


@pytest.fixture
def launch(chromium: Chromium) -> Iterator[Launch]:
    """Start Chromium with these further arguments; with no others than `MICROPHONE` it is the one that is there."""
    yield chromium.launch
    chromium.clear()
