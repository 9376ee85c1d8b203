"""Finished answers wait for their user, and each is spoken once, on one client: on a real server."""

import asyncio

import httpx
import pytest

from genie import messages
from tests.serving import DEAF, Client, Served, client, serving, until_ready


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("data"), "stt.engine=embedded", "tts.engine=embedded", module=DEAF) as served:
        asyncio.run(until_ready(served))
        yield served


async def push(served: Served, question: str, **more) -> str:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
        return (await http.post("/api/push", json={"question": question, **more})).json()["id"]


async def job_of(served: Served, job: str) -> dict:
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
        return (await http.get(f"/api/jobs/{job}")).json()


async def until_done(served: Served, job: str) -> dict:
    async with asyncio.timeout(20):
        while (found := await job_of(served, job))["queue"] != "done":
            await asyncio.sleep(0.02)
        return found


async def heard(one: Client, job: str) -> messages.AudioEnd:
    """Hear an answer to its end, and say so as a player does."""
    began = await one.wait(messages.AudioUpdate, lambda message: message.job == job)
    end = await one.wait(messages.AudioEnd, lambda message: message.speech == began.speech)
    await one.send(messages.SpeechPlayed(speech=end.speech, samples=end.samples))
    return end


def spoken(one: Client) -> list[str | None]:
    return [message.job for message in one.seen if isinstance(message, messages.AudioUpdate)]


async def hears_nothing_else(one: Client) -> bool:
    """Ask something aloud: whatever else there were to hear would come before its answer."""
    job = (await one.request(messages.Ask(text="what is one plus one"))).job
    await heard(one, job)
    return spoken(one) == [job]


async def hears_nothing(one: Client) -> bool:
    """The same for a client that cannot play: it is answered as text."""
    job = (await one.request(messages.Ask(text="what is one plus one"))).job
    await one.wait(messages.Answer, lambda answer: answer.job == job)
    return spoken(one) == []


async def test_an_answer_that_nobody_heard_is_spoken_to_the_next_client_and_to_no_other(server):
    job = await push(server, "what is 2 plus 2", speak=True)
    await until_done(server, job)
    async with client(server) as first:
        end = await heard(first, job)
        assert end.reason == "completed" and len(first.sound[end.speech]) == 2 * end.samples > 0
    async with client(server) as second:
        assert await hears_nothing_else(second)
    assert (await job_of(server, job))["spoken_by"]


async def test_a_silent_question_is_never_spoken(server):
    job = await push(server, "what is 2 plus 3")
    await until_done(server, job)
    async with client(server) as one:
        assert await hears_nothing_else(one)


async def test_an_answer_waits_for_a_client_that_cannot_play_yet(server):
    job = await push(server, "what is 2 plus 4", speak=True)
    await until_done(server, job)
    async with client(server, speech="later") as one:
        assert await hears_nothing(one)
        await one.request(messages.Subscribe(topics=["speech"]))
        await heard(one, job)


async def test_a_client_that_never_plays_is_answered_as_text_and_leaves_nothing_to_be_heard(server):
    async with client(server, speech="never") as reader:
        accepted = await reader.request(messages.Ask(text="what is 2 plus 5"))
        assert (await reader.wait(messages.Answer, lambda answer: answer.job == accepted.job)).text
        assert await hears_nothing(reader)
    async with client(server) as other:
        assert await hears_nothing_else(other)


async def test_an_answer_whose_client_left_is_heard_by_another_one_of_its_user(server):
    async with client(server, speech="later") as asking:
        job = (await asking.request(messages.Ask(text="what is 2 plus 6"))).job
        await asking.wait(messages.Answer)
    async with client(server) as other:
        await heard(other, job)


async def test_an_answer_that_was_cancelled_before_anybody_heard_it_is_spoken_to_nobody(server):
    job = await push(server, "what is 2 plus 8", speak=True)
    await until_done(server, job)
    async with client(server, speech="later") as one:
        refused = await one.request(messages.JobCancel(job=job))
        assert isinstance(refused, messages.ErrorMessage) and refused.code == "already_finished"
        await one.request(messages.Subscribe(topics=["speech"]))
        assert await hears_nothing_else(one)


async def test_a_client_that_is_there_hears_what_a_forgotten_one_did_not(tmp_path):
    settings = ("stt.engine=embedded", "tts.engine=embedded", "server.resume_s=1")
    with serving(tmp_path, *settings, module=DEAF) as served:
        await until_ready(served)
        async with client(served) as other:
            async with client(served, speech="later") as asking:
                job = (await asking.request(messages.Ask(text="what is 2 plus 9"))).job
                await asking.wait(messages.Answer)
            await heard(other, job)


async def test_an_answer_is_heard_by_the_client_that_asked_although_another_one_is_there(server):
    async with client(server) as other, client(server) as asking:
        job = (await asking.request(messages.Ask(text="what is 2 plus 7"))).job
        await heard(asking, job)
        assert await hears_nothing_else(other)


async def test_a_speech_goes_on_where_it_was_when_its_client_comes_back(server):
    async with client(server) as before:
        accepted = await before.request(messages.Ask(text="what is 4321 times 1234"))
        began = await before.wait(messages.AudioUpdate, lambda message: message.job == accepted.job)
        while len(before.sound.get(began.speech, b"")) < 2 * 22_050:
            await before.receive()
        [connect] = [m for m in before.seen if isinstance(m, messages.Connect)]
        await before.send(messages.SpeechPlayed(speech=began.speech, samples=20_000))
        await before.request(messages.Ping())
    async with client(server, session=connect.session) as after:
        after.sound[began.speech] = before.sound[began.speech][: 2 * 20_000]
        end = await heard(after, accepted.job)
        assert len(after.sound[end.speech]) == 2 * end.samples, "no gap at the seam, and the whole answer"
    assert (await job_of(server, accepted.job))["spoken_by"] == connect.session


async def test_a_speech_that_had_begun_is_not_spoken_to_another_client(server):
    async with client(server) as first:
        accepted = await first.request(messages.Ask(text="what can you do"))
        began = await first.wait(messages.AudioUpdate, lambda message: message.job == accepted.job)
        while began.speech not in first.sound:
            await first.receive()
    async with client(server) as second:
        assert await hears_nothing_else(second)
        await second.request(messages.JobReplay(job=accepted.job))
        await second.wait(messages.AudioUpdate, lambda message: message.job == accepted.job)
        await second.request(messages.SpeechStop())


async def test_unheard_answers_survive_a_restart_and_heard_ones_stay_heard(tmp_path):
    settings = ("stt.engine=embedded", "tts.engine=embedded")
    with serving(tmp_path, *settings, module=DEAF) as served:
        await until_ready(served)
        async with client(served) as one:
            told = (await one.request(messages.Ask(text="what is 3 plus 4"))).job
            await heard(one, told)
        untold = await push(served, "what is 3 plus 5", speak=True)
        await until_done(served, untold)
        served.process.kill()
    with serving(tmp_path, *settings, module=DEAF) as served:
        await until_ready(served)
        async with client(served) as one:
            await heard(one, untold)
            assert spoken(one) == [untold]


async def test_an_answer_too_old_is_not_spoken_and_can_be_replayed(tmp_path):
    with serving(tmp_path, "stt.engine=embedded", "tts.engine=embedded", "queue.unheard_s=0", module=DEAF) as served:
        await until_ready(served)
        job = await push(served, "what is 4 plus 4", speak=True)
        await until_done(served, job)
        async with client(served) as one:
            assert await hears_nothing_else(one)
            await one.request(messages.JobReplay(job=job))
            await heard(one, job)
