import asyncio
from collections.abc import Iterator

import pytest

from tests.serving import Served, serving, until_ready


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Served]:
    """One real server with the embedded engines, for every test that leaves it as it was."""
    with serving(tmp_path_factory.mktemp("data"), "stt.engine=embedded", "tts.engine=embedded") as served:
        asyncio.run(until_ready(served))
        yield served
