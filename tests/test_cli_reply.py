"""What a command picks out of everything a server sends."""

from datetime import UTC, datetime

import pytest

from genie import messages
from genie.commands.reply import REF, Reply
from genie.errors import GenieError
from genie.queues.job import Job, JobError, QueueName, Status, Timeline


class Told(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


def feed(reply: Reply, *frames: messages.Message) -> None:
    for frame in frames:
        reply.take(messages.encode(frame))


def delta(job: str, text: str) -> messages.AnswerDelta:
    return messages.AnswerDelta(job=job, text=text)


def answer(job: str, text: str) -> messages.Answer:
    return messages.Answer(job=job, text=text, timeline=Timeline())


def test_words_that_come_before_the_job_is_known_are_told_once_it_is() -> None:
    told = Told()
    reply = Reply(told)
    feed(reply, delta("other", "no"), delta("mine", "eighty-"), messages.Accepted(ref=REF, job="mine"))
    feed(reply, delta("mine", "four"), delta("other", "no"), answer("mine", "eighty-four"))
    assert "".join(told) == "eighty-four"
    assert reply.job == "mine"


def test_the_answer_to_somebody_else_does_not_end_the_wait() -> None:
    reply = Reply(Told())
    feed(reply, messages.Accepted(ref=REF, job="mine"), answer("other", "yes"))
    assert reply.job is None


def test_an_answer_without_pieces_is_told_whole() -> None:
    told = Told()
    feed(Reply(told), messages.Accepted(ref=REF, job="mine"), answer("mine", "84"))
    assert "".join(told) == "84"


def test_a_job_that_died_raises_its_error() -> None:
    reply = Reply(Told())
    dead = Job(
        id="mine",
        question="q",
        status=Status.FAILED,
        queue=QueueName.DEAD,
        error=JobError(code="llm_down", message="the model is down"),
        created_at=datetime.now(UTC),
    )
    feed(reply, messages.DeadUpdate(seq=1, change="added", job=dead, size=1))
    with pytest.raises(GenieError, match="llm_down: the model is down"):
        feed(reply, messages.Accepted(ref=REF, job="mine"))


def test_a_refused_question_raises_the_servers_error() -> None:
    with pytest.raises(GenieError, match="queue_full"):
        feed(Reply(Told()), messages.ErrorMessage(code="queue_full", message="later", ref=REF))
