"""uvicorn's HTTP protocol with the deadlines it leaves to us: a client that sends nothing, or a byte a second, goes.

Seen in uvicorn 0.54: nothing limits how long a head may take (the keep-alive timer is dropped with each byte),
nor how long its body may pause, nor how long it may leave an answer unread; at the end of the server half a request is
waited for like a whole one.
"""

import asyncio
from typing import Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from genie.rest.crowd import Crowd

Awaited = Literal["head", "body"]


class PatientProtocol(H11Protocol):
    """Abort a connection whose head is not whole in time, whose body pauses for as long, or which reads nothing of its
    answer for longer; use `patient`.
    """

    deadline_s: float
    ending_s: float
    reading_s: float
    crowd: Crowd
    _address: str | None = None
    _awaited: Awaited | None = None
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await("head")
        self._address = self.client[0] if self.client else ""
        if not self.crowd.enter(self._address, len(self.connections)):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is not self:  # it has become a WebSocket, which has guards of its own
            self._await(None)
            self._leave_crowd()
        elif self.conn.their_state is h11.SEND_BODY:
            self._await("body")
        elif self.conn.their_state is not h11.IDLE:
            self._await(None)
        elif self._awaited != "head":
            self._await("head")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():  # what is left is waited for, too
            self._end_expecting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() and self in self.connections:
            self._expect_reading()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_reading()

    def shutdown(self) -> None:
        """Let an answer be finished in time; what is still being asked is not waited for."""
        super().shutdown()
        self.loop.call_later(0 if self._awaited else self.ending_s, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        self._end_expecting()
        self._leave_crowd()
        super().connection_lost(exc)

    def _leave_crowd(self) -> None:
        if self._address is not None:
            self.crowd.leave(self._address)
            self._address = None

    def _expect_reading(self) -> None:
        if self._unread is None:
            self._unread = self.loop.call_later(self.reading_s, self.transport.abort)

    def _end_expecting(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await(self, what: Awaited | None) -> None:
        """Begin to wait for a head, for more of a body, or for nothing of the client's."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited = what
        self._deadline = self.loop.call_later(self.deadline_s, self._late) if what else None

    def _late(self) -> None:
        if self._awaited == "body" and self.flow.read_paused:  # it is we who do not read
            self._await("body")
        else:
            self.transport.abort()


def patient(deadline_s: float, reading_s: float, ending_s: float, crowd: Crowd) -> type[PatientProtocol]:
    """Return the protocol that waits so many seconds for what a client sends, until it reads, and once the server ends.

    A class: uvicorn makes one of it for each connection by itself.
    """
    bounds = {"deadline_s": deadline_s, "reading_s": reading_s, "ending_s": ending_s, "crowd": crowd}
    return type("Patient", (PatientProtocol,), bounds)
