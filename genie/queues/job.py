"""A job: a unit of work, its status and the moves it may make. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from genie.errors import Conflict


class Kind(StrEnum):
    QUESTION = "question"
    NARRATION = "narration"
    TRANSCRIPTION = "transcription"


class Status(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class QueueName(StrEnum):
    TODO = "todo"
    RUN = "run"
    DONE = "done"
    DEAD = "dead"


Priority = Literal["low", "normal", "high"]


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


AnyCase = BeforeValidator(_lower)
"""Marks a name that is written in lower case and read in any."""


def queue_of(status: Status) -> QueueName:
    """Return the queue that holds jobs of this status."""
    match status:
        case Status.PENDING:
            return QueueName.TODO
        case Status.RUNNING | Status.PAUSED:
            return QueueName.RUN
        case Status.COMPLETED:
            return QueueName.DONE
        case Status.FAILED | Status.CANCELLED:
            return QueueName.DEAD


def allowed(kind: Kind, old: Status, new: Status) -> bool:
    """Say whether a job of this kind may move from `old` to `new`."""
    match old, new:
        case Status.PENDING, Status.RUNNING | Status.CANCELLED:
            return True
        case Status.RUNNING, Status.COMPLETED | Status.FAILED | Status.CANCELLED | Status.PENDING:
            return True
        case Status.FAILED | Status.CANCELLED, Status.PENDING:
            return True
        case (Status.RUNNING, Status.PAUSED) | (Status.PAUSED, Status.RUNNING | Status.CANCELLED):
            return kind is Kind.NARRATION
        case _:
            return False


class JobError(BaseModel):
    """Why a job failed."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str


NOTHING: Mapping[str, datetime] = MappingProxyType({})


class Timeline(BaseModel):
    """When each stage of a question was reached (UTC); a stage that was not reached is null."""

    model_config = ConfigDict(frozen=True)

    speech_end: datetime | None = None
    final_text: datetime | None = None
    pushed: datetime | None = None
    started: datetime | None = None
    first_text: datetime | None = None
    first_audio: datetime | None = None
    done: datetime | None = None
    heard_until: datetime | None = None

    def asked(self) -> "Timeline":
        """Return the stages of the asking alone: what an earlier attempt reached says nothing of the next one."""
        return Timeline(speech_end=self.speech_end, final_text=self.final_text, pushed=self.pushed)

    def reached(self, stages: Mapping[str, datetime]) -> "Timeline":
        """Return the timeline with these stages set, keeping a stage that was reached before."""
        return self.model_copy(update={name: at for name, at in stages.items() if getattr(self, name) is None})


class Heard(BaseModel):
    """How much was heard of an answer whose speech ended before its end: its words, and samples at so many Hz."""

    model_config = ConfigDict(frozen=True)

    text: str
    samples: int
    sample_rate: int


class Job(BaseModel):
    """One shape for a job on the socket and over HTTP."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="ULID")
    kind: Kind = Kind.QUESTION
    status: Annotated[Status, AnyCase] = Status.PENDING
    queue: QueueName = QueueName.TODO
    question: str
    answer: str | None = None
    agent: str | None = None
    snapshot: str | None = None
    user: str = "local"
    session: str | None = None
    priority: Priority = "normal"
    place: str | None = Field(default=None, description="sorts a user's waiting jobs as text, the next one first")
    position: int | None = Field(default=None, description="jobs that start before this one; of a waiting job")
    eta_s: float | None = Field(default=None, description="seconds until it is expected to start")
    progress: float | None = Field(default=None, description="0 to 1")
    error: JobError | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    timeline: Timeline = Timeline()
    key: str | None = None
    same_as: str | None = None
    speak: bool = Field(default=False, description="whether the answer is to be heard")
    heard: Heard | None = Field(default=None, description="what was heard of an answer that was cut short")
    spoken_by: str | None = Field(default=None, description="session that speaks the answer, or has")

    @property
    def finished(self) -> bool:
        return self.queue in (QueueName.DONE, QueueName.DEAD)

    def erased(self) -> "Job":
        """Return the job without what it was about, for those who knew it and must forget it."""
        return self.model_copy(update={"question": "", "answer": None, "error": None, "heard": None})

    def moved(self, status: Status, stages: Mapping[str, datetime] = NOTHING, **changes: Any) -> "Job":
        """Return the job with a new status and the stages it reached by that.

        Raises `bad_transition` when it may not go there.
        """
        if not allowed(self.kind, self.status, status):
            raise Conflict("bad_transition", f"a {self.status} {self.kind} cannot become {status}")
        if status is Status.PENDING:
            changes["timeline"] = self.timeline.asked()
        else:
            changes["timeline"] = self.timeline.reached(stages)
            changes["place"] = None
        return self.model_copy(update={"status": status, "queue": queue_of(status), **changes})

    def reached(self, heard: Heard | None = None, **stages: datetime) -> "Job":
        """Return the job with these stages of its timeline set, and what was heard; what was known before stays."""
        return self.model_copy(update={"timeline": self.timeline.reached(stages), "heard": self.heard or heard})
