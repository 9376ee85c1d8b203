"""uvicorn as genie starts it."""

import socket
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


def server(port: int) -> Server:
    """Return a server whose app cannot start."""
    hub = Hub(Board(MemoryJournal(), todo_limit=1, done_limit=1), max_connections=1, max_per_address=1, resume_s=0)
    settings = load(environment={}, flags={"server.port": port}).server
    return Server(Starlette(lifespan=full_disk), hub, settings, lambda address: None)


def test_what_a_start_fails_with_is_raised() -> None:
    with pytest.raises(GenieError, match="storage_full: the disk is full"):
        server(0).run()


def test_a_port_that_is_taken_is_told_before_anything_is_begun() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(GenieError, match="cannot_listen"):
        server(taken.getsockname()[1]).run()
