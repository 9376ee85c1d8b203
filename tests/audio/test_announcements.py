"""Announcements in the line of speeches: what waits, what goes ahead, and what is heard once."""

import asyncio
from functools import partial

import numpy as np

from genie.audio.chimes import chime
from genie.audio.notice import Notice, Rank
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from tests.audio.test_speech_line import line, say
from tests.fakes import RATE


async def fresh() -> bool:
    return True


async def stale() -> bool:
    return False


def announce(speeches: SpeechLine, text: str, rank: Rank = Rank.IN_TURN, claim=fresh, ring=None) -> None:
    speech = speeches.reserve(None, Manner(), notice=Notice(text, ring, rank, claim))
    if text:
        speech.feed(text)
    speech.close()


def first_captions(ear) -> list[str]:
    return [what[2] for what in ear.told if what[0] == "caption"]


async def test_what_is_ahead_goes_before_all_that_has_not_begun_and_what_is_urgent_first():
    async with line() as (speeches, ear, _):
        say(speeches, "Answer one.")
        await ear.until(lambda: first_captions(ear))
        speeches.reserve("open", Manner())  # an answer that is still to come
        announce(speeches, "Normal news.")
        announce(speeches, "High news.", Rank.AHEAD)
        announce(speeches, "Fire here.", Rank.URGENT)
        announce(speeches, "High too.", Rank.AHEAD)
        await ear.until(lambda: len(ear.ends()) == 5)
    assert first_captions(ear) == ["Answer one.", "Fire here.", "High news.", "High too.", "Normal news."]


async def test_an_announcement_waits_for_an_answer_that_is_there_and_for_none_that_is_to_come():
    async with line() as (speeches, ear, _):
        to_come = speeches.reserve("open", Manner())
        announce(speeches, "News.")
        await ear.until(ear.ends)
        say(speeches, "Another answer.", job="k")
        announce(speeches, "More news.")
        await ear.until(lambda: len(ear.ends()) == 2)
        to_come.feed("It has come.")
        announce(speeches, "Last news.")
        to_come.close()
        await ear.until(lambda: len(ear.ends()) == 5)
    assert first_captions(ear) == ["News.", "More news.", "It has come.", "Another answer.", "Last news."]


async def test_the_chime_is_heard_before_the_text_and_the_text_is_captioned_where_it_begins():
    async with line() as (speeches, ear, _):
        announce(speeches, "Tea.", ring="error")
        await ear.until(ear.ends)
    length = len(chime("error", RATE))
    assert ("caption", 1, "Tea.", length) in ear.told
    assert ear.ends() == [("ended", 1, length + 4 * RATE // 10, "completed", None)]


async def test_a_chime_without_a_text_is_heard_too():
    async with line() as (speeches, ear, engine):
        announce(speeches, "", ring="error")
        await ear.until(ear.ends)
    assert ear.samples == {1: len(chime("error", RATE))}
    assert engine.spoken == [] and np.abs(chime("error", RATE)).max() > 0


async def test_an_answer_that_is_interrupted_is_written_on_and_one_that_is_stopped_is_not():
    unwanted = []
    async with line(ahead_s=0.1) as (speeches, ear, _):
        for number, silence in enumerate((speeches.interrupt, speeches.stop), 1):
            speech = speeches.reserve(f"{number}", Manner())
            speech.unwanted = partial(unwanted.append, number)
            speech.feed("A long answer that is being written.")
            speech.close()
            await ear.until(lambda number=number: number in ear.samples)
            silence()
            await ear.until(lambda number=number: len(ear.ends()) == number)
    assert [end[3] for end in ear.ends()] == ["stopped", "stopped"] and unwanted == [2]


async def test_what_somebody_has_heard_is_not_announced_and_the_line_goes_on():
    async with line() as (speeches, ear, _):
        announce(speeches, "Old news.", claim=stale, ring="error")
        announce(speeches, "New news.")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert first_captions(ear) == ["New news."] and 1 not in ear.samples


async def test_an_announcement_can_be_taken_back_and_given_to_another_line():
    async with line() as (speeches, ear, _), line() as (others, other, _):
        speeches.reserve("open", Manner())
        announce(speeches, "gone")
        announce(speeches, "Moved.")
        assert speeches.jobs() == {"open", "gone", "Moved."}
        speeches.silence("gone")
        others.adopt(speech for speech in speeches.release() if speech.about == "Moved.")
        await other.until(other.ends)
        await asyncio.sleep(0)
    assert first_captions(other) == ["Moved."] and first_captions(ear) == []
