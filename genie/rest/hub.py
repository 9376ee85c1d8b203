"""Who is connected, what they follow, and how everybody who follows is told."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator

from genie import messages
from genie.audio.speech_line import SpeechLine
from genie.errors import Busy
from genie.queues.board import Board
from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent
from genie.rest.frame import packed
from genie.rest.outbox import Outbox
from genie.rest.session import SPEECH, Session

log = logging.getLogger(__name__)

SHOWN = 200
"""Jobs of one queue that are told at once; the rest is read page by page over HTTP."""

NEWEST_LAST = (QueueName.DONE, QueueName.DEAD)

UNAUTHORIZED = 1008
"""The code with which a socket is closed whose user may not come in."""

MAX_AWAY = 200
"""Sessions of one user without a socket that are remembered; the one away longest is forgotten first."""


class Hub:
    """Keep the sessions of all users and pass events to those that follow them."""

    def __init__(
        self,
        board: Board,
        *,
        max_connections: int,
        max_per_address: int,
        resume_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = board
        self._max_connections = max_connections
        self._max_per_address = max_per_address
        self._resume_s = resume_s
        self._clock = clock
        self._sockets = 0
        self._addresses: Counter[str] = Counter()
        self._sessions: dict[str, Session] = {}

    @property
    def sockets(self) -> int:
        """Return how many sockets are open."""
        return self._sockets

    @property
    def sessions(self) -> int:
        """Return how many sessions are remembered, with or without a socket."""
        return len(self._sessions)

    @contextlib.contextmanager
    def admitted(self, address: str) -> Iterator[None]:
        """Count a socket for as long as the context lasts; one more than a limit is `too_many_connections`."""
        if self._sockets >= self._max_connections:
            raise Busy("too_many_connections", f"{self._max_connections} clients are connected; try again later")
        if self._addresses[address] >= self._max_per_address:
            hint = f"{self._max_per_address} clients are connected from your address"
            raise Busy("too_many_connections", f"{hint} (server.max_connections_per_address); close some")
        self._sockets += 1
        self._addresses[address] += 1
        try:
            yield
        finally:
            self._sockets -= 1
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    def find(self, session: str | None, user: str) -> Session | None:
        """Return a session of this user that is still remembered."""
        found = self._sessions.get(session or "")
        return found if found is not None and found.user == user and not self._is_old(found) else None

    def join(self, session: Session, outbox: Outbox) -> None:
        """Send to this socket from now on; an older socket of the session is told to go."""
        self._sessions.setdefault(session.session, session)
        if (older := session.outbox) is not None:
            session.detach(older)
            older.close()
        session.attach(outbox)
        log.info("session_joined", extra={"session": session.session, "sockets": self._sockets})

    def leave(self, session: Session, outbox: Outbox) -> None:
        """Note that a socket has closed; its session is remembered for a while."""
        if session.detach(outbox):
            session.left_at = self._clock()
            log.info("session_left", extra={"session": session.session, "sockets": self._sockets})

    def listener(self, user: str, named: str | None = None, topic: str = SPEECH) -> Session | None:
        """Return the session that should hear: the one named, else the user's that sounds now, else their newest.

        It plays sound; with a topic it is one that follows that, too. What is said where genie sounds already waits
        for its turn, or interrupts: two pages on one desk would talk at once.
        """
        here = [session for session in self._of(user) if session.here and topic in session.topics]
        wanted = [*here, *(s for s in here if s.sounds), *(s for s in here if s.session == named)]
        return wanted[-1] if wanted else None

    def silence(self, user: str, job: str) -> None:
        """Stop the answer of a job wherever this user hears it, or would."""
        for session in self._of(user):
            session.silence(job)

    def cut_short(self, user: str, job: str, heard: str | None) -> None:
        """Let all of a user's sessions, one of which asked, remember how much of an answer was heard."""
        for session in self._of(user):
            session.cut_short(job, heard)

    def lines(self, user: str, *, away: bool = False) -> list[SpeechLine]:
        """Return the lines of speeches of a user's sessions, or only of those that have no socket."""
        return [s.speeches for s in self._of(user) if s.speeches is not None and not (away and s.connected)]

    def _of(self, user: str) -> list[Session]:
        return [session for session in self._sessions.values() if session.user == user]

    def publish(self, user: str, topics: Iterable[str], message: messages.Message, key: Hashable = None) -> None:
        """Send a message once to every session of a user that follows one of the topics."""
        wanted = set(topics)
        frame, packet = "", b""
        for session in self._sessions.values():
            outbox = session.outbox
            if outbox is None or session.user != user or wanted.isdisjoint(session.topics):
                continue
            if not frame:
                frame = messages.encode(message)
                packet = packed(frame)
            outbox.put(frame, key, packet)

    def publish_event(self, event: QueueEvent) -> None:
        """Tell followers of a queue, or of the job, what has changed; to a slow client the newest state of a job."""
        key = (event.queue, event.job.id) if event.change == "changed" else None
        self.publish(event.job.user, followed_by(event), update_of(event), key)

    def is_followed(self, event: QueueEvent) -> bool:
        """Say whether a client is there that is told of an event."""
        return any(s.connected and s.topics & followed_by(event) for s in self._of(event.job.user))

    def publish_pause(self, user: str, paused: bool) -> None:
        """Tell followers of todo that their user's jobs wait from now on, or are started again."""
        self.publish(user, (QueueName.TODO,), messages.QueueState(paused=paused))

    def publish_time(self, message: messages.TimeUpdate) -> None:
        """Tell everybody who follows it what time it is."""
        frame = messages.encode(message)
        packet = packed(frame)
        for session in self._sessions.values():
            if session.outbox is not None and "time" in session.topics:
                session.outbox.put(frame, "time", packet)

    def state(self, session: Session, topics: Iterable[str]) -> messages.Subscribed:
        """Return the present state of these topics with its seq, as one moment."""
        names = [name for name in QueueName if name in topics]
        return messages.Subscribed(
            topics=sorted(session.topics),
            state={str(name): self._told(name, session.user) for name in names},
            sizes={str(name): self._board.size(name, session.user) for name in names},
            seq=self._board.seq(session.user),
            paused=self._board.is_paused(session.user),
        )

    def _told(self, name: QueueName, user: str) -> list[Job]:
        part = self._board.last if name in NEWEST_LAST else self._board.first
        return part(name, user, SHOWN)

    async def say_goodbye(self, goodbye: messages.Disconnect, within_s: float) -> None:
        """Tell every client that the server is about to close, and wait until those that read have been told."""
        outboxes = [session.outbox for session in self._sessions.values() if session.outbox is not None]
        for outbox in outboxes:
            outbox.put(messages.encode(goodbye))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(outbox.emptied() for outbox in outboxes))

    def evict(self, user: str) -> None:
        """Close the sockets of a user who may not come in any more, at least not as before."""
        for session in self._sessions.values():
            if session.user == user and session.outbox is not None:
                session.outbox.cut(UNAUTHORIZED, "unauthorized")

    def close(self) -> None:
        """Forget everybody."""
        for name in list(self._sessions):
            self._forget(name)

    def forget_old(self) -> set[str]:
        """Forget sessions that are away for too long, or that are too many of their user; return whose they were."""
        away = sorted((s for s in self._sessions.values() if not s.connected), key=lambda session: session.left_at)
        left = Counter(session.user for session in away)
        users = set()
        for session in away:
            if self._is_old(session) or left[session.user] > MAX_AWAY:
                self._forget(session.session)
                left[session.user] -= 1
                users.add(session.user)
        return users

    def _is_old(self, session: Session) -> bool:
        return not session.connected and self._clock() - session.left_at > self._resume_s

    def _forget(self, name: str) -> None:
        self._sessions.pop(name).close()


def followed_by(event: QueueEvent) -> set[str]:
    """Return the topics whose followers are told of an event."""
    return {str(event.queue), f"job:{event.job.id}"}


def update_of(event: QueueEvent) -> messages.QueueUpdate:
    """Return the message that tells an event."""
    return messages.queue_update(event.queue, seq=event.seq, change=event.change, job=event.job, size=event.size)
