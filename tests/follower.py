"""A client that outlives its sockets: it resumes its session, mirrors the queues and keeps count of what it hears."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from genie import messages
from genie.queues.job import Job
from tests.mirror import QUEUES, Mirror

PATIENCE_S = 20.0


class Lost(Exception):
    """The socket is gone."""


class Follower:
    """Follow all queues of a user over any number of sockets; `faults` holds what was told wrongly."""

    def __init__(self, url: str, **hello: Any) -> None:
        self.url = url
        self.mirror = Mirror()
        self.faults = self.mirror.faults
        self.connected: messages.Connect | None = None
        self.resyncs = 0
        self.resumes = 0
        self.goodbye: messages.Disconnect | None = None
        self.answers: dict[str, str] = {}
        self.spoken: dict[tuple[str, int], str | None] = {}
        """The job of every speech of which sound came, by session and speech."""
        self._hello = hello
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[messages.Message]] = {}
        self._heard_by = ""
        self._asked = 0
        self._began: dict[int, str | None] = {}
        self._samples: Counter[int] = Counter()
        self._ended: set[int] = set()
        self._set_aside: set[int] = set()

    @property
    def session(self) -> str | None:
        return self.connected.session if self.connected else None

    @property
    def user(self) -> str:
        return self.connected.user if self.connected else ""

    @property
    def is_open(self) -> bool:
        return self._socket is not None and self._reading is not None and not self._reading.done()

    async def open(self) -> None:
        """Open a socket, resume, and subscribe again where the server says that history is gone; or raise `Lost`."""
        await self.drop()
        try:
            async with asyncio.timeout(PATIENCE_S):
                self._socket = await connect(self.url, max_size=None, proxy=None, ping_interval=None, close_timeout=1)
        except (OSError, WebSocketException, InvalidHandshake, EOFError) as error:
            raise Lost("no socket") from error
        self._began, self._samples, self._ended, self._set_aside = {}, Counter(), set(), set()
        self._reading = asyncio.create_task(self._read(self._socket))
        await self._greet()

    async def _greet(self) -> None:
        hello: dict[str, Any] = {**self._hello, "session": self.session}
        if self.connected is not None and self.mirror.seq is not None:
            hello |= {"epoch": self.connected.epoch, "after_seq": self.mirror.seq}
            self.resumes += 1
        told = await self.request(messages.Hello(protocol=messages.PROTOCOL, **hello))
        assert isinstance(told, messages.Connect), told
        if told.epoch == hello.get("epoch") and told.seq < hello["after_seq"]:
            self.faults.append(f"event {hello['after_seq']} was told, and after hello the newest one is {told.seq}")
        self.connected = told
        await self.request(messages.Ping())
        if self.mirror.seq is None:
            await self.request(messages.Subscribe(topics=list(QUEUES)))
        if self.mirror.seq is None or self.mirror.seq < told.seq:
            self.faults.append(f"after hello the newest event is {self.mirror.seq}, connect said {told.seq}")

    async def drop(self, *, abort: bool = False) -> None:
        """Close the socket, or let it break off."""
        socket, self._socket = self._socket, None
        reading, self._reading = self._reading, None
        if socket is not None:
            if abort:
                socket.transport.abort()
            else:
                await socket.close()
        if reading is not None:
            await asyncio.wait([reading])

    async def send(self, message: messages.Message | bytes | str) -> None:
        if self._socket is None:
            raise Lost("no socket")
        try:
            async with asyncio.timeout(PATIENCE_S):
                text = messages.encode(message) if isinstance(message, messages.Message) else message
                await self._socket.send(text)
        except WebSocketException as error:
            raise Lost("cut") from error

    async def request(self, request: messages.Request) -> messages.Message:
        """Send a request and return what answers it, or raise `Lost`."""
        self._asked += 1
        ref = f"r{self._asked}"
        answer: asyncio.Future[messages.Message] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = answer
        try:
            await self.send(request.model_copy(update={"ref": ref}))
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        finally:
            self._waiting.pop(ref, None)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                if isinstance(frame, bytes):
                    self._hear(*messages.decode_audio(frame))
                else:
                    await self._take(messages.decode_server(frame))
        except WebSocketException:
            pass
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Lost("cut"))
                    answer.exception()  # whoever asked may be gone

    async def _take(self, message: messages.Message) -> None:
        match message:
            case messages.Connect():
                self._heard_by = message.session
            case messages.QueueUpdate():
                self.mirror.take(message)
            case messages.Subscribed():
                self.mirror.reset(message)
            case messages.Resync():
                self.resyncs += 1
                self.mirror.forget()
            case messages.Answer():
                self.answers[message.job] = message.text
            case messages.AudioUpdate():
                self._begin(message)
            case messages.AudioEnd():
                await self._played(message)
            case messages.Disconnect():
                self.goodbye = message
        if (answer := self._waiting.get(getattr(message, "ref", None) or "")) is not None and not answer.done():
            answer.set_result(message)

    def _begin(self, began: messages.AudioUpdate) -> None:
        """A speech may come again on another socket; one that goes on goes on as a later one."""
        before = self._began.get(began.continues or 0, began.job)
        if began.job != before or (began.continues or 0) >= began.speech:
            self.faults.append(f"speech {began.speech} of {began.job} continues {began.continues} of {before}")
        if began.continues in self._began and began.continues not in self._set_aside:
            self.faults.append(f"speech {began.continues} goes on, which was not said to")
        self._began[began.speech] = began.job

    def _hear(self, speech: int, first: int, pcm: bytes) -> None:
        if speech not in self._began:
            self.faults.append(f"sound of speech {speech}, which has not begun")
        if speech in self._ended:
            self.faults.append(f"sound of speech {speech} after its end")
        if speech in self._samples and first != self._samples[speech]:
            self.faults.append(f"speech {speech} has a gap at sample {first}")
        self._samples[speech] = first + len(pcm) // 2
        self.spoken[self._heard_by, speech] = self._began.get(speech)

    async def _played(self, end: messages.AudioEnd) -> None:
        if end.speech in self._ended and end.reason != "stopped":
            self.faults.append(f"speech {end.speech} ended twice")
        self._ended.add(end.speech)
        if end.goes_on:
            self._set_aside.add(end.speech)
        if end.reason == "completed" and self._socket is not None:
            with contextlib.suppress(Lost):
                await self.send(messages.SpeechPlayed(speech=end.speech, samples=end.samples))

    async def agrees(self, http: httpx.AsyncClient) -> None:
        """Wait until the mirror is what the server keeps; note a fault when it never is."""
        await self.agrees_with(lambda _: kept(http))

    async def agrees_with(self, read: "Callable[[Follower], Awaitable[Mapping[str, list[Job]]]]") -> None:
        """Wait until the mirror is what `read` returns of the queues; note a fault when it never is."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while differences := self.mirror.differences(await read(self)):
            if asyncio.get_running_loop().time() > end:
                self.faults += differences
                return
            await self.request(messages.Ping())  # what was told before the queues were read is here now


async def kept(http: httpx.AsyncClient) -> Mapping[str, list[Job]]:
    """Return all queues as the server tells them over HTTP."""
    found = {}
    for name in QUEUES:
        page = (await http.get(f"/api/get_queue/{name}", params={"limit": 1_000})).raise_for_status().json()
        found[name] = [Job.model_validate(job) for job in page["jobs"]]
    return found
