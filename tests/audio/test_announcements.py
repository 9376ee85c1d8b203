"""Announcements in the line of speeches: what waits, what goes ahead, and what is heard once."""

import asyncio
from contextlib import aclosing
from functools import partial

import numpy as np
import pytest

from genie.audio.chimes import chime
from genie.audio.notice import Notice, Rank
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from tests.fakes import RATE
from tests.lines import line, say, slow_line


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


async def test_what_is_urgent_is_heard_in_the_midst_of_an_answer_which_then_goes_on():
    async with line(ahead_s=0.1) as (speeches, ear, _):
        answer = speeches.reserve("j", Manner())
        answer.unwanted = lambda: ear._tell("unwanted")
        answer.feed("A long answer that is being written.")
        answer.close()
        await ear.until(lambda: 1 in ear.samples)
        announce(speeches, "Fire.", Rank.URGENT)
        await ear.until(lambda: 2 in ear.samples)
        sent = ear.samples[1]
        await ear.until(lambda: ear.ends())
        assert ear.samples[1] == sent, "no sound of it comes meanwhile"
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [what[:2] for what in ear.told if what[0] != "caption"] == [
        ("began", 1), ("began", 2), ("ended", 2), ("taken_up",), ("ended", 1)
    ]  # fmt: skip
    assert {end[3] for end in ear.ends()} == {"completed"}


async def test_one_alarm_waits_for_another_and_the_answer_for_both():
    async with line(ahead_s=0.1) as (speeches, ear, _):
        say(speeches, "A long answer.")
        await ear.until(lambda: 1 in ear.samples)
        announce(speeches, "Fire.", Rank.URGENT)
        await ear.until(lambda: 2 in ear.samples)
        announce(speeches, "Flood.", Rank.URGENT)
        await ear.until(lambda: len(ear.ends()) == 3)
    assert [what[:2] for what in ear.told if what[0] in ("ended", "taken_up")] == [
        ("ended", 2), ("ended", 3), ("taken_up",), ("ended", 1)
    ]  # fmt: skip


async def test_whoever_stops_an_alarm_stops_the_answer_behind_it_too():
    unwanted: list[str] = []
    async with line(ahead_s=0.1) as (speeches, ear, _):
        answer = speeches.reserve("j", Manner())
        answer.unwanted = partial(unwanted.append, "j")
        answer.feed("A long answer that is being written.")
        answer.close()
        say(speeches, "Next.", job="k")
        await ear.until(lambda: 1 in ear.samples)
        announce(speeches, "Fire.", Rank.URGENT)
        await ear.until(lambda: 2 in ear.samples)
        assert speeches.stop() and speeches.jobs() == {"k"}
        await ear.until(lambda: len(ear.ends()) == 3)
    assert sorted(end[1:4:2] for end in ear.ends()) == [(1, "stopped"), (2, "stopped"), (3, "completed")]
    assert unwanted == ["j"]


class SlowStore:
    """Keep nothing, and take as long as a disk that is busy to find that out."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def spoken(self, job):
        return None

    async def recorded(self, job, rate, sounds):
        try:
            async with aclosing(sounds):
                async for piece in sounds:
                    yield piece
        finally:
            await self.free.wait()


@pytest.mark.parametrize("alarmed", [False, True])
@pytest.mark.parametrize("end", [SpeechLine.stop, SpeechLine.close, lambda speeches: speeches.silence("j")])
async def test_who_hears_is_told_of_a_stop_at_once_however_long_the_disk_takes(end, alarmed):
    store = SlowStore()
    async with line(ahead_s=0.1, store=store) as (speeches, ear, _):
        say(speeches, "A long answer.")
        await ear.until(lambda: 1 in ear.samples)
        if alarmed:
            announce(speeches, "Fire.", Rank.URGENT)
            await ear.until(lambda: 2 in ear.samples)
        sent = ear.samples[1]
        end(speeches)
        ends = ear.ends()
        store.free.set()
        assert ends[:1] == [("ended", 1, sent, "stopped", None)], "and what an alarm held is not taken up behind it"
        await ear.until(lambda: len(ear.ends()) == 1 + alarmed)
    assert ear.samples[1] == sent


async def test_an_answer_whose_job_is_cancelled_while_it_is_held_does_not_go_on():
    async with line(ahead_s=0.1) as (speeches, ear, _):
        say(speeches, "A long answer.")
        await ear.until(lambda: 1 in ear.samples)
        announce(speeches, "Fire.", Rank.URGENT)
        await ear.until(lambda: 2 in ear.samples)
        sent = ear.samples[1]
        speeches.silence("j")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [end[1:4] for end in ear.ends()] == [(1, sent, "stopped"), (2, ear.samples[2], "completed")]


async def test_an_answer_is_not_held_for_what_is_not_to_be_heard_after_all():
    async with line(ahead_s=0.1) as (speeches, ear, _):
        say(speeches, "A long answer.")
        await ear.until(lambda: 1 in ear.samples)
        announce(speeches, "Fire.", Rank.URGENT, claim=stale)
        await ear.until(lambda: len(ear.ends()) == 2)
    assert ("ended", 1, ear.samples[1], "completed", None) in ear.told and 2 not in ear.samples


async def test_a_stop_means_what_is_heard_and_not_the_alarm_that_comes_next():
    async with slow_line() as (speeches, ear, engine):
        announce(speeches, "Fire.", Rank.URGENT)
        await asyncio.to_thread(engine.asked.wait, 10)
        assert not speeches.stop()
        engine.free.set()
        await ear.until(ear.ends)
    assert first_captions(ear) == ["Fire."] and ear.ends()[0][3] == "completed"


async def test_an_answer_that_is_stopped_is_written_no_further():
    unwanted: list[int] = []
    async with line(ahead_s=0.1) as (speeches, ear, _):
        speech = speeches.reserve("j", Manner())
        speech.unwanted = partial(unwanted.append, 1)
        speech.feed("A long answer that is being written.")
        speech.close()
        await ear.until(lambda: 1 in ear.samples)
        speeches.stop()
        await ear.until(ear.ends)
    assert ear.ends()[0][3] == "stopped" and unwanted == [1]


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


async def test_what_is_urgent_and_comes_from_another_line_waits_for_no_answer_there():
    async with line(ahead_s=0.1) as (speeches, ear, _), line() as (away, *_):
        say(speeches, "A long answer.")
        say(speeches, "Next.", job="k")
        await ear.until(lambda: 1 in ear.samples)
        announce(away, "Fire.", Rank.URGENT)
        speeches.adopt(away.release())
        await ear.until(lambda: len(ear.ends()) == 3)
    assert first_captions(ear) == ["A long answer.", "Fire.", "Next."]
    assert [end[1] for end in ear.ends()] == [2, 1, 3]
