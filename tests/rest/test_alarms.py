"""What is urgent is heard at once, and what it interrupts goes on behind it: nothing of that is missed, or mixed."""

import time
from contextlib import asynccontextmanager

import numpy as np
import pytest

from genie import messages
from genie.audio.pcm import Words
from genie.messages import AudioEnd, AudioUpdate, Caption
from genie.queues.job import Heard
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from tests.fakes import RATE
from tests.speaking import LIMITS, Spoken, back, speaking, until_noted
from tests.waiting import told

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


@asynccontextmanager
async def answered(*, whole: bool = True):
    """Yield a session that was sent an answer, whole or so far, with what is noted of it, its outbox and the length."""
    async with speaking() as (session, spoken):
        outbox = Outbox(LIMITS)
        session.attach(outbox)
        length = say(session.loudspeaker, TEXT)
        if whole:
            session.loudspeaker.speech_ended(1, length, "completed", None)
        yield session, spoken, outbox, length


@pytest.mark.parametrize(("at", "on"), [(3_600, 2_000), (5_600, 5_500), (1_200, 0)], ids=["clause", "word", "start"])
async def test_a_speech_goes_on_at_its_clause_or_else_its_word(at, on):
    async with answered(whole=False) as (session, _, outbox, length):
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
    async with answered(whole=False) as (session, _, outbox, length):
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
    async with answered() as (session, _, outbox, length):
        session.loudspeaker.played(1, 5_600)
        say(session.loudspeaker, "The second one.", 2, job="k")
        alarm(session.loudspeaker, 3, then=4)
        taken = await drained(outbox)
    assert [(one.speech, one.continues, one.job) for one in of(AudioUpdate, taken)][3:] == [(4, 1, "j"), (5, 2, "k")]
    assert len(played(taken, 4)) == length - 5_500 and len(played(taken, 5)) == 3 * STEP


async def test_what_was_heard_to_its_end_is_not_heard_again():
    async with answered() as (session, spoken, outbox, length):
        session.loudspeaker.played(1, length)
        alarm(session.loudspeaker)
        assert [one.speech for one in of(AudioUpdate, await drained(outbox))] == [1, 2]
    assert spoken.heard == {}


async def test_of_an_answer_that_waits_for_its_text_nothing_is_heard_twice():
    async with answered(whole=False) as (session, _, outbox, length):
        session.loudspeaker.played(1, length)
        alarm(session.loudspeaker)
        session.loudspeaker.speech_caption(1, "Then more.", length, words_of("Then more.", length))
        session.loudspeaker.speech_frame(1, length, np.full(100, 7, "<i2").tobytes())
        taken = await drained(outbox)
    assert played(taken, 3) == [7] * 100
    caption = of(Caption, taken)[-1]
    assert (caption.text, caption.first_sample, tuple(caption.words)) == ("Then more.", 0, words_of("Then more.", 0))


async def test_an_answer_that_ends_while_it_is_held_with_nothing_left_to_hear_is_begun_and_ended():
    async with answered(whole=False) as (session, spoken, outbox, length):
        session.loudspeaker.played(1, length)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        session.loudspeaker.speech_ended(1, length, "completed", None)
        session.loudspeaker.speech_ended(2, STEP, "completed", None)
        session.loudspeaker.take_up(numbers_from(3))
        taken = await drained(outbox)
        session.loudspeaker.played(3, 0)
        assert ("j", "heard_until") in spoken.noted and spoken.heard == {}
    began, end = [one for one in taken if getattr(one, "speech", None) == 3]
    assert (began.continues, end.samples, end.reason) == (1, 0, "completed")


async def heard(spoken: Spoken) -> Heard:
    await until_noted(spoken, "heard_until")
    return spoken.heard["j"]


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
        assert await heard(spoken) == Heard(text="One two three", samples=1_400, sample_rate=RATE)


async def test_an_answer_that_was_sent_whole_and_is_stopped_while_it_is_held_does_not_go_on():
    async with answered() as (session, spoken, outbox, _):
        session.loudspeaker.played(1, 1_400)
        say(session.loudspeaker, "Fire.", 2, job=None, urgent=True)
        session.silence()
        session.loudspeaker.take_up(numbers_from(3))
        assert [one.speech for one in of(AudioUpdate, await drained(outbox))] == [1, 2]
        assert (await heard(spoken)).text == "One two three"


@pytest.mark.parametrize(("more", "text"), [(100, "One two three four, five six seven"), (2_000, TEXT[:40])])
async def test_of_the_rest_as_much_was_heard_as_its_client_says_and_never_less_than_before(more, text):
    async with speaking() as (session, spoken):
        session.attach(Outbox(LIMITS))
        length = say(session.loudspeaker, TEXT)
        session.loudspeaker.played(1, 3_400)
        alarm(session.loudspeaker)
        session.loudspeaker.stops(3, more)
        session.loudspeaker.speech_ended(1, length, "stopped", None)
        found = await heard(spoken)
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
    async with answered() as (session, _, outbox, _):
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
    async with answered() as (session, spoken, outbox, _):
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
