import asyncio
import time

from genie import messages
from genie.audio.loudness import FLOOR_DB
from genie.audio.speech import Manner
from genie.errors import Unavailable
from genie.rest.mouth import SessionMouth
from genie.rest.outbox import Outbox
from tests.fakes import RATE, buzz
from tests.speaking import LIMITS, back, say, sound, sounds, speaking
from tests.waiting import told


async def test_a_speech_without_a_voice_is_a_coded_error():
    def no_voice():
        raise Unavailable("engine_unavailable", "the voice is being loaded")

    async with speaking(no_voice) as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        say(session, "Hello.")
        assert (await told(outbox, messages.ErrorMessage)).code == "engine_unavailable"


async def test_an_answer_whose_voice_failed_before_its_first_sound_is_nobodys():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        speech = session.speeches.reserve("j", Manner(voice="nobody"))
        speech.feed("Hello.")
        speech.close()
        async with asyncio.timeout(30):
            while session.speeches.jobs():
                await asyncio.sleep(0)
        assert spoken.claims == {}


async def test_an_answer_waits_for_a_client_that_is_away():
    async with speaking() as (session, spoken):
        say(session, "Hello.")
        for _ in range(10):  # time enough to begin
            await asyncio.sleep(0)
        assert spoken.noted == [] and spoken.claims == {}
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        began = await told(outbox, messages.AudioUpdate)
        end = await told(outbox, messages.AudioEnd)
    assert began.speech == end.speech == 1 and end.reason == "completed"
    assert spoken.claims == {"j": session.session}


async def test_an_answer_waits_for_a_client_that_cannot_play_yet():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.topics.discard("speech")
        session.attach(outbox)
        say(session, "Hello.")
        for _ in range(10):  # time enough to begin
            await asyncio.sleep(0)
        assert spoken.claims == {}
        session.follow(["speech"])
        assert (await told(outbox, messages.AudioUpdate)).job == "j"


async def test_a_speech_goes_on_at_a_new_socket_from_the_sample_last_played():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 20)
        sent = 0
        while sent < 150:
            _, first, count = await sound(old)
            sent = first + count
        session.loudspeaker.played(1, 130)
        session.detach(old)
        back(session, new)
        assert (await told(new, messages.AudioUpdate)).speech == 1
        heard = 130
        while heard < 20 * RATE // 10:
            speech, first, count = await sound(new)
            assert (speech, first) == (1, heard), "no gap, and nothing twice"
            heard += count
        assert (await told(new, messages.AudioEnd)).samples == heard


async def test_a_client_that_says_it_heard_more_than_it_was_sent_hears_the_rest():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 20)
        _, first, count = await sound(old)
        session.loudspeaker.played(1, 10**9)
        await sound(old)
        session.detach(old)
        back(session, new)
        assert await sound(new) == (1, first + count, RATE // 10)


async def test_nothing_is_made_for_a_client_that_is_away_beyond_what_it_is_sent_ahead():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 200)
        await sound(old)
        session.detach(old)
        await asyncio.sleep(0.5)  # what must not happen takes no shorter
        back(session, new)
        assert len(new) <= 2 + 4, "the speech, its caption and 0.4 s of sound"
        session.silence()


async def test_the_end_of_a_speech_that_was_not_played_whole_is_sent_again_and_its_end_with_it():
    async with speaking(ahead_s=10) as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 10)
        end = await told(old, messages.AudioEnd)
        session.loudspeaker.played(1, 600)
        session.detach(old)
        back(session, new)
        assert (await sound(new))[:2] == (1, 600)
        assert await told(new, messages.AudioEnd) == end


async def test_what_was_stopped_while_the_client_was_away_is_told_and_not_sent():
    async with speaking() as (session, spoken):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 200, job="a")
        await sound(old)
        session.detach(old)
        session.silence("a")
        while ("a", "heard_until") not in spoken.noted:
            await asyncio.sleep(0)
        back(session, new)
        first = messages.decode_server(str(await new.take()))
        assert isinstance(first, messages.AudioEnd) and first.reason == "stopped"


async def test_a_client_that_silences_genie_is_not_sent_the_rest_when_it_comes_back():
    async with speaking(ahead_s=10) as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "a" * 10)
        assert (await told(old, messages.AudioEnd)).reason == "completed"
        session.silence()
        stopped = await told(old, messages.AudioEnd)
        assert stopped.reason == "stopped"
        session.detach(old)
        back(session, new)
        assert messages.decode_server(str(await new.take())) == stopped, "the socket may have broken before it came"
        assert len(new) == 0


async def test_a_speech_is_heard_once_however_often_its_end_is_told():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        say(session, "Hello.")
        end = await told(outbox, messages.AudioEnd)
        for _ in range(3):
            session.loudspeaker.played(end.speech, end.samples)
    assert spoken.noted == [("j", "first_audio"), ("j", "heard_until")]


async def test_a_piece_of_which_more_words_are_known_is_captioned_again():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        session.loudspeaker.speech_began(1, "j", RATE, "fake")
        session.loudspeaker.speech_caption(1, "One two", 300, ((0, 3, 310),))
        session.loudspeaker.speech_caption(1, None, 400, ((4, 7, 420),))
        first, again = await told(outbox, messages.Caption), await told(outbox, messages.Caption)
    assert first.words == [(0, 3, 310)]
    assert again == first.model_copy(update={"words": [(0, 3, 310), (4, 7, 420)]})


async def test_captions_of_the_rest_come_with_it_from_the_one_that_is_being_heard():
    async with speaking(ahead_s=10) as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session, "This is the first sentence here. This is the second sentence here. This is the third one here.")
        await told(old, messages.Caption)
        second = await told(old, messages.Caption)
        await told(old, messages.AudioEnd)
        session.loudspeaker.played(1, second.first_sample + 10)
        session.detach(old)
        back(session, new)
        assert await told(new, messages.Caption) == second


async def test_a_client_that_had_played_all_when_it_was_held_is_let_go_by_a_stop():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        sounds(session, "One two three.")
        session.loudspeaker.speech_ended(1, 1_000, "completed", None)
        session.loudspeaker.hold()
        assert await told(outbox, messages.AudioHold) == messages.AudioHold(on=True)
        session.loudspeaker.played(1, 1_000)
        SessionMouth(session, session.loudspeaker).stop()
        assert await told(outbox, messages.AudioHold) == messages.AudioHold(on=False)


async def test_what_comes_after_a_speech_that_was_stopped_in_a_pause_is_heard_at_once():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        sounds(session, "One two three.")
        session.loudspeaker.speech_ended(1, 1_000, "completed", None)
        session.loudspeaker.hold()
        session.silence()
        assert (await told(outbox, messages.AudioEnd)).reason == "completed"
        assert (await told(outbox, messages.AudioEnd)).reason == "stopped"
        async with asyncio.timeout(1):  # a pause ends by itself after 4 s
            await session.loudspeaker.present()


async def test_nothing_can_come_back_of_what_is_held():
    async with speaking() as (session, _):
        loudspeaker, rate = session.loudspeaker, 16_000
        session.attach(Outbox(LIMITS))
        loudspeaker.speech_began(1, "j", rate, "fake")
        loudspeaker.speech_frame(1, 0, buzz(2.0, rate))
        loudspeaker.played(1, rate)
        assert loudspeaker.levels(time.monotonic(), 2).max() > FLOOR_DB
        loudspeaker.hold()
        assert loudspeaker.levels(time.monotonic(), 2).max() == FLOOR_DB
