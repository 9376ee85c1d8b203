"""The listening of one socket: it starts, takes sound, stops, and turns what was said into questions."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from genie.audio.listening import Listening, Said
from genie.errors import BadInput, Conflict, GenieError, StageFailed
from genie.messages import Accepted, ErrorMessage, ListenStart
from genie.queues.job import Timeline
from genie.rest.session import Session

log = logging.getLogger(__name__)

MAX_ENDING = 4
"""Listenings whose last words are still being decoded; a button pressed faster than that is refused."""

Listen = Callable[[Session, ListenStart], Listening]
Question = Callable[[Session, Said, Timeline], Awaitable[str]]
"""Ask what was heard; return the id of the job."""


@dataclass(slots=True, eq=False)
class _Turn:
    """A listening, the task that hears it, and how it was stopped."""

    listening: Listening
    task: asyncio.Task[None] | None = None
    stop_ref: str | None = None
    stopped_at: datetime | None = None


class Hearing:
    """Hold at most one listening at a time; the one before may still be turning its last words into a question."""

    def __init__(self, session: Session, listen: Listen, question: Question) -> None:
        self._session = session
        self._listen = listen
        self._question = question
        self._turn: _Turn | None = None
        self._turns: set[_Turn] = set()
        self._stopped = False

    def start(self, request: ListenStart) -> Accepted:
        """Begin to listen, or raise `listening_already`."""
        if self._turn is not None:
            raise Conflict("listening_already", "send listen_stop or listen_cancel first")
        if len(self._turns) >= MAX_ENDING:
            raise Conflict("listening_already", "what you said before is still being heard; wait a moment")
        turn = self._turn = _Turn(self._listen(self._session, request))
        self._turns.add(turn)
        turn.task = asyncio.create_task(self._hear(turn), name="listening")
        turn.task.add_done_callback(lambda _: self._turns.discard(turn))
        return Accepted(ref=request.ref)

    def push(self, pcm: bytes) -> None:
        """Take PCM16; sound that is still on its way after a stop is let go."""
        if self._turn is not None:
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

    async def leave(self) -> None:
        """Note that the socket has gone: what was being said is forgotten, what was said to its end is still asked."""
        for turn in self._turns:
            turn.stop_ref = None  # another socket would take the answer for one of its own requests'
        if self._turn is not None:
            await self.cancel()

    async def _hear(self, turn: _Turn) -> None:
        job: str | None = None
        try:
            async with aclosing(turn.listening.utterances()) as utterances:
                async for said in utterances:
                    job = await self._ask(said, turn.stopped_at)
        except GenieError as error:
            self._tell(error, turn.stop_ref)
        except asyncio.CancelledError:
            if turn.stop_ref is not None:  # a stop is answered, even when a cancel overtook it
                self._session.send(Accepted(ref=turn.stop_ref))
            raise
        except Exception:  # the stage's edge: a bug is logged and told, and the next press of the button is heard
            log.exception("listening_crashed", extra={"session": self._session.session})
            self._tell(StageFailed("internal", "genie made a mistake; the log says more"), turn.stop_ref)
        else:
            self._session.send(Accepted(ref=turn.stop_ref, job=job))
        finally:
            if self._turn is turn:
                self._turn, self._stopped = None, True

    async def _ask(self, said: Said, stopped_at: datetime | None) -> str | None:
        if not said.text:
            return None
        now = datetime.now(UTC)
        timeline = Timeline(speech_end=stopped_at or now, final_text=now)
        try:
            return await self._question(self._session, said, timeline)
        except GenieError as error:  # hands-free goes on listening after a question was refused
            self._tell(error, None)
            return None

    def _tell(self, error: GenieError, ref: str | None) -> None:
        self._session.send(ErrorMessage(code=error.code, message=error.message, ref=ref))
