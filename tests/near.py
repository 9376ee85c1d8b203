"""A server in the present event loop with engines of the test's own, and clients of its socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.asyncio.client import connect

from genie import config, messages
from genie.app import assemble, furnish
from genie.audio.engine import Mark, Passage, Take, Transcriber
from genie.audio.engines.choose import Engines
from genie.audio.engines.slot import Slot, Small
from genie.rest.house import House
from genie.rest.server import Server
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber
from tests.serving import Client


class MarkingSynthesizer(FakeSynthesizer):
    """Speak a tenth of a second for each character, and say when each of them is spoken."""

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        for number, take in enumerate(super().synthesize(passage)):
            yield Take(take.samples, (Mark(number, number + 1, 0),))


@dataclass(frozen=True, slots=True)
class Near:
    """A server that is here."""

    url: str
    house: House

    @asynccontextmanager
    async def client(self, **hello: str) -> AsyncIterator[Client]:
        async with connect(
            f"ws{self.url.removeprefix('http')}/ws", max_size=None, max_queue=None, proxy=None
        ) as socket:
            one = Client(socket)
            await one.send(messages.Hello.model_validate({"protocol": messages.PROTOCOL, **hello}))
            await one.wait(messages.Connect)
            yield one


@asynccontextmanager
async def near(
    folder: Path, *settings: str, ear: Callable[[], Transcriber] = FakeTranscriber, **flags: object
) -> AsyncIterator[Near]:
    """Serve in the present event loop; `settings` are given as on the command line."""
    given = dict(setting.split("=", 1) for setting in settings)
    own = {"server.port": 0, "server.data": str(folder), **given, **flags}
    loaded = config.load(environment={}, flags=own)
    slots = (Slot(Small("fake", make), None, 5.0) for make in (ear, MarkingSynthesizer, FakeDetector))
    house = furnish(loaded, engines=Engines(*slots))
    address = asyncio.get_running_loop().create_future()
    server = Server(assemble(house), house.hub, loaded.server, address.set_result)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait([serving, address], return_when=asyncio.FIRST_COMPLETED)
    for slot in (house.engines.stt, house.engines.tts, house.engines.vad):
        await slot.settled.wait()
    try:
        yield Near(address.result(), house)
    finally:
        server.should_exit = True
        await serving
