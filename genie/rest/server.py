"""uvicorn, so that it tells clients before it closes, and ends in time."""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genie.errors import StageFailed
from genie.messages import Disconnect
from genie.rest.crowd import BACKLOG, crowd
from genie.rest.hub import Hub
from genie.rest.patience import patient
from genie.rest.protocol import GuardedProtocol
from genie.settings import ServerSettings

RESTART = 1012
RETRY_S = 1.0
GOODBYE_S = 0.5
"""Seconds that clients which do read get to be told."""

LAST_S = 1.0
"""Seconds before its end at which uvicorn is left nothing to wait for: what it waits for in vain it logs as errors."""


class Server(uvicorn.Server):
    """Serve an app; `started_at` is called with the address once connections are accepted."""

    def __init__(self, app: Any, hub: Hub, settings: ServerSettings, started_at: Callable[[str], None]) -> None:
        super().__init__(configuration(self._noticing(app), settings))
        self._hub = hub
        self._failure: Exception | None = None
        self._started_at = started_at

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, or raise why not: uvicorn would log it and exit with 3, which means something else here."""
        await self._try_to_listen()
        try:
            await super().startup(sockets)
        except SystemExit as end:
            if isinstance(end.__context__, OSError):
                raise _cannot_listen(self.config.host, self.config.port, end.__context__) from end
            raise self._failure or end from None
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._started_at(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def _try_to_listen(self) -> None:
        """Refuse before anything else is begun: uvicorn listens last, when engines load that must not be cut short."""
        try:
            tried = await asyncio.get_running_loop().create_server(asyncio.Protocol, self.config.host, self.config.port)
        except OSError as error:
            raise _cannot_listen(self.config.host, self.config.port, error) from error
        tried.close()
        await tried.wait_closed()

    def _noticing(self, app: ASGIApp) -> ASGIApp:
        """Return the app, which keeps here what its start fails with: uvicorn would log a traceback and forget it."""

        async def noticing(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_untold(message: Message) -> None:
                failed = message["type"] == "lifespan.startup.failed"
                await send({**message, "message": ""} if failed else message)

            try:
                await app(scope, receive, send_untold if scope["type"] == "lifespan" else send)
            except Exception as error:
                if scope["type"] == "lifespan":
                    self._failure = error
                raise

        return noticing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        goodbye = Disconnect(code=RESTART, reason="the server is closing", retry_after=RETRY_S)
        await self._hub.say_goodbye(goodbye, GOODBYE_S)
        await super().shutdown(sockets)


def _cannot_listen(host: str, port: int, error: OSError) -> StageFailed:
    why = os.strerror(error.errno) if error.errno else str(error)
    return StageFailed("cannot_listen", f"port {port} of {host}: {why}; end what uses it, or choose another (--port)")


def configuration(app: Any, settings: ServerSettings) -> uvicorn.Config:
    """Return how uvicorn serves: bounded, guarded, without compression (speech hardly shrinks) or logs of its own."""
    ending_s = max(1, int(settings.shutdown_s - GOODBYE_S))
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        http=patient(settings.header_timeout_s, settings.reading_timeout_s, ending_s - LAST_S, crowd(settings)),
        backlog=BACKLOG,
        ws=GuardedProtocol,
        ws_max_size=settings.frame_bytes,
        ws_ping_interval=settings.ping_interval_s,
        ws_ping_timeout=settings.ping_interval_s,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=ending_s,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
    )
