"""The listening of one socket: it starts, takes sound, stops, and turns what was said into questions."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from genie.audio.listening import Listening
from genie.errors import BadInput, Conflict, GenieError
from genie.messages import Accepted, ErrorMessage, ListenStart
from genie.queues.job import Timeline
from genie.rest.session import Session

log = logging.getLogger(__name__)

Listen = Callable[[Session, ListenStart], Listening]
Question = Callable[[Session, str, Timeline], Awaitable[str]]
"""Ask what was heard; return the id of the job."""


class Hearing:
    """Hold at most one listening at a time."""

    def __init__(self, session: Session, listen: Listen, question: Question) -> None:
        self._session = session
        self._listen = listen
        self._question = question
        self._listening: Listening | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop_ref: str | None = None
        self._stopped_at: datetime | None = None

    async def start(self, request: ListenStart) -> Accepted:
        """Begin to listen, or raise `listening_already`; a listening that is just ending is waited for."""
        if self._listening is not None and self._stopped_at is None:
            raise Conflict("listening_already", "send listen_stop or listen_cancel first")
        if self._task is not None:
            await asyncio.wait([self._task])
        self._stopped_at = None
        self._listening = self._listen(self._session, request)
        self._task = asyncio.create_task(self._hear(self._listening), name="listening")
        return Accepted(ref=request.ref)

    def push(self, pcm: bytes) -> None:
        """Take PCM16; sound that is still on its way after a stop is let go."""
        if self._listening is not None:
            self._listening.push(pcm)
        elif self._stopped_at is None:
            raise BadInput("not_listening", "send listen_start before sound")

    def stop(self, ref: str | None) -> None:
        """Take what was said until now as the question; `accepted` follows with its job."""
        if self._listening is None or self._stopped_at is not None:
            raise Conflict("not_listening", "nobody is listening")
        self._stop_ref = ref
        self._stopped_at = datetime.now(UTC)
        self._listening.stop()

    async def cancel(self) -> None:
        """Forget what is being said; harmless when nobody listens."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._listening = None

    async def _hear(self, listening: Listening) -> None:
        job: str | None = None
        try:
            async with aclosing(listening.utterances()) as utterances:
                async for text in utterances:
                    job = await self._ask(text)
        except GenieError as error:
            self._tell(error, self._stop_ref)
        else:
            self._session.send(Accepted(ref=self._stop_ref, job=job))
        finally:
            self._listening = None

    async def _ask(self, text: str) -> str | None:
        if not text:
            return None
        now = datetime.now(UTC)
        timeline = Timeline(speech_end=self._stopped_at or now, final_text=now)
        try:
            return await self._question(self._session, text, timeline)
        except GenieError as error:  # hands-free goes on listening after a question was refused
            self._tell(error, None)
            return None

    def _tell(self, error: GenieError, ref: str | None) -> None:
        self._session.send(ErrorMessage(code=error.code, message=error.message, ref=ref))
