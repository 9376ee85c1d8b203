"""What is urgent is heard at once, and what it interrupts goes on behind it: nothing of that is missed, or mixed."""

import time
from pathlib import Path

import numpy as np
import pytest

from genie import messages
from genie.audio.pcm import Words
from genie.messages import Ask, AudioEnd, AudioHold, AudioUpdate, Caption, DoneUpdate, SpeechPlayed, SpeechStop
from genie.queues.job import Heard
from genie.rest.announcer import Announcement
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from genie.rest.session import Session
from tests.fakes import RATE
from tests.model import slow_model, story
from tests.near import Near, near
from tests.serving import Client
from tests.speaking import LIMITS, Spoken, back, speaking, until_noted
from tests.waiting import told, until

TEXT = "One two three four, five six seven eight nine ten eleven twelve."
STEP = 500
"""Samples of a word."""


def words_of(text: str, at: int) -> Words:
    words, end = [], 0
    for number, word in enumerate(text.split()):
        start = text.index(word, end)
        words.append((start, end := start + len(word), at + number * STEP))
    return tuple(words)


def say(loudspeaker: Loudspeaker, text: str, speech: int = 1, *, job: str | None = "j", urgent: bool = False) -> int:
    """Send a speech of which each sample has another value, half a second a word; return its length."""
    loudspeaker.speech_began(speech, job, RATE, "fake", urgent=urgent)
    loudspeaker.speech_caption(speech, text, 0, words_of(text, 0))
    length = len(text.split()) * STEP
    for at in range(0, length, 100):
        loudspeaker.speech_frame(speech, at, np.arange(at, at + 100, dtype="<i2").tobytes())
    return length


def numbers_from(first: int):
    following = iter(range(first, first + 100))
    return lambda: next(following)


def alarm(loudspeaker: Loudspeaker, speech: int = 2, then: int = 3) -> None:
    """Interrupt with something urgent, to its end."""
    length = say(loudspeaker, "Fire.", speech, job=None, urgent=True)
    loudspeaker.speech_ended(speech, length, "completed", None)
    loudspeaker.take_up(numbers_from(then))


async def drained(outbox: Outbox) -> list[messages.Message | tuple[int, int, list[int]]]:
    """Take all that was sent: messages, and sound as its speech, its first sample and its samples."""
    taken: list[messages.Message | tuple[int, int, list[int]]] = []
    while len(outbox):
        frame = await outbox.take()
        if isinstance(frame, bytes):
            speech, first, pcm = messages.decode_audio(frame)
            taken.append((speech, first, np.frombuffer(pcm, "<i2").tolist()))
        else:
            taken.append(messages.decode_server(frame))
    return taken


def played(taken: list, speech: int) -> list[int]:
    """Return the samples that were sent of a speech, which must follow each other."""
    frames = [
        (first, samples)
        for number, first, samples in (one for one in taken if isinstance(one, tuple))
        if number == speech
    ]
    together: list[int] = []
    for first, samples in frames:
        assert first == len(together)
        together += samples
    return together


def of(kind, taken: list) -> list:
    return [one for one in taken if isinstance(one, kind)]


@pytest.mark.parametrize(("at", "on"), [(3_600, 2_000), (5_600, 5_500), (1_200, 0)], ids=["clause", "word", "start"])
async def test_a_speech_goes_on_at_its_clause_or_else_its_word(at, on):
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, at)
        alarm(session.loudspeaker)
        taken = await drained(outbox)
    assert of(AudioUpdate, taken)[2].model_dump(include={"speech", "job", "continues", "sample_rate"}) == {
        "speech": 3, "job": "j", "continues": 1, "sample_rate": RATE,
    }  # fmt: skip
    rest = played(taken, 3)
    assert rest[5:] == list(range(on, length))[5:] and len(rest) == length - on
    assert abs(rest[0]) <= on // 5, "it comes in without a click"
    (caption,) = [one for one in of(Caption, taken) if one.speech == 3]
    left = " ".join(TEXT.split()[on // STEP :])
    assert (caption.text, caption.first_sample, tuple(caption.words)) == (left, 0, words_of(left, 0))


async def test_sound_that_has_not_left_is_taken_back_and_nothing_is_mixed():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        await told(outbox, Caption)
        session.loudspeaker.played(1, 100)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        alarm(session.loudspeaker)
        taken = await drained(outbox)
    numbers = [one[0] for one in taken if isinstance(one, tuple)]
    assert numbers == sorted(numbers) and set(numbers) == {2, 3}
    ends = [(end.speech, end.samples, end.reason, end.goes_on) for end in of(AudioEnd, taken)]
    assert ends == [
        (1, length, "completed", None),
        (1, length, "stopped", True),
        (2, STEP, "completed", None),
        (3, length, "completed", None),
    ]


async def test_of_two_answers_the_rest_of_the_first_comes_before_the_second():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, 5_600)
        say(session.loudspeaker, "The second one.", 2, job="k")
        alarm(session.loudspeaker, 3, then=4)
        taken = await drained(outbox)
    assert [(one.speech, one.continues, one.job) for one in of(AudioUpdate, taken)][3:] == [(4, 1, "j"), (5, 2, "k")]
    assert len(played(taken, 4)) == length - 5_500 and len(played(taken, 5)) == 3 * STEP


async def test_what_was_heard_to_its_end_is_not_heard_again():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, length)
        alarm(session.loudspeaker)
        assert [one.speech for one in of(AudioUpdate, await drained(outbox))] == [1, 2]
    assert spoken.heard == {}


