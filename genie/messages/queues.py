"""The queues of a user: paused and resumed, and each change of one."""

from typing import Any, Literal

from genie.messages.message import Message, Request
from genie.queues.job import Job, QueueName


class QueuePause(Request):
    """Start none of your jobs from now on, whichever client asks them; those that run go on."""

    type: Literal["queue_pause"] = "queue_pause"


class QueueResume(Request):
    """Start your jobs again."""

    type: Literal["queue_resume"] = "queue_resume"


class QueueUpdate(Message):
    """One change of one queue, with the job as it is now."""

    seq: int
    change: Literal["added", "removed", "changed"]
    job: Job
    size: int


class TodoUpdate(QueueUpdate):
    """A change of todo."""

    type: Literal["todo_update"] = "todo_update"


class RunUpdate(QueueUpdate):
    """A change of run."""

    type: Literal["run_update"] = "run_update"


class DoneUpdate(QueueUpdate):
    """A change of done."""

    type: Literal["done_update"] = "done_update"


class DeadUpdate(QueueUpdate):
    """A change of dead."""

    type: Literal["dead_update"] = "dead_update"


class QueueState(Message):
    """Your jobs wait from now on, or are started again; to followers of todo."""

    type: Literal["queue_state"] = "queue_state"
    paused: bool


def queue_update(queue: QueueName, **fields: Any) -> TodoUpdate | RunUpdate | DoneUpdate | DeadUpdate:
    """Return the update message of this queue."""
    match queue:
        case QueueName.TODO:
            return TodoUpdate(**fields)
        case QueueName.RUN:
            return RunUpdate(**fields)
        case QueueName.DONE:
            return DoneUpdate(**fields)
        case QueueName.DEAD:
            return DeadUpdate(**fields)
