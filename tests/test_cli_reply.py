"""What a command picks out of everything a server sends."""

from datetime import UTC, datetime

import numpy as np
import pytest

from genie import messages
from genie.commands.reply import REF, Reply
from genie.errors import GenieError
from genie.queues.job import Job, JobError, QueueName, Status, Timeline


class Told(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


def feed(reply: Reply, *frames: messages.Message | bytes) -> None:
    for frame in frames:
        reply.take(frame if isinstance(frame, bytes) else messages.encode(frame))


def delta(job: str, text: str) -> messages.AnswerDelta:
    return messages.AnswerDelta(job=job, text=text)


def answer(job: str, text: str) -> messages.Answer:
    return messages.Answer(job=job, text=text, timeline=Timeline())


def test_words_that_come_before_the_job_is_known_are_told_once_it_is() -> None:
    told = Told()
    reply = Reply(told, speak=False)
    feed(reply, delta("other", "no"), delta("mine", "eighty-"), messages.Accepted(ref=REF, job="mine"))
    feed(reply, delta("mine", "four"), delta("other", "no"), answer("mine", "eighty-four"))
    assert "".join(told) == "eighty-four"
    assert reply.whole


def test_the_answer_to_somebody_else_does_not_end_the_wait() -> None:
    reply = Reply(Told(), speak=False)
    feed(reply, messages.Accepted(ref=REF, job="mine"), answer("other", "yes"))
    assert not reply.whole


def test_an_answer_without_pieces_is_told_whole() -> None:
    told = Told()
    feed(Reply(told, speak=False), messages.Accepted(ref=REF, job="mine"), answer("mine", "84"))
    assert "".join(told) == "84"


def test_a_spoken_answer_is_whole_when_its_speech_has_ended() -> None:
    reply = Reply(Told(), speak=True)
    sound = np.arange(4, dtype="<i2")
    feed(
        reply,
        messages.Accepted(ref=REF, job="mine"),
        messages.AudioUpdate(speech=3, job="mine", url=None, sample_rate=16_000, voice="x"),
        answer("mine", "84"),
        messages.encode_audio(2, 0, b"\1\1"),
        messages.encode_audio(3, 0, sound[:2].tobytes()),
        messages.encode_audio(3, 2, sound[2:].tobytes()),
    )
    assert not reply.whole
    feed(reply, messages.AudioEnd(speech=3, samples=4, reason="completed"))
    assert reply.whole
    assert reply.sound.rate == 16_000
    assert reply.sound.samples.tolist() == [0, 1, 2, 3]


def test_a_job_that_died_raises_its_error() -> None:
    reply = Reply(Told(), speak=False)
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
        feed(Reply(Told(), speak=False), messages.ErrorMessage(code="queue_full", message="later", ref=REF))
