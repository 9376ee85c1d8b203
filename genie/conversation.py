"""One question's way: text, job, agent, stream of text, speech."""

from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from ulid import ULID

from genie.agents.agent import Agent, Context, Slots
from genie.asker import Asker, Nobody
from genie.audio.acknowledgements import acknowledging
from genie.audio.speech import Manner, Speech
from genie.audio.speech_line import SpeechLine
from genie.errors import BadInput, Conflict, GenieError, NotFound
from genie.messages import Answer, AnswerDelta
from genie.notes import Notes
from genie.queues.board import Board
from genie.queues.job import Job, Kind, Priority, QueueName, Status, Timeline
from genie.queues.journal import QueueEvent
from genie.queues.worker import Outcome
from genie.settings import QueueSettings
from genie.twins import Twins, answered_twin, equal
from genie.wanted import wanted

REOPENED = "reopened"
"""Why a question was cancelled whose asker spoke on before it was answered."""

Choose = Callable[[str], tuple[Agent, Slots]]
Publish = Callable[[str, str, Answer | AnswerDelta], None]
"""Give a message about a job (its user, its id) to whoever follows answers."""


@dataclass(slots=True)
class _Open:
    """What is known of an unfinished question besides its job."""

    asker: Asker
    speech: Speech | None = None
    begun: bool = False
    """Something of the answer has left, or its agent may have done something."""
    taken_back: bool = False


@dataclass(slots=True)
class Conversation:
    """The parts that questions pass through, and the questions on their way."""

    board: Board
    choose: Choose
    publish: Publish
    nobody: Callable[[str], Nobody]
    """Stands in for a user's asker who is gone, such as after a restart."""
    limits: QueueSettings
    admit: Callable[[str], None]
    """Refuse a question of a user who asks too often."""
    clock: Callable[[], datetime]
    acknowledge_s: Callable[[], float] = lambda: 0.0
    """How long an answer may take before something is said meanwhile (0: however long)."""
    open: dict[str, _Open] = field(default_factory=dict)
    twins: Twins = field(init=False)
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        self.twins = Twins(self.choose)
        self.notes = Notes(self.board, self.clock)


def checked(question: str, limit: int) -> str:
    """Return the question without outer space, or raise `empty_question` or `question_too_long`."""
    text = " ".join(question.split())
    if not text:
        raise BadInput("empty_question", "the question is empty", field="text")
    if len(text) > limit:
        raise BadInput("question_too_long", f"a question may have {limit} characters", field="text")
    return text


async def ask(
    talk: Conversation,
    question: str,
    asker: Asker,
    *,
    key: str | None = None,
    timeline: Timeline | None = None,
    speak: bool = False,
    named: str | None = None,
    priority: Priority = "normal",
) -> Job:
    """Queue a question and take the answer's place in the asker's line; return its job once it is recorded.

    With `speak` the answer is also kept for the ear when the asker has none: the user's next client hears it.
    `named` is the id of the job, where something is kept under it already.
    """
    talk.admit(asker.user)
    now = talk.clock()
    job = Job(
        id=named or str(ULID()),
        question=checked(question, talk.limits.question_chars),
        user=asker.user,
        session=asker.session,
        created_at=now,
        timeline=(timeline or Timeline()).model_copy(update={"pushed": now}),
        key=key or None,
        priority=priority,
        speak=speak or asker.speeches is not None,
    )
    asked = equal(job, asker.timezone, asker.locale)
    job = talk.twins.joined(job, asked)
    try:
        _take_place(talk, job, asker)
        pushed = await talk.board.push(job)
    except BaseException:
        _leave(talk, job.id)
        raise
    if pushed.id != job.id:
        _leave(talk, job.id)
    elif pushed.same_as != job.same_as:
        talk.twins.lead(job.id, asked)  # it is answered before the one that it would have waited for
    return pushed


async def edit(talk: Conversation, job: str, question: str, asker: Asker) -> Job:
    """Change what a waiting question asks."""
    if talk.board.find(job, asker.user).kind is not Kind.QUESTION:
        raise Conflict("not_a_question", "only a question can be edited")
    return await talk.board.edit(job, asker.user, checked(question, talk.limits.question_chars))


async def retry(talk: Conversation, job: str, asker: Asker) -> Job:
    """Put a dead job back into todo; whoever retries a question hears the answer."""
    found = talk.board.find(job, asker.user)
    if found.kind is not Kind.QUESTION:
        asker = talk.nobody(asker.user)
    if found.queue is not QueueName.DEAD or job in talk.open:  # open: somebody else is about to retry it
        raise Conflict("not_dead", "only a job that failed or was cancelled can be retried")
    talk.admit(asker.user)
    _take_place(talk, found, asker)
    try:
        return await talk.board.retry(job, asker.user, speak=found.speak or asker.speeches is not None)
    except BaseException:
        _leave(talk, job)
        raise


