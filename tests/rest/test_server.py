"""uvicorn as genie starts it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette

from genie.config import load
from genie.errors import GenieError, Unavailable
from genie.memory.journal import MemoryJournal
from genie.queues.board import Board
from genie.rest.hub import Hub
from genie.rest.server import Server


@asynccontextmanager
async def full_disk(app: Starlette) -> AsyncIterator[None]:
    raise Unavailable("storage_full", "the disk is full")
    yield


def test_what_a_start_fails_with_is_raised() -> None:
    hub = Hub(Board(MemoryJournal(), todo_limit=1, done_limit=1), max_connections=1, max_per_address=1, resume_s=0)
    settings = load(environment={}, flags={"server.port": 0}).server
    with pytest.raises(GenieError, match="storage_full: the disk is full"):
        Server(Starlette(lifespan=full_disk), hub, settings, lambda address: None).run()
