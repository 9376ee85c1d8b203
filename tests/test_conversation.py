import asyncio

import pytest

from genie import conversation
from genie.asker import Nobody
from genie.audio.speech import Speech
from genie.errors import BadInput, Conflict
from genie.messages import Answer, AnswerDelta
from genie.queues.job import Job, QueueName
from tests.talking import NOW, Ann, SlowJournal, Talk, talking


async def spoken(speech: Speech) -> str:
    return "".join([part async for part in speech.text()])


async def test_text_reaches_followers_and_the_voice_as_it_is_made():
    async with talking() as talk:
        ann = Ann()
        job = await conversation.ask(talk.parts, "one two  three", ann)
        done = await talk.until(QueueName.DONE)
        assert done.answer == "one two three" and done.agent == "echo"
        assert [m.text for m in talk.published if isinstance(m, AnswerDelta)] == ["one ", "two ", "three "]
        assert isinstance(talk.published[-1], Answer) and talk.published[-1].job == job.id
        [place] = ann.speeches.places
        assert await spoken(place) == "one two three " and place.manner.voice == "slt"


async def test_the_agent_knows_who_asks_and_their_time():
    async with talking() as talk:
        ann = Ann(past=[("q", "a")])
        await conversation.ask(talk.parts, "hello", ann)
        await talk.until(QueueName.DONE)
        [context] = talk.echo.contexts
    assert (context.now.hour, context.now.day) == (8, 21), "half past eight of the next morning in Tokyo"
    assert (context.locale, context.session, context.history) == ("en-GB", "s1", (("q", "a"),))
    assert ann.past[-1] == ("hello", "hello")


async def test_a_question_whose_asker_is_gone_is_still_its_users():
    """Such as one that waited while the server was started again: only its job knows whose it is."""
    async with talking() as talk:
        await talk.board.push(Job(id="a", question="one", user="bob", created_at=NOW))
        async with asyncio.timeout(10):
            while not talk.echo.contexts:
                await asyncio.sleep(0)
    assert talk.echo.contexts[0].user == "bob"


async def test_a_full_queue_gives_the_place_in_the_line_back():
    talk, ann = Talk(), Ann()
    for question in ("a", "b"):
        await conversation.ask(talk.parts, question, ann)
    with pytest.raises(Exception, match="queue_full"):
        await conversation.ask(talk.parts, "c", ann)
    assert ann.speeches.silenced == [ann.speeches.places[2].job]


async def test_a_repeated_key_takes_no_second_place():
    talk, ann = Talk(), Ann()
    first = await conversation.ask(talk.parts, "a", ann, key="k")
    second = await conversation.ask(talk.parts, "a", ann, key="k")
    assert first.id == second.id
    assert ann.speeches.silenced == [ann.speeches.places[1].job]


async def test_a_failure_is_said_aloud_and_ends_the_speech():
    async with talking() as talk:
        ann = Ann()
        await conversation.ask(talk.parts, "well fail", ann)
        dead = await talk.until(QueueName.DEAD)
        assert dead.error is not None and dead.error.code == "llm_timeout"
        assert "the model is late" in await spoken(ann.speeches.places[0])
    assert not any(isinstance(m, Answer) for m in talk.published)


async def test_a_cancelled_question_is_silenced_and_its_agent_ends():
    async with talking() as talk:
        ann = Ann()
        job = await conversation.ask(talk.parts, "one wait two", ann)
        async with asyncio.timeout(30):
            while not talk.published:
                await asyncio.sleep(0.01)
        cancelled = await talk.worker.cancel(job.id, "local")
    assert cancelled.status == "cancelled"
    assert ann.speeches.silenced == [job.id] and talk.echo.left == 1


async def test_a_dead_question_is_retried_and_spoken_to_whoever_retries():
    async with talking() as talk:
        ann, other = Ann(), Ann(session="s2")
        job = await conversation.ask(talk.parts, "wait", ann)
        await talk.until(QueueName.RUN)
        await talk.worker.cancel(job.id, "local")
        talk.echo.release.set()
        await conversation.retry(talk.parts, job.id, other)
        await talk.until(QueueName.DONE)
        assert await spoken(other.speeches.places[0]) == "wait "


async def test_only_dead_jobs_are_retried():
    async with talking() as talk:
        job = await conversation.ask(talk.parts, "a", Ann())
        await talk.until(QueueName.DONE)
        with pytest.raises(Conflict, match="not_dead"):
            await conversation.retry(talk.parts, job.id, Ann())


async def test_an_answer_is_spoken_again():
    async with talking() as talk:
        ann = Ann()
        job = await conversation.ask(talk.parts, "one two", ann)
        await talk.until(QueueName.DONE)
        conversation.replay(talk.parts, job.id, ann)
        assert await spoken(ann.speeches.places[1]) == "one two"
        assert ann.speeches.silenced == [job.id]  # where it still waited to be heard, it is not heard twice


