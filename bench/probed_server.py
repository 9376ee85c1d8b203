"""A genie server that also measures how late its event loop is; `roundtrip.py` starts it.

The lags (when each was due, and how late it was, in seconds) go to the file named by `GENIE_BENCH_LAGS` at the end.
"""

import asyncio
import json
import os
import socket
from functools import partial
from pathlib import Path

from genie import app, config, logs
from genie.rest.server import Server

STEP_S = 0.005


class ProbedServer(Server):
    """Measure from start to shutdown."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._lags: list[tuple[float, float]] = []
        self._measuring = asyncio.create_task(self._measure())
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._measuring.cancel()
        await super().shutdown(sockets)
        await asyncio.to_thread(Path(os.environ["GENIE_BENCH_LAGS"]).write_text, json.dumps(self._lags))

    async def _measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + STEP_S
            await asyncio.sleep(STEP_S)
            self._lags.append((due, loop.time() - due))


def main() -> None:
    settings = config.load()
    logs.set_up(settings.server.log_level, settings.server.log_format)
    house = app.furnish(settings)
    ProbedServer(app.assemble(house), house.hub, settings.server, partial(print, flush=True)).run()


if __name__ == "__main__":
    main()
