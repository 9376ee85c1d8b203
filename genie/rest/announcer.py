"""The announcer: what users are to know is told to all of their clients, and heard on one of them."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from ulid import ULID

from genie import messages
from genie.asker import Nobody
from genie.audio.notice import Notice, Rank
from genie.errors import Busy, Conflict, GenieError
from genie.notification import Notification, SoundName, Urgency, checked
from genie.notifications import Notifications, surplus_of
from genie.queues.job import Kind, QueueName, Status
from genie.queues.journal import QueueEvent
from genie.rest.hub import Hub
from genie.rest.session import NOTIFICATIONS, Session
from genie.settings import Settings

log = logging.getLogger(__name__)

TRANSCRIBED = "Your recording is transcribed."
NOT_TRANSCRIBED = "Your recording could not be transcribed."


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be told, and how; `session` names the client on which it is heard."""

    text: str
    priority: Urgency = "normal"
    sound: SoundName | None = None
    speak: bool = True
    key: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tell a notification to all clients of its user that follow them, and let one that plays sound hear it.

    What is to be spoken and finds nobody waits for the user's next client; it is claimed before it sounds, so that it
    is heard once, and not at all where it was read before. In quiet hours only what is urgent is heard.
    """

    notifications: Notifications
    hub: Hub
    settings: Callable[[], Settings]
    nobody: Callable[[str], Nobody]
    """Who hears what nobody is there to hear: whose clock says whether it is quiet."""
    admit: Callable[[str], None]
    """Refuse a notification of a user who is told too much."""
    clock: Callable[[], datetime]
    telling: set[asyncio.Task[Notification]] = field(default_factory=set)

    def follow(self, event: QueueEvent) -> None:
        """Let a user whose recording is done find that in the inbox, when none of their clients saw it happen."""
        job = event.job
        if event.change != "added" or job.kind is not Kind.TRANSCRIPTION or not job.finished:
            return
        text = TRANSCRIBED if job.queue is QueueName.DONE else NOT_TRANSCRIBED
        is_known = any(one.text == text and not one.read for one in self.notifications.of(job.user))
        if is_known or job.status is Status.CANCELLED or self.hub.is_followed(event):
            return
        sound: SoundName = "done" if job.queue is QueueName.DONE else "error"
        task = asyncio.create_task(self.announce(job.user, Announcement(text, "low", sound)), name="announce")
        self.telling.add(task)
        task.add_done_callback(self._told)

    async def announce(self, user: str, wanted: Announcement) -> Notification:
        """Keep a notification and tell it; return it once it is kept, or the one that came with the same key."""
        text = checked(wanted.text, self.settings().notify.text_chars)
        self.admit(user)
        listener = self._listener(user, wanted.session)
        quiet = wanted.priority != "urgent" and self._is_quiet(listener or self.nobody(user))
        new = Notification(
            id=str(ULID()),
            user=user,
            text=text,
            sound=wanted.sound or ("alert" if wanted.priority == "urgent" else "chime"),
            priority=wanted.priority,
            at=self.clock(),
            key=wanted.key,
            unheard=wanted.speak and wanted.priority != "low" and not quiet,
        )
        kept = await self.notifications.add(new)
        if kept.id == new.id:
            self._tell(kept, quiet=quiet)
            listener = self._listener(user, wanted.session)
            if listener is not None and not quiet:
                self._say(kept, listener, aloud=kept.unheard)
        return kept

    def welcome(self, session: Session) -> None:
        """Tell a client that is there now what waits for its user; what was to be spoken it hears, if it plays."""
        if NOTIFICATIONS not in session.topics:
            return
        session.send(self._inbox(session.user))
        if session.here:
            self._say_all(session)

    def inherit(self, user: str) -> None:
        """Let whoever is there hear what waits: who was to hear it is forgotten, or it is quiet no longer."""
        if (session := self._listener(user)) is not None:
            self._say_all(session)

    def replay(self, user: str, name: str, session: str | None) -> Notification:
        """Let a notification be heard again, before all that has not begun; it may be one that was never heard."""
        found = self.notifications.find(name, user)
        listener = self._listener(user, session) or self.hub.listener(user, session)
        if listener is None:
            raise Conflict("nobody_listens", "no client of yours is there that plays sound")
        self.silence(user, name)
        self._say(found, listener, aloud=True, again=True)
        return found

    def _told(self, task: "asyncio.Task[Notification]") -> None:
        self.telling.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), GenieError):
            log.warning("not_announced", extra={"code": error.code})

    def silence(self, user: str, name: str) -> None:
        """Do not say a notification that still waits to be said."""
        for line in self.hub.lines(user):
            line.silence(name)

    def recount(self, user: str) -> None:
        """Tell a user's clients how many notifications are unread now."""
        self.hub.publish(user, (NOTIFICATIONS,), self._inbox(user), "inbox")

    def _tell(self, new: Notification, *, quiet: bool) -> None:
        told = messages.NotificationSoundUpdate(
            id=new.id, sound="none" if quiet else new.sound, text=new.text, priority=new.priority, at=new.at
        )
        self.hub.publish(new.user, (NOTIFICATIONS,), told)
        self.recount(new.user)

    def _say_all(self, session: Session) -> None:
        """Say what waits for a user and is not about to be said anywhere."""
        in_lines = {about for line in self.hub.lines(session.user) for about in line.jobs()}
        for one in self._due(session):
            if one.id not in in_lines:
                self._say(one, session, aloud=True)

    def _due(self, ear: Session | Nobody) -> list[Notification]:
        """Return what is to be said now if somebody hears it, the most urgent first."""
        return [one for one in self.notifications.unheard(ear.user) if self._is_due(one, ear)]

    def _is_due(self, one: Notification, ear: Session | Nobody) -> bool:
        """Say whether a notification may be heard now: it is not too old, and urgent where it is quiet."""
        waits = timedelta(seconds=self.settings().queue.unheard_s)
        return self.clock() - one.at <= waits and (one.priority == "urgent" or not self._is_quiet(ear))

    def _say(self, one: Notification, session: Session, *, aloud: bool, again: bool = False) -> None:
        """Put a notification into a client's line: its chime, and its text where it is said aloud."""
        if session.speeches is None or not (aloud or one.chime):
            return
        claim = _whenever if again else partial(self._claim, one, session, aloud=aloud)
        notice = Notice(one.id, one.chime, _rank(one, again=again), claim)
        with suppress(Busy):  # its line is full: it can be read
            speech = session.speeches.reserve(None, session.manner(), notice=notice)
            if aloud:
                speech.feed(one.text)
            speech.close()
        self._bound_chimes(one.user)

    def _bound_chimes(self, user: str) -> None:
        """Let as many chimes wait to be rung as texts may wait to be spoken, and the same ones of them."""
        ringing = {about for line in self.hub.lines(user) for about in line.chimes()}
        for one in surplus_of(one for one in self.notifications.of(user) if one.id in ringing):
            self.silence(user, one.id)

    async def _claim(self, one: Notification, session: Session, *, aloud: bool) -> bool:
        """Say whether a notification is still to be heard; what is said counts as heard from now on."""
        if not self._is_due(one, session):
            return False
        if not aloud:
            return self.notifications.is_unread(one.id, one.user)
        claimed = await self.notifications.claim(one.id, one.user)
        if claimed:
            self.recount(one.user)
        return claimed

    def _listener(self, user: str, named: str | None = None) -> Session | None:
        return self.hub.listener(user, named, NOTIFICATIONS)

    def _is_quiet(self, ear: Session | Nobody) -> bool:
        wanted = self.notifications.quiet(ear.user)
        return wanted.holds(self.clock(), ear.timezone, self.settings().notify.quiet)

    def _inbox(self, user: str) -> messages.InboxUpdate:
        return messages.InboxUpdate(unread=self.notifications.unread(user), unheard=len(self._due(self.nobody(user))))


def _rank(one: Notification, *, again: bool) -> Rank:
    if one.priority == "urgent" and not again:
        return Rank.URGENT
    return Rank.AHEAD if again or one.priority == "high" else Rank.IN_TURN


async def _whenever() -> bool:
    return True
