"""One spoken answer: its text as it comes, how it is to be spoken, and text as sound."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from genie.audio.alignment import Alignment
from genie.audio.boundaries import End
from genie.audio.cast import Cast, Role
from genie.audio.engine import Passage, Take
from genie.audio.growth import Growth
from genie.audio.lexicon import Phones, pronounced
from genie.audio.notice import Notice, Rank
from genie.audio.pcm import Piece
from genie.audio.script import Script
from genie.audio.sentences import Written
from genie.audio.soundness import NoSound
from genie.audio.spoken_text import spoken
from genie.audio.studio import Studio
from genie.audio.trimming import Trimmer, pause
from genie.preferences import Preferences
from genie.pronunciation import Lexicon


@dataclass(frozen=True, slots=True)
class Manner:
    """How to speak: None is the engine's default; `speed` 1.0 is normal."""

    voice: str | None = None
    language: str | None = None
    speed: float = 1.0
    pronunciations: Lexicon = ()


def manner_of(wished: Preferences, pronunciations: Lexicon = ()) -> Manner:
    """Return the manner that somebody wishes for."""
    return Manner(wished.voice, wished.language, wished.speed or 1.0, pronunciations)


async def whole(text: str) -> AsyncIterator[str]:
    """Yield a text that stands as it is, for those who take one that comes in parts."""
    yield text


async def pieces(text: AsyncIterator[str], studio: Studio, manner: Manner) -> AsyncGenerator[Piece, None]:
    """Speak text as it comes: its first clause is sound while the rest is still being made.

    A voice that is not here is stood in for (`Cast.suited`); `unsupported_language` where nobody may. A piece for which
    the voice has no sounds is left out, as a foreign name is; `no_sound` when it has none for any of them.
    """
    role = Cast(studio.card).suited(Role(manner.voice, manner.language))
    manner = replace(manner, voice=role.voice, language=role.language)
    growth, clock, began = Growth(studio.pace, manner.speed), asyncio.get_running_loop().time, 0.0
    unsaid: NoSound | None = None
    async with aclosing(Script(text)) as script:
        while (written := await script.take(growth.limit(), growth.patience_s(clock() - began))) is not None:
            samples, due = 0, began + growth.sound_s if growth.begun else None
            try:
                async with aclosing(_speak(written, studio, manner, due)) as sounds:
                    async for piece in sounds:
                        began = began or clock()
                        samples += len(piece.samples)
                        yield piece
            except NoSound as error:
                unsaid = error
            if samples and not script.ended:
                silence = pause(written.end, manner.speed, studio.rate)
                samples += len(silence)
                yield Piece(None, silence)
            growth.add(samples / studio.rate)
    if unsaid is not None and not growth.begun:
        raise unsaid


async def _speak(written: Written, studio: Studio, manner: Manner, due: float | None) -> AsyncGenerator[Piece, None]:
    language = manner.language or "en"
    words = spoken(written.text, language)
    phones: Phones = ()
    if manner.pronunciations:  # those of some users are so many that others would be kept waiting
        words, phones = await asyncio.to_thread(pronounced, words, manner.pronunciations, language)
    if not words:
        return
    if written.end is End.WORD:
        words += ","  # the voice must not fall here, as it does at the end of what it is given
    text: str | None = written.text
    alignment = Alignment(written.text, words)
    passage = Passage(words, manner.voice, manner.language, manner.speed, phones)
    async with aclosing(_trimmed(studio.takes(passage, due), studio.rate)) as takes:
        async for take in takes:
            yield Piece(text, take.samples, alignment.words(take))
            text = None


async def _trimmed(takes: AsyncGenerator[Take, None], rate: int) -> AsyncGenerator[Take, None]:
    """Yield the sound of a passage without the silence around it."""
    trimmer = Trimmer(rate)
    async with aclosing(takes):
        async for take in takes:
            if len((trimmed := trimmer.push(take)).samples):
                yield trimmed
    if len((end := trimmer.finish()).samples):
        yield end


class Line(Protocol):
    """Where a speech has its place."""

    def begins(self, speech: "Speech") -> None: ...

    def give_up(self, speech: "Speech") -> None: ...

    def say_before(self, speech: "Speech", said: Mapping[str, str]) -> None: ...


class Speech:
    """A place in the line of a session, and the text that is to be spoken there; `again` when it was spoken before.

    With a `notice` it announces something, and is about no job.
    """

    def __init__(self, job: str | None, manner: Manner, *, again: bool = False, notice: Notice | None = None) -> None:
        self.job = job
        self.manner = manner
        self.again = again
        self.notice = notice
        self.fed = False
        """Whether any of its text has come."""
        self.due = False
        """Whether its sound is being made, or heard."""
        self.began = False
        """Whether it was announced to who hears it: until then it can be put off, to begin from its first word."""
        self.claiming: asyncio.Task[bool] | None = None
        """Whether it is to be heard here, which is asked once."""
        self.line: Line | None = None
        self.unwanted: Callable[[], None] | None = None
        """What ends the writing of it, while it is being written."""
        self._parts: list[str] = []
        self._closed = False
        self._more = asyncio.Event()

    @property
    def about(self) -> str | None:
        """The id of the job whose answer it is, or of what it announces."""
        return self.job if self.notice is None else self.notice.about

    @property
    def rank(self) -> Rank:
        if self.notice is not None:
            return self.notice.rank
        return Rank.AHEAD if self.again else Rank.IN_TURN

    @property
    def is_urgent(self) -> bool:
        return self.rank is Rank.URGENT

    def gives_way_to(self, other: "Speech") -> bool:
        """Say whether another speech, which comes later, is to be heard before this one."""
        if self.began:
            return False
        is_to_come = self.notice is None and not self.fed and not self._closed
        return self.rank > other.rank or (is_to_come and other.notice is not None)

    @property
    def is_wordless(self) -> bool:
        """Whether there is, and will be, no text to speak."""
        return self._closed and not self.fed

    @property
    def is_due_answer(self) -> bool:
        """Whether it is an answer whose sound is being made, or heard."""
        return self.due and self.notice is None

    def begin(self) -> None:
        """Note that it is announced now to who hears it."""
        self.began = True
        if self.line is not None:
            self.line.begins(self)

    def feed(self, text: str) -> None:
        """Add text; an answer's length is bounded where it is made."""
        self.fed = True
        self._parts.append(text)
        self._more.set()

    def close(self) -> None:
        """Say that no more text comes."""
        self._closed = True
        self._more.set()

    def stop(self) -> None:
        """Say that nobody wants to hear the rest, so that no more of it is written."""
        unwanted, self.unwanted = self.unwanted, None
        if unwanted is not None:
            unwanted()

    def give_up(self) -> None:
        """Leave the line, wherever this speech stands now."""
        if self.line is not None:
            self.line.give_up(self)

    async def has_text(self, after: int = 0) -> bool:
        """Return True as soon as there is text to speak after so many parts, False when none will come."""
        while len(self._parts) <= after and not self._closed:
            self._more.clear()
            await self._more.wait()
        return len(self._parts) > after

    async def has_sound(self) -> bool:
        """Return True as soon as there is something to hear, False when there will be nothing."""
        return (self.notice is not None and self.notice.chime is not None) or await self.has_text()

    async def text(self) -> AsyncIterator[str]:
        """Yield the text as it is fed, until it is closed; all of it each time."""
        at = 0
        while await self.has_text(at):
            yield self._parts[at]
            at += 1