async def test_what_has_no_answer_cannot_be_spoken_again():
    talk = Talk()
    job = await conversation.ask(talk.parts, "a", Ann())
    with pytest.raises(Conflict, match="no_answer"):
        conversation.replay(talk.parts, job.id, Ann())


async def test_an_endless_answer_is_cut():
    async with talking(**{"queue.answer_chars": 12}) as talk:
        await conversation.ask(talk.parts, "one two three four five", Ann())
        assert (await talk.until(QueueName.DONE)).answer == "one two thre"


async def test_stages_are_noted_on_the_timeline():
    async with talking() as talk:
        job = await conversation.ask(talk.parts, "one", Ann())
        await talk.until(QueueName.DONE)
        talk.parts.notes.add("local", job.id, "first_audio")
        talk.parts.notes.add("local", "deleted", "first_audio")
        async with asyncio.timeout(30):
            while (timeline := talk.board.find(job.id, "local").timeline).first_audio is None:
                await asyncio.sleep(0.01)
    assert timeline.pushed == timeline.started == timeline.first_text == timeline.done == NOW


@pytest.mark.parametrize(("question", "code"), [("", "empty_question"), (" \n ", "empty_question")])
async def test_an_empty_question_is_refused(question, code):
    with pytest.raises(BadInput, match=code):
        await conversation.ask(Talk().parts, question, Ann())


async def test_a_question_of_a_client_that_cannot_listen_is_not_spoken():
    async with talking() as talk:
        await conversation.ask(talk.parts, "one", Nobody("local", "UTC", "en-US"))
        assert (await talk.until(QueueName.DONE)).answer == "one"


@pytest.mark.parametrize(
    ("question", "said"),
    [("riddle", "genie made a mistake"), ("crash", "genie made a mistake"), ("wait", "no answer within 0.05 s")],
)
async def test_however_a_question_fails_it_is_said_aloud_and_the_line_goes_on(question, said):
    async with talking(**{"queue.job_timeout_s": 0.05}) as talk:
        ann = Ann()
        await conversation.ask(talk.parts, question, ann)
        await talk.until(QueueName.DEAD)
        async with asyncio.timeout(30):
            assert said in await spoken(ann.speeches.places[0])
    assert ann.speeches.silenced == []


async def test_a_waiting_question_that_is_cancelled_gives_its_place_back():
    talk, ann = Talk(), Ann()
    with talk.board.observed(lambda event: conversation.announce(talk.parts, event)):
        job = await conversation.ask(talk.parts, "a", ann)
        await talk.worker.cancel(job.id, "local")
    assert ann.speeches.silenced == [job.id] and talk.parts.open == {}


async def test_of_two_who_retry_at_once_one_hears_the_answer_and_the_other_waits_for_nothing():
    async with talking(SlowJournal()) as talk:
        job = await conversation.ask(talk.parts, "wait", Ann())
        await talk.until(QueueName.RUN)
        await talk.worker.cancel(job.id, "local")
        talk.echo.release.set()
        bea, cem = Ann(session="s2"), Ann(session="s3")
        retries = [conversation.retry(talk.parts, job.id, asker) for asker in (bea, cem)]
        outcomes = await asyncio.gather(*retries, return_exceptions=True)
        await talk.until(QueueName.DONE)
        assert [type(outcome) for outcome in outcomes] == [Job, Conflict]
        assert await spoken(bea.speeches.places[0]) == "wait "
        assert cem.speeches.places == []


async def test_a_question_whose_client_goes_while_it_is_recorded_holds_no_place():
    talk, ann = Talk(SlowJournal()), Ann()
    asking = asyncio.create_task(conversation.ask(talk.parts, "a", ann))
    async with asyncio.timeout(30):
        while not ann.speeches.places:
            await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    assert ann.speeches.silenced == [ann.speeches.places[0].job] and talk.parts.open == {}


async def test_an_answer_that_takes_its_time_is_announced_and_that_is_no_part_of_it():
    async with talking() as talk:
        talk.parts.acknowledge_s = lambda: 1e-9
        ann = Ann()
        job = await conversation.ask(talk.parts, "wait here", ann)
        async with asyncio.timeout(10):
            while not ann.speeches.before:
                await asyncio.sleep(0)
        talk.echo.release.set()
        done = await talk.until(QueueName.DONE)
    assert ann.speeches.before == [(job.id, "One moment.")]
    assert done.answer == "wait here" and ann.past == [("wait here", "wait here")]
    assert await spoken(ann.speeches.places[0]) == "wait here "
