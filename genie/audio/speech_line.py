"""The line that keeps the answers of one session in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class _Voicing:
    """A speech on its way."""

    speech: Speech
    delivery: Delivery
    task: asyncio.Task[None]

    def stop(self) -> None:
        """End it; who hears it is told at once, however long its making takes to end."""
        if self.speech.began and not self.task.done():
            self.delivery.stop()
        self.task.cancel()


class SpeechLine:
    """Speak the answers of one session one at a time, in the order in which they were asked.

    Sound is sent at most `ahead_s` seconds ahead of the listener, so that stopping wastes little. What is urgent is
    heard at once: a speech that has begun is held for it, and goes on behind it. None begins before the voice is
    `ready`, which is loaded while the first questions are asked.
    """

    def __init__(
        self,
        listener: Listener,
        studio: Callable[[], Studio],
        ahead_s: float,
        store: Store | None = None,
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._listener = listener
        self._studio = studio
        self._ready = ready
        self._ahead_s = ahead_s
        self._store = store
        self._places: dict[Speech, None] = {}  # in the order in which they were taken
        self._running: asyncio.Task[None] | None = None
        self._now: list[_Voicing] = []  # what is being spoken; behind what is held for it, if it is urgent
        self._alarm: asyncio.Future[None] | None = None
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
        if self._now and not self._now[-1].speech.began and next(iter(self._places)) is speech:
            self._now[-1].task.cancel()  # it keeps its place
        if speech.is_urgent and self._alarm is not None and not self._alarm.done():
            self._alarm.set_result(None)

    def begins(self, speech: Speech) -> None:
        """Hold what is being spoken, as a speech begins that cannot wait."""
        for other in self._now:
            if other.speech is not speech:
                other.delivery.hold()

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
        """Take speeches of another line behind one's own, as many as there is room for; what is urgent goes ahead."""
        for speech in islice(speeches, MAX_PLACES - len(self._places)):
            self._add(speech)
            if speech.is_urgent:
                self._put_forward(speech)

    def jobs(self) -> set[str | None]:
        """Return the jobs whose answers are being spoken here or wait to be, and what is announced."""
        return {speech.about for speech in self._places}

    def chimes(self) -> set[str]:
        """Return what is announced by a chime alone that has not begun."""
        places = (speech for speech in self._places if not speech.began and speech.is_wordless)
        return {speech.notice.about for speech in places if speech.notice is not None}

    def silence(self, job: str) -> None:
        """Give up the places of a job, or of an announcement, and stop the one that is being spoken."""
        for speech in [speech for speech in self._places if speech.about == job]:
            self.give_up(speech)

    def give_up(self, speech: Speech) -> None:
        """Give up one place, and stop it when it is being spoken."""
        self._places.pop(speech, None)
        for voicing in self._now:
            if voicing.speech is speech:
                voicing.stop()

    def stop(self) -> bool:
        """Silence what is being spoken now, or is about to be: what is still being written of it is not wanted.

        What is held goes with it; what is announced next is not meant. Return whether any of it had begun, so that who
        hears it is told of its end.
        """
        begun = [voicing for voicing in self._now if voicing.speech.began]
        for voicing in begun or [voicing for voicing in self._now if voicing.speech.is_due_answer]:
            speech = voicing.speech
            speech.stop()
            self._places.pop(speech, None)
            voicing.stop()
            if not speech.began and speech.job is not None and not speech.again:
                with suppress(GenieError):  # there is no voice: nothing would have been heard of it anyway
                    self._listener.speech_unheard(speech.job, self._studio().rate)
        return bool(begun)

    def close(self) -> None:
        """Speak nothing more."""
        self._places.clear()
        for voicing in self._now:
            voicing.stop()
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
        delivery = Delivery(self._listener, self._number, self._ahead_s, self._store)
        task = asyncio.create_task(self._speak(speech, delivery), name=f"speech-{speech.job}")
        voicing = _Voicing(speech, delivery, task)
        self._now.append(voicing)
        try:
            await self._finish(voicing)
        finally:
            self._now.remove(voicing)
            if speech.line is self:
                speech.due = False
            if speech.began or not task.cancelled():
                self._places.pop(speech, None)
            task.cancel()
        if speech.is_urgent:
            self._take_up()

    async def _finish(self, voicing: _Voicing) -> None:
        """Return when a speech has ended; once it has begun, what is urgent is spoken meanwhile."""
        while not voicing.task.done():
            urgent = next((place for place in self._places if place.is_urgent), None)
            if urgent is not None and voicing.speech.began and not voicing.speech.is_urgent:
                await self._take(urgent)
                continue
            self._alarm = asyncio.get_running_loop().create_future()
            await asyncio.wait([voicing.task, self._alarm], return_when=asyncio.FIRST_COMPLETED)

    def _take_up(self) -> None:
        """Let go on what something urgent interrupted, unless more of that comes."""
        if any(place.is_urgent for place in self._places):
            return
        left_s = self._listener.take_up(self._number)
        for voicing in self._now:
            voicing.delivery.go_on(left_s)

    async def _speak(self, speech: Speech, delivery: Delivery) -> None:
        if not await speech.has_sound():
            return
        await self._listener.present()
        if self._ready is not None:
            await self._ready()
        speech.due = True
        await delivery.run(speech, self._studio)

    def _number(self) -> int:
        self._count += 1
        return self._count
