"""The listening of one session: it starts, takes sound, stops, and turns what was said into questions.

It is the session's, not its socket's: what was being said when that was lost goes on with the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from genie.audio.listening import Listening, Said
from genie.errors import BadInput, Conflict, GenieError, StageFailed
from genie.messages import Accepted, ErrorMessage, ListenStart, Message
from genie.queues.job import Timeline

log = logging.getLogger(__name__)

MAX_ENDING = 4
"""Listenings whose last words are still being decoded; a button pressed faster than that is refused."""

ENOUGH_S = 0.5
"""Seconds of speech after which a lost socket counts as a button that was released: less is hardly a word."""

Listen = Callable[[ListenStart], Listening]
Question = Callable[[Said, Timeline], Awaitable[str]]
"""Ask what was heard; return the id of the job."""
TakeBack = Callable[[str], Awaitable[bool]]
"""Take back the question of this job; return False when its answer has begun."""


class Client(Protocol):
    """Who is told."""

    @property
    def session(self) -> str: ...

    def send(self, message: Message) -> None: ...


@dataclass(slots=True, eq=False)
class _Turn:
    """A listening, the task that hears it, the question that came of it last, and how it was stopped."""

    listening: Listening
    task: asyncio.Task[None] | None = None
    job: str | None = None
    left: bool = False
    stop_ref: str | None = None
    stopped_at: datetime | None = None


class Hearing:
    """Hold at most one listening at a time; the one before may still be turning its last words into a question."""

    def __init__(
        self, client: Client, listen: Listen, question: Question, take_back: TakeBack, wait_s: Callable[[], float]
    ) -> None:
        """`wait_s` says for how many seconds what is being said waits for a client that has lost its socket."""
        self._client = client
        self._listen = listen
        self._question = question
        self._take_back = take_back
        self._wait_s = wait_s
        self._socket: object | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._turn: _Turn | None = None
        self._turns: set[_Turn] = set()
        self._stopped = False

    def arrive(self, socket: object) -> None:
        """Serve this socket from now on; what was being said over an older one goes on here, or was its last word."""
        if self._socket is not None:
            self.leave(self._socket)
        if self._timer is not None:
            self._timer.cancel()
        self._socket, self._timer, self._stopped = socket, None, False

    def leave(self, socket: object) -> None:
        """Note that a socket has gone: a button was released then if enough was said, all else waits a while."""
        if socket is not self._socket:
            return
        self._socket = None
        for turn in self._turns:
            turn.stop_ref = None  # another socket would take the answer for one of its own requests'
        if self._turn is None:
            return
        self._turn.left = True
        if self._turn.listening.mode == "push_to_talk" and self._turn.listening.speech_s >= ENOUGH_S:
            self.stop(None)
        else:
            self._timer = asyncio.get_running_loop().call_later(self._wait_s(), self.close)

    def close(self) -> None:
        """Let go of what is being said: nobody speaks on. A question that was taken back for it is asked again."""
        if self._timer is not None:
            self._timer.cancel()
        turn, self._turn, self._timer, self._stopped = self._turn, None, None, True
        if turn is None or turn.task is None:
            return
        if turn.listening.continues:
            turn.listening.stop()
        else:
            turn.task.cancel()

    def start(self, request: ListenStart) -> Accepted:
        """Begin to listen, or go on hands-free where the last socket was lost; else raise `listening_already`."""
        if self._turn is not None and not self._turn.left:
            raise Conflict("listening_already", "send listen_stop or listen_cancel first")
        if len(self._turns) >= MAX_ENDING:
            raise Conflict("listening_already", "what you said before is still being heard; wait a moment")
        listening = self._listen(request)
        if self._turn is not None and _is_more(listening, self._turn.listening):
            self._turn.left = False
            return Accepted(ref=request.ref)
        self.close()
        turn = self._turn = _Turn(listening)
        self._turns.add(turn)
        turn.task = asyncio.create_task(self._hear(turn), name="listening")
        turn.task.add_done_callback(lambda _: self._turns.discard(turn))
        return Accepted(ref=request.ref)

    def push(self, pcm: bytes) -> None:
        """Take PCM16; sound that is still on its way after a stop is let go."""
        if self._turn is not None:
            self._turn.left = False
            self._turn.listening.push(pcm)
        elif not self._stopped:
            raise BadInput("not_listening", "send listen_start before sound")

    def stop(self, ref: str | None) -> None:
        """Take what was said until now as the question; `accepted` follows with its job."""
        if self._turn is None:
            raise Conflict("not_listening", "nobody is listening")
        turn, self._turn, self._stopped = self._turn, None, True
        turn.stop_ref, turn.stopped_at = ref, datetime.now(UTC)
        turn.listening.stop()

    async def cancel(self) -> None:
        """Forget what is being said, or else what was said and is still being decoded; harmless when nobody listens."""
        turns = self._turns if self._turn is None else {self._turn}
        self._turn, self._stopped = None, True
        tasks = [turn.task for turn in turns if turn.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _hear(self, turn: _Turn) -> None:
        try:
            async with aclosing(turn.listening.utterances(partial(self._may_go_on, turn))) as utterances:
                async for said in utterances:
                    turn.job = await self._ask(said, turn.stopped_at)
        except GenieError as error:
            self._tell(error, turn.stop_ref)
        except asyncio.CancelledError:
            if turn.stop_ref is not None:  # a stop is answered, even when a cancel overtook it
                self._client.send(Accepted(ref=turn.stop_ref))
            raise
        except Exception:  # the stage's edge: a bug is logged and told, and the next press of the button is heard
            log.exception("listening_crashed", extra={"session": self._client.session})
            self._tell(StageFailed("internal", "genie made a mistake; the log says more"), turn.stop_ref)
        else:
            self._client.send(Accepted(ref=turn.stop_ref, job=turn.job))
        finally:
            if self._turn is turn:
                self._turn, self._stopped = None, True

    async def _may_go_on(self, turn: _Turn) -> bool:
        """Say whether the last question of a turn could be taken back, as its asker speaks on."""
        job, turn.job = turn.job, None
        return job is not None and await self._take_back(job)

    async def _ask(self, said: Said, stopped_at: datetime | None) -> str | None:
        if not said.text:
            return None
        now = datetime.now(UTC)
        timeline = Timeline(speech_end=stopped_at or now, final_text=now)
        try:
            return await self._question(said, timeline)
        except GenieError as error:  # hands-free goes on listening after a question was refused
            self._tell(error, None)
            return None

    def _tell(self, error: GenieError, ref: str | None) -> None:
        self._client.send(ErrorMessage(code=error.code, message=error.message, ref=ref))


def _is_more(listening: Listening, before: Listening) -> bool:
    """Say whether a listening that is asked for is what the lost socket had: hands-free, of the same microphone."""
    return listening.mode == before.mode == "hands_free" and listening.rate == before.rate
