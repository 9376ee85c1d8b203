"""How much of an answer was heard: noted on its job to the word, and remembered by whoever asked."""

import asyncio

from genie import messages
from genie.queues.job import Heard
from genie.rest.loudspeaker import KEPT_SPEECHES
from genie.rest.outbox import Outbox
from genie.rest.reception import LAST_WORD_S
from tests.fakes import RATE
from tests.speaking import LIMITS, say, sounds, speaking, until_noted
from tests.waiting import told


async def test_what_was_heard_of_a_speech_that_is_stopped_is_noted_to_the_word():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        session.remember("j", "How are you?", "One two three. Four five six.")
        sounds(session, "One two three.", "Four five six.")
        session.loudspeaker.played(1, 1_340)
        session.loudspeaker.speech_ended(1, 2_000, "stopped", None)
        assert session.history() == (("How are you?", "One two three. Four—"),)
        await until_noted(spoken, "heard_until")
    heard = spoken.heard["j"]
    assert (heard.text, heard.sample_rate) == ("One two three. Four", RATE) and 1_340 <= heard.samples < 1_500


async def test_the_last_word_about_what_was_heard_is_the_clients():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        sounds(session, "One two three.", "Four five six.")
        session.loudspeaker.played(1, 1_900)
        session.loudspeaker.speech_ended(1, 2_000, "stopped", None)
        session.loudspeaker.played(1, 1_950)
        await until_noted(spoken, "heard_until")
    assert spoken.heard["j"] == Heard(text="One two three. Four five six.", samples=1_950, sample_rate=RATE)


async def test_what_was_heard_of_a_stopped_speech_is_noted_when_the_server_ends_before_its_client_has_said_so():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        sounds(session, "One two three.", "Four five six.")
        session.loudspeaker.played(1, 1_340)
        session.loudspeaker.speech_ended(1, 2_000, "stopped", None)
        session.close()
        assert spoken.heard["j"].text == "One two three. Four"
        assert spoken.noted.count(("j", "heard_until")) == 1


async def test_an_answer_of_which_nothing_was_heard_is_remembered_as_nothing():
    async with speaking() as (session, _):
        session.attach(Outbox(LIMITS))
        sounds(session, "One two three.")
        session.loudspeaker.played(1, 0)
        session.loudspeaker.speech_ended(1, 1_000, "stopped", None)
        session.remember("j", "How are you?", "One two three.")  # its writing ended with it
        assert session.history() == (("How are you?", "—"),)


async def test_of_an_answer_that_was_heard_to_its_end_no_cut_is_noted():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        sounds(session, "One two three.")
        session.loudspeaker.speech_ended(1, 1_000, "completed", None)
        session.loudspeaker.played(1, 1_000)
        session.remember("j", "How are you?", "One two three.")
        assert session.history() == (("How are you?", "One two three."),)
    assert spoken.heard == {} and ("j", "heard_until") in spoken.noted


async def test_a_client_that_never_comes_back_has_heard_what_it_had_played():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        sounds(session, "One two three.", "Four five six.")
        session.loudspeaker.speech_ended(1, 2_000, "completed", None)
        session.loudspeaker.played(1, 700)
        session.detach(outbox)
        session.close()
    assert spoken.heard["j"].text == "One two"


async def test_a_replay_that_is_cut_changes_nothing():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        session.remember("j", "How are you?", "One two three.")
        assert await session.loudspeaker.claim("j", again=False)
        assert await session.loudspeaker.claim("j", again=True)
        assert await session.loudspeaker.claim("other", again=False)
        sounds(session, "One two three.")
        session.loudspeaker.speech_ended(1, 1_000, "stopped", None)
        assert session.history() == (("How are you?", "One two three."),)
        await until_noted(spoken, "heard_until")
    assert spoken.heard == {}


async def test_an_answer_is_whole_that_was_stopped_behind_its_last_word():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        session.remember("j", "How are you?", "One two three.")
        sounds(session, "One two three.")
        session.loudspeaker.speech_ended(1, 1_000, "completed", None)
        session.loudspeaker.stops(1, 950)
        session.loudspeaker.hush()
        assert session.history() == (("How are you?", "One two three."),)
        await until_noted(spoken, "heard_until")
    assert spoken.heard == {}


async def test_what_was_heard_of_an_answer_says_nothing_of_the_one_that_came_when_the_job_was_asked_again():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        sounds(session, "One two three.")
        session.loudspeaker.played(1, 340)
        session.loudspeaker.speech_ended(1, 1_000, "stopped", None)
        session.loudspeaker.speech_began(2, "j", RATE, "fake")
        session.remember("j", "How are you?", "Four five six.")
        assert session.history() == (("How are you?", "Four five six."),)
        await asyncio.sleep(LAST_WORD_S)  # what must not happen takes no shorter
        assert session.history() == (("How are you?", "Four five six."),) and spoken.heard == {}


async def test_of_a_replay_that_is_the_first_to_be_heard_it_is_known_how_much_was():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        session.remember("j", "How are you?", "One two three.")
        assert await session.loudspeaker.claim("j", again=True)
        sounds(session, "One two three.")
        session.loudspeaker.played(1, 340)
        session.loudspeaker.speech_ended(1, 1_000, "stopped", None)
        assert session.history() == (("How are you?", "One—"),)
        await until_noted(spoken, "heard_until")
    assert spoken.heard["j"].text == "One"


async def test_a_client_that_never_says_what_it_played_has_heard_the_older_answers():
    async with speaking(ahead_s=60.0) as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        jobs = [f"j{number}" for number in range(KEPT_SPEECHES + 2)]
        for job in jobs:
            say(session, "Hi.", job)
        for _ in jobs:
            await told(outbox, messages.AudioEnd)
        assert [job for job, stage in spoken.noted if stage == "heard_until"] == jobs[:2]
