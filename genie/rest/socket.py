"""One socket: a reader that only parses and queues, an actor that carries out, a writer that sends.

The actor runs while there is something to carry out. The writer sends what had to wait; what need not goes from the
outbox straight to the wire, where the server offers one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Hashable
from contextlib import suppress
from typing import Protocol

from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected, WebSocketState

from genie import messages
from genie.errors import BadInput, Busy, GenieError, Unauthorized
from genie.meters import Meters
from genie.rest.frame import WIRE
from genie.rest.hearing import Hearing
from genie.rest.inbox import Inbox
from genie.rest.outbox import Outbox
from genie.rest.rates import Pace
from genie.rest.session import Session
from genie.settings import ServerSettings

log = logging.getLogger(__name__)

MAX_STRIKES = 10
"""Unreadable messages in a row after which the socket closes with 1008: the client does not speak our protocol."""

GOODBYE_S = 0.5
"""Seconds a client gets to be told why its socket closes: one that does not read is closed nevertheless."""


class Desk(Protocol):
    """Where requests are carried out."""

    def hello(self, hello: messages.Hello, outbox: Outbox) -> Session: ...

    def hearing(self, session: Session) -> Hearing: ...

    async def act(self, session: Session, request: messages.Request) -> messages.Message | None: ...

    def bye(self, session: Session, outbox: Outbox) -> None: ...


class Closed(Exception):
    """The socket must close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket:
    """Serve one client until it goes, falls too far behind, or breaks the protocol."""

    def __init__(self, websocket: WebSocket, desk: Desk, settings: ServerSettings, meters: Meters) -> None:
        self._websocket = websocket
        self._desk = desk
        self._settings = settings
        self._meters = meters
        self._outbox = Outbox(settings, wire=websocket.scope.get("extensions", {}).get(WIRE))
        self._inbox = Inbox()
        self._acting = False
        self._greeting: asyncio.Task[None] | None = None
        self._pace = Pace(settings.messages_per_s, settings.sound_bytes_per_s)
        self._session: Session | None = None
        self._hearing: Hearing | None = None
        self._strikes = 0

    async def serve(self) -> int:
        """Run reader, actor and writer; the first that ends takes the others along. Return the code it closed with."""
        await self._websocket.accept()
        closed = Closed(1000, "")
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write(), name="writer")
                self._greeting = tasks.create_task(self._expect_hello(), name="hello")
                await self._read(tasks)
        except* Exception as group:
            closed = _why(group)
        finally:
            self._leave()
        await self._close(closed)
        return closed.code

    async def _read(self, tasks: asyncio.TaskGroup) -> None:
        """Parse and queue, nothing else: a reader that waits for anything is taken for dead by the keepalive."""
        while True:
            self._take(await self._websocket.receive())
            if self._inbox and not self._acting:
                self._acting = True
                tasks.create_task(self._act(), name="actor")

    def _take(self, event: Message) -> None:
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        data = event.get("bytes")
        try:
            item = data if data is not None else messages.decode_client(event["text"], self._settings.text_bytes)
        except GenieError as error:
            self._refuse(error, getattr(error, "ref", None))
            self._strike()
        else:
            self._strikes = 0
            self._queue(item)

    def _queue(self, item: messages.Request | bytes) -> None:
        """Queue what is to be carried out; sound before which nothing waits is heard at once: that takes no time."""
        try:
            if not isinstance(item, bytes):
                self._pace.message()
                self._inbox.put(item)
                return
            self._pace.sound(len(item))
            if self._acting:
                self._inbox.put(item)
            else:
                self._ear().push(item)
        except GenieError as error:
            self._refuse_item(error, item)

    def _strike(self) -> None:
        self._strikes += 1
        if self._strikes >= MAX_STRIKES:
            raise Closed(1008, "too many unreadable messages")

    def _refuse_item(self, error: GenieError, item: messages.Request | bytes) -> None:
        if isinstance(item, bytes):
            self._refuse(error, None, key=("sound", error.code))
        else:
            self._refuse(error, item.ref)

    def _refuse(self, error: GenieError, ref: str | None, key: Hashable = None) -> None:
        """Tell an error; one that still waits with the same `key` is told once: frames of sound come by the hundred."""
        self._meters.refused("socket", error.code)
        wait = error.retry_s if isinstance(error, Busy) else None
        told = messages.ErrorMessage(
            code=error.code, message=error.message, field=error.field, retry_after=wait, ref=ref
        )
        self._outbox.put(messages.encode(told), key)

    def _send(self, message: messages.Message) -> None:
        self._outbox.put(messages.encode(message))

    async def _expect_hello(self) -> None:
        await asyncio.sleep(self._settings.hello_timeout_s)
        raise Closed(1008, "no hello came in time")

    async def _write(self) -> None:
        """Send what waits; a client that takes nothing for `outbox_age_s` seconds is let go."""
        while (frame := await self._outbox.take()) is not None:
            try:
                async with asyncio.timeout(self._settings.outbox_age_s):
                    await self._send_frame(frame)
            except TimeoutError as error:
                raise Closed(1013, "the client reads too slowly") from error
        if self._outbox.overflowed:
            raise Closed(1013, "the client reads too slowly")
        raise Closed(*self._outbox.goodbye)

    async def _send_frame(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            await self._websocket.send_text(frame)
        else:
            await self._websocket.send_bytes(frame)

    async def _act(self) -> None:
        """Carry out what the client asked, in order, until nothing waits; between two requests others have their turn.

        Most requests wait for nothing: a thousand that come at once would hold up everybody. One that does not read
        what it asked for has nothing more carried out.
        """
        while self._inbox and not self._outbox.overflowed:
            item = self._inbox.take()
            try:
                if isinstance(item, bytes):
                    self._ear().push(item)
                elif (reply := await self._carry_out(item)) is not None:
                    self._send(reply)
            except GenieError as error:
                self._refuse_item(error, item)
                if isinstance(error, Unauthorized):
                    self._outbox.close(1008, error.code)
                    return
            await asyncio.sleep(0)
        self._acting = False

    async def _carry_out(self, request: messages.Request) -> messages.Message | None:
        match request:
            case messages.Hello():
                self._hello(request)
                return None
            case messages.ListenStart():
                return self._ear().start(request)
            case messages.ListenStop():
                self._ear().stop(request.ref)
                return None
            case messages.ListenCancel():
                await self._ear().cancel()
                return messages.Accepted(ref=request.ref)
            case _ if self._session is None:
                raise BadInput("hello_first", "say hello before anything else")
            case _:
                return await self._desk.act(self._session, request)

    def _hello(self, hello: messages.Hello) -> None:
        if self._session is not None:
            raise BadInput("hello_again", "this socket has said hello already")
        self._session = self._desk.hello(hello, self._outbox)
        self._hearing = self._desk.hearing(self._session)
        self._hearing.arrive(self._outbox)
        if self._greeting is not None:
            self._greeting.cancel()

    def _ear(self) -> Hearing:
        if self._hearing is None:
            raise BadInput("hello_first", "say hello before anything else")
        return self._hearing

    def _leave(self) -> None:
        if self._hearing is not None:
            self._hearing.leave(self._outbox)
        if self._session is not None:
            self._desk.bye(self._session, self._outbox)

    async def _close(self, closed: Closed) -> None:
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            return
        goodbye = messages.encode(messages.Disconnect(code=closed.code, reason=closed.reason))
        with suppress(RuntimeError, WebSocketDisconnect):
            await _within(GOODBYE_S, self._websocket.send_text(goodbye))
            await _within(GOODBYE_S, self._websocket.close(closed.code, closed.reason))


async def _within(seconds: float, sending: Awaitable[None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await sending


def _why(group: ExceptionGroup[Exception]) -> Closed:
    """Return why a socket ends: we closed it, the client went, or a bug ended it."""
    for error in group.exceptions:
        if isinstance(error, Closed):
            return error
    if all(isinstance(error, WebSocketDisconnect | WebSocketDisconnected | OSError) for error in group.exceptions):
        return Closed(1000, "the client has gone")
    log.error("socket_crashed", exc_info=group)
    return Closed(1011, "genie made a mistake; the log says more")
