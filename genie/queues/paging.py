"""A queue read page by page: a page begins where the last one ended, although jobs come and go."""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from genie.errors import NotFound
from genie.queues.fifo import Entry
from genie.queues.job import Job, Kind, QueueName, Status
from genie.queues.standing import Standing

STEP = 1_000
"""Jobs looked at before others have their turn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are wanted: all that is not None must fit. `text` is looked for in question and answer."""

    status: Status | None = None
    kind: Kind | None = None
    session: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, job: Job) -> bool:
        """Say whether a job is wanted; `since` counts when it was asked, `until` does not."""
        return (
            self.status in (None, job.status)
            and self.kind in (None, job.kind)
            and self.session in (None, job.session)
            and (self.since is None or job.created_at >= self.since)
            and (self.until is None or job.created_at < self.until)
            and (not self.text or self.text.casefold() in f"{job.question}\n{job.answer or ''}".casefold())
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs of a queue; `next` is where the following page begins, None at the end."""

    jobs: list[Job]
    next: str | None


async def page(
    board: Standing,
    name: QueueName,
    user: str,
    *,
    limit: int,
    after: str | None = None,
    newest: bool = False,
    wanted: Callable[[Job], bool] = lambda job: True,
) -> Page:
    """Return the wanted jobs of a user's queue that come after a page's `next`, or after a job of this queue.

    The newest come first where that is asked. Raises `no_such_job` for an `after` that is neither.
    """
    at = _start(board, name, user, after)
    found: list[Job] = []
    last: Entry | None = None
    while part := _part(board.order(name, user), at, newest=newest):
        for at in part:
            job = board.standing(name, user, at[1])
            if job is None or not wanted(job):
                continue
            if len(found) == limit and last is not None:
                return Page(found, ".".join(last))
            found.append(board.shown(job))
            last = at
        await asyncio.sleep(0)
    return Page(found, None)


def _start(board: Standing, name: QueueName, user: str, after: str | None) -> Entry | None:
    """Return what comes before the page; a job that has left since then is known by its place."""
    if after is None:
        return None
    place, _, job = after.rpartition(".")
    if (entry := board.entry(name, user, job)) is not None:
        return entry
    if not place:
        raise NotFound("no_such_job", f"there is no job {job} in this queue", field="after")
    return place, job


def _part(order: Sequence[Entry], at: Entry | None, *, newest: bool) -> Sequence[Entry]:
    if newest:
        end = len(order) if at is None else bisect_left(order, at)
        return order[max(0, end - STEP) : end][::-1]
    start = 0 if at is None else bisect_right(order, at)
    return order[start : start + STEP]
