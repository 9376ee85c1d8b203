"""A question, what a user may do with its job, and its answer in writing."""

from typing import Literal

from genie.messages.message import Message, Name, Request
from genie.queues.job import Priority, Timeline


class Ask(Request):
    """Ask by text; the same `key` again is the same job, and a higher priority goes before your lower ones."""

    type: Literal["ask"] = "ask"
    text: str
    key: Name | None = None
    priority: Priority = "normal"


class JobCancel(Request):
    """Stop a job in any unfinished state."""

    type: Literal["job_cancel"] = "job_cancel"
    job: Name


class JobRetry(Request):
    """Put a dead job back into todo."""

    type: Literal["job_retry"] = "job_retry"
    job: Name


class JobDelete(Request):
    """Remove a finished job."""

    type: Literal["job_delete"] = "job_delete"
    job: Name


class JobReplay(Request):
    """Speak a job's answer again."""

    type: Literal["job_replay"] = "job_replay"
    job: Name


class JobEdit(Request):
    """Change what a waiting job asks; one that was started is `not_waiting`."""

    type: Literal["job_edit"] = "job_edit"
    job: Name
    text: str


class JobMove(Request):
    """Put a waiting job before another one of yours, or last; nobody else's job changes its place."""

    type: Literal["job_move"] = "job_move"
    job: Name
    before: Name | None = None


class Progress(Message):
    """How far a running job has come, to followers of run or of the job; a few times a second at most.

    `done` and `total` count seconds of its recording; `total` is missing until it is known, `eta` is in seconds.
    """

    type: Literal["progress"] = "progress"
    job: str
    done: float
    total: float | None = None
    note: Literal["reading", "hearing"]
    eta: float | None = None


class AnswerDelta(Message):
    """The next piece of an answer's text."""

    type: Literal["answer_delta"] = "answer_delta"
    job: str
    text: str


class Answer(Message):
    """The whole answer, and when each of its stages was reached."""

    type: Literal["answer"] = "answer"
    job: str
    text: str
    timeline: Timeline
