"""Whose job starts next: users take turns, and the line of each says which of theirs. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

from genie.queues.job import Job, Kind
from genie.queues.line import Entry, Line


class Schedule:
    """Keep the lines of all users, and whose turn it is.

    A user's jobs change places among themselves only, so that nobody is pushed back by what somebody else does.
    """

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._turns: defaultdict[Kind, dict[str, None]] = defaultdict(dict)
        self._paused: set[str] = set()

    def line(self, user: str) -> Line:
        """Return a user's line."""
        return self._lines.setdefault(user, Line())

    def order(self, user: str) -> Sequence[Entry]:
        """Return places and ids of a user's jobs in the order in which they start; it changes as they do."""
        return self._lines[user].order() if user in self._lines else ()

    def release(self, job: Job, *, at_once: bool = False) -> None:
        """Let a job that stands in its user's line be started, when it is its turn or before the user's others."""
        self.line(job.user).release(job.id, at_once=at_once)
        if job.user not in self._paused:
            self._turns[job.kind].setdefault(job.user)

    def remove(self, job: Job) -> None:
        """Take a job out of its user's line, if it is there."""
        line = self.line(job.user)
        line.remove(job.id)
        if not line.ready(job.kind):
            self._turns[job.kind].pop(job.user, None)
        if not line:
            del self._lines[job.user]

    def next(self, kind: Kind, taken: Container[str]) -> tuple[str, str] | None:
        """Return the user and the id of the job of this kind that starts next and is not taken; the turn passes on."""
        for user in self._turns[kind]:
            for _, job in self._lines[user].ready(kind):
                if job not in taken:
                    del self._turns[kind][user]
                    self._turns[kind][user] = None
                    return user, job
        return None

    def position(self, job: Job) -> int | None:
        """Return how many jobs of its kind start before this one, as far as is known; None when it is held back."""
        line = self.line(job.user)
        if (own := line.index(job.id)) is None:
            return None
        return own + sum(self._ahead(job, own))

    def _ahead(self, job: Job, own: int) -> Iterable[int]:
        """Yield how many jobs of each other user start before the `own`-th one of this user."""
        earlier = job.user in self._turns[job.kind]
        for user in self._turns[job.kind]:
            if user == job.user:
                earlier = False
            else:
                yield min(len(self._lines[user].ready(job.kind)), own + earlier)

    def pause(self, user: str) -> None:
        """Start none of the user's jobs from now on."""
        self._paused.add(user)
        for turns in self._turns.values():
            turns.pop(user, None)

    def resume(self, user: str) -> None:
        """Start the user's jobs again, from their next turn on."""
        self._paused.discard(user)
        for kind in Kind:
            if user in self._lines and self._lines[user].ready(kind):
                self._turns[kind].setdefault(user)

    def is_paused(self, user: str) -> bool:
        return user in self._paused