def replay(talk: Conversation, job: str, asker: Asker) -> Job:
    """Speak the answer of a finished question again, to whoever asks for that: once, also where it waits already."""
    found = talk.board.find(job, asker.user)
    if not found.answer or found.kind is not Kind.QUESTION:
        raise Conflict("no_answer", "this job has no answer to speak")
    if asker.speeches is None:
        raise Conflict("cannot_listen", "this client cannot play sound")
    asker.silence(job)
    speak(found, asker.speeches, asker.manner(), again=True)
    return found


def speak(job: Job, line: SpeechLine, manner: Manner, *, again: bool = False) -> None:
    """Put the whole answer of a finished question into a line."""
    speech = line.reserve(job.id, manner, again=again)
    speech.feed(job.answer or "")
    speech.close()


async def answer(talk: Conversation, job: Job) -> Outcome:
    """Answer one question: its text goes to followers and to the asker's ear as it is made."""
    place = talk.open.get(job.id) or _Open(talk.nobody(job.user))
    if place.taken_back:
        raise Conflict(REOPENED, "the question was taken back in the moment in which it was to be answered")
    if (twin := answered_twin(talk.board, job)) is not None:
        return _repeat(talk, job, twin, place)
    agent, slots = talk.choose(job.question)
    text, began = await _stream(talk, job, agent, slots, place)
    if place.speech is not None:
        place.speech.close()
    place.asker.remember(job.id, job.question, text)
    return Outcome(answer=text, agent=agent.name, first_text=began)


def _repeat(talk: Conversation, job: Job, twin: Job, place: _Open) -> Outcome:
    """Answer a question with what an equal one was answered a moment ago."""
    text, place.begun = twin.answer or "", True
    talk.publish(job.user, job.id, AnswerDelta(job=job.id, text=text))
    if place.speech is not None:
        place.speech.feed(text)
        place.speech.close()
    place.asker.remember(job.id, job.question, text)
    return Outcome(answer=text, agent=twin.agent or "", first_text=talk.clock(), same_as=twin.id)


async def _stream(
    talk: Conversation, job: Job, agent: Agent, slots: Slots, place: _Open
) -> tuple[str, datetime | None]:
    """Pass an answer on as it is made; return its whole text and when it began."""
    parts: list[str] = []
    began: datetime | None = None
    room = talk.limits.answer_chars
    place.begun = agent.side_effects
    written = agent.answer(slots, _context(talk, place.asker))
    waited = acknowledging(place.speech, talk.acknowledge_s())
    async with wanted(agent, place.speech), waited, aclosing(written) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            began, place.begun = began or talk.clock(), True
            part = piece[:room]
            room -= len(part)
            parts.append(part)
            talk.publish(job.user, job.id, AnswerDelta(job=job.id, text=part))
            if place.speech is not None:
                place.speech.feed(part)
            if not room:
                break
    return "".join(parts).strip(), began


def announce(talk: Conversation, event: QueueEvent) -> None:
    """When a job has ended, give its whole answer to followers, and its asker the end of its speech."""
    job = event.job
    talk.twins.follow(job)
    if event.change != "added" or not job.finished:
        return
    if (place := talk.open.pop(job.id, None)) is not None:
        _end_speech(place, job)
    if event.queue is QueueName.DONE and job.answer is not None and job.kind is Kind.QUESTION:
        talk.publish(job.user, job.id, Answer(job=job.id, text=job.answer, timeline=job.timeline))


def _end_speech(place: _Open, job: Job) -> None:
    """Let the line go on, however the job ended; why it failed is said aloud."""
    if place.speech is None:
        return
    if job.status is Status.CANCELLED:
        _give_up(place)
        return
    if job.error is not None:
        place.speech.feed(f"Sorry, that did not work: {job.error.message}.")
    place.speech.close()


async def claim(talk: Conversation, user: str, job: str, session: str, again: bool) -> bool:
    """Say whether this session may speak a job's answer; a job that was deleted meanwhile is not spoken."""
    try:
        return await talk.board.claim(job, user, session, again=again)
    except NotFound:
        return False


async def disclaim(talk: Conversation, user: str, job: str, session: str) -> None:
    """Let a job's answer wait to be heard again; what cannot be written down now counts as heard."""
    with suppress(GenieError):
        await talk.board.disclaim(job, user, session)


def _take_place(talk: Conversation, job: Job, asker: Asker) -> None:
    speech = asker.speeches.reserve(job.id, asker.manner()) if asker.speeches is not None else None
    talk.open[job.id] = _Open(asker, speech)


def _leave(talk: Conversation, job: str) -> None:
    """Take back the place of a job that was not recorded."""
    talk.twins.forget(job)
    if (place := talk.open.pop(job, None)) is not None:
        _give_up(place)


def _give_up(place: _Open) -> None:
    if place.speech is not None:
        place.speech.give_up()


def _context(talk: Conversation, asker: Asker) -> Context:
    return Context(
        now=talk.clock().astimezone(ZoneInfo(asker.timezone)),
        timezone=asker.timezone,
        locale=asker.locale,
        user=asker.user,
        session=asker.session,
        history=asker.history(),
    )
