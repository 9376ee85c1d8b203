"""One client's requests and everybody else's turns, without a server: a socket whose frames have all come already."""

import asyncio
from typing import Any, cast

from starlette.websockets import WebSocket

from genie import config, messages
from genie.meters import Meters
from genie.rest.hearing import Hearing
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from genie.rest.socket import Socket

REQUESTS = 200


class Turns:
    """A desk that waits for nothing, and counts how often somebody else had a turn before each request."""

    def __init__(self) -> None:
        self.others = 0
        self.before: list[int] = []

    async def take(self) -> None:
        while True:
            self.others += 1
            await asyncio.sleep(0)

    def hello(self, hello: messages.Hello, outbox: Outbox) -> Session:
        return Session(user="local", timezone="UTC", locale="en", history_limit=2)

    def hearing(self, session: Session) -> Hearing:
        return cast(Hearing, Unheard())

    async def act(self, session: Session, request: messages.Request) -> messages.Message | None:
        self.before.append(self.others)
        return messages.Pong()

    def bye(self, session: Session, outbox: Outbox) -> None:
        return None


class Unheard:
    def arrive(self, socket: object) -> None:
        return None

    def leave(self, socket: object) -> None:
        return None


async def carry_out(desk: Turns, *, reads: bool = True, **settings: Any) -> None:
    """Let a socket carry out what has come all at once, until the client goes or is let go."""
    texts = [messages.encode(messages.Hello(protocol=1)), *[messages.encode(messages.Ping())] * REQUESTS]
    frames = iter([{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": text} for text in texts)])

    async def receive() -> dict[str, Any]:
        if (frame := next(frames, None)) is not None:
            return frame
        while reads and len(desk.before) < REQUESTS:
            await asyncio.sleep(0)
        if not reads:
            await asyncio.Event().wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Any) -> None:
        if not reads and message["type"] == "websocket.send":
            await asyncio.Event().wait()

    limits = config.load(environment={}).server.model_copy(update=settings)
    scope = {"type": "websocket", "path": "/ws", "headers": [], "subprotocols": []}
    others = asyncio.create_task(desk.take())
    try:
        async with asyncio.timeout(20):
            await Socket(WebSocket(scope, receive, send), desk, limits, Meters()).serve()
    finally:
        others.cancel()


async def test_between_two_requests_of_one_client_others_have_their_turn():
    desk = Turns()
    await carry_out(desk)
    assert len(desk.before) == REQUESTS == len(set(desk.before))


async def test_a_client_that_reads_nothing_has_nothing_more_carried_out():
    desk = Turns()
    await carry_out(desk, reads=False, outbox_events=8, outbox_age_s=0.5)
    assert len(desk.before) < 20