async def test_of_an_answer_that_waits_for_its_text_nothing_is_heard_twice():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, length)
        alarm(session.loudspeaker)
        session.loudspeaker.speech_caption(1, "Then more.", length, words_of("Then more.", length))
        session.loudspeaker.speech_frame(1, length, np.full(100, 7, "<i2").tobytes())
        taken = await drained(outbox)
    assert played(taken, 3) == [7] * 100
    caption = of(Caption, taken)[-1]
    assert (caption.text, caption.first_sample, tuple(caption.words)) == ("Then more.", 0, words_of("Then more.", 0))


async def heard(session: Session, spoken: Spoken, job: str = "j") -> Heard:
    await until_noted(spoken, "heard_until")
    return spoken.heard[job]


async def test_an_answer_that_is_stopped_while_it_is_held_was_heard_to_where_it_was_cut():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        session.remember("j", "How are you?", TEXT)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, 1_000)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        session.loudspeaker.played(1, 1_400)  # its client had come a little further
        session.loudspeaker.speech_ended(1, length, "stopped", None)
        assert session.history() == (("How are you?", "One two three—"),)
        assert await heard(session, spoken) == Heard(text="One two three", samples=1_400, sample_rate=RATE)


async def test_an_answer_that_was_sent_whole_and_is_stopped_while_it_is_held_does_not_go_on():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, 1_400)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        session.silence()
        session.loudspeaker.take_up(numbers_from(3))
        assert [one.speech for one in of(AudioUpdate, await drained(outbox))] == [1, 2]
        assert (await heard(session, spoken)).text == "One two three"


@pytest.mark.parametrize(("more", "text"), [(100, "One two three four, five six seven"), (2_000, TEXT[:40])])
async def test_of_the_rest_as_much_was_heard_as_its_client_says_and_never_less_than_before(more, text):
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, 3_400)
        alarm(session.loudspeaker)
        session.loudspeaker.stops(3, more)
        session.loudspeaker.speech_ended(1, length, "stopped", None)
        found = await heard(session, spoken)
    assert found.text == text and 0 <= found.samples - max(3_400, 2_000 + more) < 50


async def test_an_answer_whose_rest_was_played_to_its_end_was_heard_whole():
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, 3_400)
        alarm(session.loudspeaker)
        session.loudspeaker.played(3, length - 2_000)
        assert ("j", "heard_until") in spoken.noted and spoken.heard == {}


async def test_a_client_that_comes_back_during_the_alarm_hears_its_rest_and_then_the_answers():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, 3_600)
        say(session.loudspeaker, "Fire. Fire.", 2, job=None, urgent=True)
        session.loudspeaker.played(2, 400)
        session.detach(old)
        back(session, new)
        session.loudspeaker.speech_ended(2, 2 * STEP, "completed", None)
        session.loudspeaker.take_up(numbers_from(3))
        taken = await drained(new)
    assert of(AudioEnd, taken)[0].model_dump(include={"speech", "goes_on"}) == {"speech": 1, "goes_on": True}
    frames = [one for one in taken if isinstance(one, tuple)]
    assert frames[0][:2] == (2, 400)
    assert len(played(taken, 3)) == length - 2_000


@pytest.mark.parametrize("away", [True, False], ids=["away", "held"])
async def test_nothing_is_heard_of_a_rest_that_is_taken_up_while_nothing_is_played(away):
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, 3_600)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        if away:
            session.detach(outbox)
        else:
            session.loudspeaker.hold()
        session.loudspeaker.speech_ended(2, STEP, "completed", None)
        session.loudspeaker.played(2, STEP)
        session.loudspeaker.take_up(numbers_from(3))
        assert session.loudspeaker.sounds(time.monotonic() + 60)
        if away:
            back(session, outbox)
        else:
            session.loudspeaker.go_on()
        assert not session.loudspeaker.sounds(time.monotonic() + 60)


async def test_a_client_that_comes_back_during_the_rest_goes_on_at_the_sample_last_played():
    async with speaking() as (session, _):
        old, new = Outbox(LIMITS), Outbox(LIMITS)
        session.attach(old)
        say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, 3_600)
        alarm(session.loudspeaker)
        session.loudspeaker.played(2, STEP)
        session.loudspeaker.played(3, 700)
        session.detach(old)
        back(session, new)
        taken = await drained(new)
    frames = [one for one in taken if isinstance(one, tuple)]
    assert frames[0] == (3, 700, list(range(2_700, 2_800)))
    assert [one.speech for one in of(Caption, taken)] == [3]


