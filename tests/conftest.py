import asyncio
import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as genie itself runs, see `genie.cli`; before numpy is imported

from tests.serving import Served, forget_jobs, serving, until_ready

CALM = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
"""A machine that is busy with something else is no fault of what is tested."""

hypothesis.settings.register_profile("same", derandomize=True, **CALM)
hypothesis.settings.register_profile("search", **CALM)
hypothesis.settings.load_profile("same")  # each run tries the same examples; `--hypothesis-profile search` tries others

LONGEST = (
    "tests/memory/test_kills.py",
    "tests/rest/test_cuts.py",
    "tests/rest/test_weights.py",
    "tests/rest/test_neural.py",
    "tests/test_machine.py",
    "tests/rest/test_transcriptions.py",
    "tests/audio/engines/test_offline.py",
    "tests/test_cli_sound.py",
    "tests/audio/engines/test_pocketsphinx.py",
    "tests/test_scripts.py",
    "tests/test_packaging.py",
    "tests/browser",
)
"""What takes longest is begun first, so that nobody waits at the end for one worker."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), 99))


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory) -> Iterator[Served]:
    """One real server with the embedded engines."""
    with serving(tmp_path_factory.mktemp("data"), "stt.engine=embedded", "tts.engine=embedded") as served:
        asyncio.run(until_ready(served))
        yield served


@pytest.fixture
def server(shared_server: Served) -> Iterator[Served]:
    """The shared server, on which no other test has left a job, or an answer that the next client would hear."""
    yield shared_server
    forget_jobs(shared_server.url)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Undo what a shell does to a command in the background: it ignores interrupts, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
