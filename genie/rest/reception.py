"""Which answers one client speaks, and how much of each was heard there: noted on their jobs, and remembered."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from genie.queues.job import Heard
from genie.rest.sounding import Sounding

LAST_WORD_S = 0.5
"""Seconds in which a client that was stopped says how far it had come; it knows better than our clock."""

Claim = Callable[[str, str, str, bool], Awaitable[bool]]
"""Take a job (second) of a user (first) for a session (third); `again` (fourth) although it was spoken before."""

Disclaim = Callable[[str, str, str], Awaitable[None]]
"""Take back that a session (third) has a job (second) of a user (first)."""

Note = Callable[[str, str, str, Heard | None], None]
"""Note that a stage (third) of a job (second) of a user (first) is reached now, and what was heard if it was cut."""

Cut = Callable[[str, str, str | None], None]
"""Remember how much a user (first) heard of the answer of a job (second); None: all of it."""


class Hearer(Protocol):
    """Who hears."""

    @property
    def user(self) -> str: ...

    @property
    def session(self) -> str: ...

    @property
    def connected(self) -> bool: ...


class Reception:
    """Claim answers for a client, and say what was heard of them; of a replay that says nothing new."""

    def __init__(self, client: Hearer, claim: Claim, disclaim: Disclaim, note: Note, cut: Cut) -> None:
        self._client = client
        self._claim = claim
        self._disclaim = disclaim
        self._note = note
        self._remember = cut
        self._replayed: set[str] = set()
        """Jobs that are claimed although they were spoken before."""
        self._cut: dict[int, Sounding] = {}
        """Speeches that were stopped lately, by their numbers on the wire."""

    @property
    def stopped_lately(self) -> Iterable[Sounding]:
        """The speeches of which the client may yet say how much of them it had played."""
        return self._cut.values()

    async def claim(self, job: str, *, again: bool) -> bool:
        """Say whether the client may speak a job's answer; with `again` also one that was spoken before."""
        self._replayed.discard(job)
        if await self._claim(self._client.user, job, self._client.session, False):
            return True
        if not (again and await self._claim(self._client.user, job, self._client.session, True)):
            return False
        self._replayed.add(job)
        return True

    async def disclaim(self, job: str) -> None:
        """Let a job's answer be spoken by others: nothing of it was heard."""
        await self._disclaim(self._client.user, job, self._client.session)

    def begin(self, job: str | None) -> bool:
        """Say whether the speech that begins is a replay; of another one forget what was heard of the answer before."""
        again = job in self._replayed
        if job is not None and not again:
            self._forget(job)
        self._replayed.discard(job or "")
        return again

    def sound(self, sounding: Sounding) -> None:
        """Note that a speech is heard from now on."""
        self._reached(sounding, "first_audio")

    def miss(self, job: str, rate: int) -> None:
        """Note that nothing was heard of an answer, whose sound would have had `rate` Hz."""
        self._remember(self._client.user, job, "")
        self._note(self._client.user, job, "heard_until", Heard(text="", samples=0, sample_rate=rate))

    def stop(self, sounding: Sounding) -> None:
        """Note how much was heard of a speech that is stopped, once its client has had time to say so."""
        self._cut_short(sounding)
        if self._client.connected:
            self._cut[sounding.speech] = sounding
            asyncio.get_running_loop().call_later(LAST_WORD_S, self._settle, sounding.speech)
        else:
            self._reached(sounding, "heard_until", sounding.heard())

    def end(self, sounding: Sounding) -> None:
        """Note that a speech was heard to its end, or to where it broke off."""
        self._cut_short(sounding)
        self._reached(sounding, "heard_until", sounding.heard())

    def close(self) -> None:
        """Note how much was heard of what was stopped lately: its client says no more."""
        for speech in list(self._cut):
            self._settle(speech)

    def _settle(self, speech: int) -> None:
        if (sounding := self._cut.pop(speech, None)) is not None:
            self.end(sounding)

    def _forget(self, job: str) -> None:
        """Forget what was heard of an answer before: the job was asked again, and this is another one."""
        for speech in [speech for speech, sounding in self._cut.items() if sounding.job == job]:
            del self._cut[speech]
        self._remember(self._client.user, job, None)

    def _cut_short(self, sounding: Sounding) -> None:
        """Let whoever asked remember how much of an answer was heard."""
        if sounding.job is not None and not sounding.again:
            heard = sounding.heard()
            self._remember(self._client.user, sounding.job, None if heard is None else heard.text)

    def _reached(self, sounding: Sounding, stage: str, heard: Heard | None = None) -> None:
        if sounding.job is not None:
            self._note(self._client.user, sounding.job, stage, None if sounding.again else heard)
