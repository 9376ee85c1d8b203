"""A genie server that says once a second how many tasks it has and how late its event loop was; for soaks."""

import argparse
import asyncio
from functools import partial

from genie import app, logs
from genie.commands.settings import settings_of
from genie.rest.house import House
from genie.rest.server import Server

STEP_S = 0.01
STEPS = 100


async def watch(house: House) -> None:
    """Print `watched TASKS LAG_MS` after so many steps: the longest lag of any."""
    loop = asyncio.get_running_loop()
    while True:
        longest = 0.0
        for _ in range(STEPS):
            due = loop.time() + STEP_S
            await asyncio.sleep(STEP_S)
            longest = max(longest, loop.time() - due)
        print(f"watched {len(asyncio.all_tasks())} {longest * 1_000:.1f}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("command", choices=("serve",))
    options.add_argument("--port", type=int)
    options.add_argument("--data")
    options.add_argument("--set", action="append", default=[])
    options.set_defaults(conf=None)
    settings = settings_of(options.parse_args())
    logs.set_up(settings.server.log_level, settings.server.log_format)
    house = app.furnish(settings)
    Server(app.assemble(house, watch), house.hub, settings.server, partial(print, flush=True)).run()


if __name__ == "__main__":
    main()
