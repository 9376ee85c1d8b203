import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from genie import config, messages
from genie.audio.engine import Card
from genie.audio.lane import Lane
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from genie.errors import Unavailable
from genie.queues.job import Heard
from genie.rest.loudspeaker import KEPT_SPEECHES, LAST_WORD_S, Loudspeaker
from genie.rest.mouth import SessionMouth
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.fakes import RATE, FakeSynthesizer
from tests.waiting import told

LIMITS = config.load(environment={}).server


@dataclass
class Spoken:
    """What a session's answers leave behind: stages that were noted, and who claimed which job."""

    noted: list[tuple[str, str]] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)

    def note(self, user: str, job: str, stage: str, heard: Heard | None) -> None:
        self.noted.append((job, stage))
        if heard is not None:
            self.heard[job] = heard

    async def claim(self, user: str, job: str, session: str, again: bool) -> bool:
        is_new = job not in self.claims
        self.claims.setdefault(job, session)
        return is_new or again

    async def disclaim(self, user: str, job: str, session: str) -> None:
        del self.claims[job]


@asynccontextmanager
async def speaking(voice=None, ahead_s: float = 0.2):
    """A session whose speeches are made by a fake voice, and what they leave behind."""
    lane, spoken = Lane(FakeSynthesizer, name="fake"), Spoken()
    session = Session("local", "UTC", "en", history_limit=2)
    session.loudspeaker = Loudspeaker(
        session, spoken.claim, spoken.disclaim, spoken.note, lambda _, job, heard: session.cut_short(job, heard)
    )
    session.speeches = SpeechLine(
        session.loudspeaker, voice or (lambda: Studio(lane, Card("fake", rate=RATE, voice="fake"))), ahead_s
    )
    try:
        yield session, spoken
    finally:
        session.speeches.close()
        lane.close()


def say(session: Session, text: str, job: str = "j") -> None:
    speech = session.speeches.reserve(job, Manner())
    speech.feed(text)
    speech.close()


async def sound(outbox: Outbox) -> tuple[int, int, int]:
    """Take what is sent, until a frame of sound comes; return its speech, its first sample and how many it has."""
    async with asyncio.timeout(5):
        while True:
            frame = await outbox.take()
            if isinstance(frame, bytes):
                speech, first, pcm = messages.decode_audio(frame)
                return speech, first, len(pcm) // 2


def back(session: Session, outbox: Outbox) -> None:
    """Come back on a new socket."""
    session.attach(outbox)
    session.loudspeaker.resume()


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
        async with asyncio.timeout(5):
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


def sounds(session: Session, *texts: str, seconds: float = 1.0) -> None:
    """Send pieces of speech 1, a second each, whose words are evenly spread."""
    loudspeaker, at = session.loudspeaker, 0
    loudspeaker.speech_began(1, "j", RATE, "fake")
    for text in texts:
        spans = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
        step = round(RATE * seconds / len(spans))
        words = tuple((start, end, at + number * step) for number, (start, end) in enumerate(spans))
        loudspeaker.speech_caption(1, text, at, words)
        loudspeaker.speech_frame(1, at, bytes(2 * round(RATE * seconds)))
        at += round(RATE * seconds)


async def until_noted(spoken: Spoken, stage: str) -> None:
    async with asyncio.timeout(5):
        while ("j", stage) not in spoken.noted:
            await asyncio.sleep(0.01)


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