async def test_a_client_that_never_comes_back_has_heard_of_what_is_held_what_it_had_played():
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.played(1, 1_400)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        session.detach(outbox)
        session.close()
    assert spoken.heard["j"].text == "One two three"


async def test_one_alarm_does_not_cut_another():
    async with speaking() as (session, _):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        say(session.loudspeaker, "Fire.", 1, job=None, urgent=True)
        session.loudspeaker.speech_ended(1, STEP, "completed", None)
        say(session.loudspeaker, "Flood.", 2, job=None, urgent=True)
        taken = await drained(outbox)
    assert [end.reason for end in of(AudioEnd, taken)] == ["completed"]


# on a real socket


async def asked(one: Client, question: str) -> str:
    return str((await one.request(Ask(text=question))).job)


async def notify(genie: Near, text: str, **how: object) -> None:
    await genie.house.announcer.announce("local", Announcement(text, "urgent", "none", **how))


async def following(one: Client) -> None:
    await one.request(messages.Subscribe(topics=["notifications", "done"]))


def said(one: Client, speech: int) -> str:
    """Return the captions of a speech; one may have come again."""
    captions = {m.first_sample: m.text for m in one.seen if isinstance(m, Caption) and m.speech == speech}
    return " ".join(captions.values())


async def until_heard(genie: Near, job: str) -> Heard:
    await until(lambda: genie.house.board.find(job, "local").heard is not None)
    found = genie.house.board.find(job, "local").heard
    assert found is not None
    return found


async def test_an_answer_is_held_for_an_alarm_and_heard_to_its_end(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        job = await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        await one.send(SpeechPlayed(speech=1, samples=200))
        await notify(genie, "Fire.")
        cut = await one.wait(AudioEnd)
        assert (cut.speech, cut.reason, cut.goes_on) == (1, "stopped", True)
        urgent = await one.wait(AudioUpdate, lambda began: began.speech == 2)
        assert urgent.job is None and (await one.wait(AudioEnd)).speech == 2
        rest = await one.wait(AudioUpdate, lambda began: began.speech == 3)
        assert (rest.job, rest.continues) == (job, 1)
        end = await one.wait(AudioEnd)
        assert (end.speech, end.reason, end.goes_on) == (3, "completed", None)
        assert said(one, 3) == "Part 0. Part 1. Part 2. Part 3."
        assert len(one.sound[3]) // 2 == end.samples
        await one.send(SpeechPlayed(speech=3, samples=end.samples))
        done = await one.wait(DoneUpdate, lambda update: update.job.timeline.heard_until is not None)
        assert done.job.heard is None
        assert (await genie.house.sounds.spoken(job)) is not None, "it is kept as if nothing had come between"


@pytest.mark.parametrize("by", ["stop", "cancel", "newer", "delete"])
async def test_an_answer_that_is_not_wanted_any_more_does_not_go_on(tmp_path: Path, by: str):
    newer = {"tts.newer": "stops"}
    async with slow_model() as settings, near(tmp_path, *settings, **newer) as genie, genie.client() as one:
        await following(one)
        job = await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        await notify(genie, "There is a fire in the kitchen, please leave the house now.")
        await one.wait(AudioUpdate, lambda began: began.speech == 2)
        await one.send(SpeechPlayed(speech=1, samples=450))
        match by:
            case "stop":
                await one.request(SpeechStop())
            case "newer":
                await one.request(Ask(text="what is two plus two"))
            case "cancel":
                genie.house.hub.silence("local", job)
            case "delete":
                await one.request(messages.JobDelete(job=job))
        if by != "delete":
            assert (await until_heard(genie, job)).text == "Part"
        await asked(one, "what is one plus one")
        began = await one.wait(AudioUpdate, lambda began: began.job not in (None, job))
        assert not [one for one in one.seen if isinstance(one, AudioUpdate) and one.continues] and began.speech > 2


async def test_an_alarm_waits_for_whoever_speaks_and_a_pause_ends_with_it(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        session = genie.house.hub.listener("local")
        session.loudspeaker.hold()
        await one.wait(AudioHold)
        await notify(genie, "Fire.")
        await one.request(messages.Ping())
        assert not [m for m in one.seen if isinstance(m, AudioUpdate) and m.speech == 2]
        session.loudspeaker.go_on()
        assert not (await one.wait(AudioHold)).on
        assert (await one.wait(AudioEnd)).goes_on
        assert [(await one.wait(AudioEnd)).reason for _ in range(2)] == ["completed", "completed"]


async def test_a_client_that_reports_nothing_hears_the_rest_too(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 3.")
        await notify(genie, "Fire.")
        assert [(await one.wait(AudioEnd)).reason for _ in range(3)] == ["stopped", "completed", "completed"]
        assert "Part 0. Part 1. Part 2. Part 3.".endswith(said(one, 3)) and said(one, 3)
