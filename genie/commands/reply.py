"""What comes back for one question, picked out of everything a server sends. Pure."""

from collections import defaultdict
from collections.abc import Callable

from genie import messages
from genie.errors import GenieError, StageFailed
from genie.queues.job import Job

REF = "ask"
"""The `ref` of the question."""

Tell = Callable[[str], None]


class Reply:
    """Collect the answer to the question that was asked with `REF`.

    The job's number may become known after its first words: until then all answers are kept.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._job: str | None = None
        self._parts: dict[str, list[str]] = defaultdict(list)
        self._finished: set[str] = set()
        self._dead: dict[str, Job] = {}

    @property
    def job(self) -> str | None:
        """The job whose answer has come whole, None before."""
        return self._job if self._job in self._finished else None

    def take(self, frame: str) -> None:
        """Take one message from the server, or raise why there will be no answer."""
        self._read(messages.decode_server(frame))
        if self._job in self._dead:
            raise _failure(self._dead[self._job])

    def _read(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Accepted(ref=ref, job=str(job)) if ref == REF:
                self._job = job
                self._tell("".join(self._parts[job]))
            case messages.AnswerDelta(job=job, text=text):
                self._add(job, text)
            case messages.Answer(job=job, text=text):
                if not self._parts[job]:
                    self._add(job, text)
                self._finished.add(job)
            case messages.DeadUpdate(change="added", job=dead):
                self._dead[dead.id] = dead
            case messages.ErrorMessage() if message.ref == REF:
                raise GenieError(message.code, message.message)
            case messages.Disconnect():
                raise StageFailed("connection_lost", f"the server ended the connection: {message.reason}")

    def _add(self, job: str, text: str) -> None:
        self._parts[job].append(text)
        if job == self._job:
            self._tell(text)


def _failure(job: Job) -> GenieError:
    if job.error is None:
        return StageFailed("cancelled", "the question was cancelled")
    return GenieError(job.error.code, job.error.message)
