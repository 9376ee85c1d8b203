import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as genie itself runs, see `genie.cli`; before numpy is imported

from tests.serving import Served, serving, until_ready


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Served]:
    """One real server with the embedded engines, for every test that leaves it as it was."""
    with serving(tmp_path_factory.mktemp("data"), "stt.engine=embedded", "tts.engine=embedded") as served:
        asyncio.run(until_ready(served))
        yield served


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Undo what a shell does to a command in the background: it ignores interrupts, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
