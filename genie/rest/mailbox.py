"""Finished answers that were to be heard and were not, until a client of their user is there to play them."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from genie import conversation
from genie.errors import Busy
from genie.queues.board import Board
from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent
from genie.rest.hub import Hub
from genie.rest.session import NOTIFICATIONS, Session

MAX_UNHEARD = 100
"""Answers that wait for one user; older ones are only offered for replay."""


class Mailbox:
    """Hand every answer that is to be heard to one client, once.

    A session speaks the answers of its own questions. What nobody speaks, because the asking session is gone or has no
    socket, goes to the user's next session that plays sound. An answer waits `keep_s` seconds at most.
    """

    def __init__(self, board: Board, hub: Hub, *, keep_s: float, clock: Callable[[], datetime]) -> None:
        self._board = board
        self._hub = hub
        self._keep = timedelta(seconds=keep_s)
        self._clock = clock
        self._unheard: defaultdict[str, dict[str, Job]] = defaultdict(dict)

    def fill(self) -> None:
        """Take in what waited before the server started."""
        for job in self._board.finished():
            self._sort(job)

    def observe(self, event: QueueEvent) -> None:
        """Follow the board: a new answer that nobody speaks is handed to whoever is there."""
        if event.change == "removed":
            self._unheard[event.job.user].pop(event.job.id, None)
            return
        self._sort(event.job)
        user, job = event.job.user, event.job.id
        if event.change == "added" and job in self._unheard[user] and not self._is_old(event.job):
            listener = self._hub.listener(user, event.job.session)
            if listener is not None and job not in self._in_lines(user):
                self._hand(event.job, listener)

    def deliver(self, session: Session) -> None:
        """Let a session speak what its user has not heard: from an earlier life, and from sessions without a socket."""
        if not session.here or session.speeches is None:
            return
        self._hand_all(session)
        for line in self._hub.lines(session.user, away=True):
            released = line.release()
            session.speeches.adopt(s for s in released if s.notice is None or NOTIFICATIONS in session.topics)

    def inherit(self, user: str) -> None:
        """Hand a user's unheard answers to whoever is there: the session that was to speak them is forgotten."""
        if (session := self._hub.listener(user)) is not None:
            self._hand_all(session)

    def _hand_all(self, session: Session) -> None:
        spoken = self._in_lines(session.user)
        for job in list(self._unheard[session.user].values()):
            if job.id not in spoken and not self._is_old(job):
                self._hand(job, session)

    def _hand(self, job: Job, session: Session) -> None:
        if session.speeches is not None:
            with suppress(Busy):  # its line is full: the answer waits on
                conversation.speak(job, session.speeches, session.manner())

    def _sort(self, job: Job) -> None:
        """Keep a job among the unheard for as long as it belongs there, within bounds."""
        unheard = self._unheard[job.user]
        if not (job.queue is QueueName.DONE and job.speak and job.spoken_by is None and job.answer):
            unheard.pop(job.id, None)
            return
        unheard[job.id] = job
        while len(unheard) > MAX_UNHEARD:
            del unheard[next(iter(unheard))]

    def _in_lines(self, user: str) -> set[str | None]:
        """Return the jobs whose answers somebody speaks, or is about to."""
        return {job for line in self._hub.lines(user) for job in line.jobs()}

    def _is_old(self, job: Job) -> bool:
        return self._clock() - (job.finished_at or job.created_at) > self._keep
