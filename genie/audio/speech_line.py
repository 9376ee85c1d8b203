"""The line that keeps the answers of one session in order."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice

from genie.audio.cast import Cast, Role
from genie.audio.delivery import Delivery, Listener, Store
from genie.audio.notice import Notice
from genie.audio.speech import Manner, Speech
from genie.audio.studio import Studio
from genie.errors import Busy, GenieError
from genie.tag import primary

MAX_PLACES = 20_000
"""Speeches that may wait in one line: more than questions may wait, so that the queue is full before the line is."""


class SpeechLine:
    """Speak the answers of one session one at a time, in the order in which they were asked.

    Sound is sent at most `ahead_s` seconds ahead of the listener, so that stopping wastes little.
    """

    def __init__(
        self,
        listener: Listener,
        studio: Callable[[], Studio],
        ahead_s: float,
        store: Store | None = None,
    ) -> None:
        self._listener = listener
        self._studio = studio
        self._ahead_s = ahead_s
        self._store = store
        self._places: dict[Speech, None] = {}  # in the order in which they were taken
        self._running: asyncio.Task[None] | None = None
        self._current: tuple[Speech, asyncio.Task[None]] | None = None
        self._count = 0

    def reserve(self, job: str | None, manner: Manner, *, again: bool = False, notice: Notice | None = None) -> Speech:
        """Take the next place in the line; it is held until the speech was closed and spoken, or silenced.

        What is to be heard `again` goes before all that has not begun: it need not wait for answers that are to come.
        So do announcements whose rank says so; none waits for an answer that is still to come, which may take hours.
        One more than `MAX_PLACES` is refused with `too_many_speeches`.
        """
        speech = Speech(job, manner, again=again, notice=notice)
        self._add(speech)
        if again or notice is not None:
            self._put_forward(speech)
        return speech

    def _put_forward(self, speech: Speech) -> None:
        """Put the newest speech before the first one that gives way to it."""
        places = list(self._places)[:-1]
        at = next((number for number, place in enumerate(places) if place.gives_way_to(speech)), len(places))
        self._places = dict.fromkeys([*places[:at], speech, *places[at:]])
        if self._current is not None and not self._current[0].began and next(iter(self._places)) is speech:
            self._current[1].cancel()  # it keeps its place

    def say_before(self, speech: Speech, said: Mapping[str, str]) -> None:
        """Say something in the language of a speech that is next and has not begun, where there are words for it."""
        if next(iter(self._places), None) is not speech or speech.began:
            return
        wished = Role(speech.manner.voice, speech.manner.language)
        with suppress(GenieError):  # there is no voice for the speech itself either
            language = Cast(self._studio().card).suited(wished).language or "en"
            if (text := said.get(primary(language))) is not None:
                before = self.reserve(None, speech.manner, again=True)
                before.feed(text)
                before.close()

    def release(self) -> list[Speech]:
        """Give away every speech that has not begun, in order, for another line to adopt."""
        waiting = [speech for speech in self._places if not speech.began]
        for speech in waiting:
            self.give_up(speech)
        return waiting

    def adopt(self, speeches: Iterable[Speech]) -> None:
        """Take speeches of another line behind one's own, as many as there is room for."""
        for speech in islice(speeches, MAX_PLACES - len(self._places)):
            self._add(speech)

    def jobs(self) -> set[str | None]:
        """Return the jobs whose answers are being spoken here or wait to be, and what is announced."""
        return {speech.about for speech in self._places}

    def silence(self, job: str) -> None:
        """Give up the places of a job, or of an announcement, and stop the one that is being spoken."""
        for speech in [speech for speech in self._places if speech.about == job]:
            self.give_up(speech)

    def give_up(self, speech: Speech) -> None:
        """Give up one place, and stop it when it is being spoken."""
        self._places.pop(speech, None)
        if self._current is not None and self._current[0] is speech:
            self._current[1].cancel()

    def stop(self) -> bool:
        """Silence what is being spoken now, or is about to be: what is still being written of it is not wanted.

        Return whether it had begun, so that who hears it is told of its end.
        """
        if self._current is None or not self._current[0].due:
            return False
        speech, task = self._current
        speech.stop()
        self._places.pop(speech, None)
        task.cancel()
        if not speech.began and speech.job is not None and not speech.again:
            with suppress(GenieError):  # there is no voice: nothing would have been heard of it anyway
                self._listener.speech_unheard(speech.job, self._studio().rate)
        return speech.began

    def interrupt(self) -> None:
        """Silence what is being spoken now for something else; what is still being written of it is written on."""
        if self._current is not None and self._current[0].began:
            self._current[1].cancel()

    def close(self) -> None:
        """Speak nothing more."""
        self._places.clear()
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        """Speak what stands in the line, until it is empty: an idle session needs no task."""
        try:
            while self._places:
                await self._take(next(iter(self._places)))
        finally:
            self._running = None

    def _add(self, speech: Speech) -> None:
        if len(self._places) >= MAX_PLACES:
            raise Busy("too_many_speeches", "too many answers wait to be spoken; stop some, or wait")
        speech.line = self
        self._places[speech] = None
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="speeches")

    async def _take(self, speech: Speech) -> None:
        task = asyncio.create_task(self._speak(speech), name=f"speech-{speech.job}")
        self._current = speech, task
        try:
            await asyncio.wait([task])
        finally:
            self._current = None
            if speech.line is self:
                speech.due = False
            if speech.began or not task.cancelled():
                self._places.pop(speech, None)
            task.cancel()

    async def _speak(self, speech: Speech) -> None:
        if not await speech.has_sound():
            return
        await self._listener.present()
        speech.due = True
        self._count += 1
        await Delivery(self._listener, self._count, self._ahead_s, self._store).run(speech, self._studio)
