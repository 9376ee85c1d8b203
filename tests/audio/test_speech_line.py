import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from genie.audio.engine import Card, Mark, Passage, Take
from genie.audio.lane import Lane
from genie.audio.notice import Notice, Rank
from genie.audio.pcm import Piece
from genie.audio.speech import Manner
from genie.audio.speech_line import MAX_PLACES
from genie.audio.studio import Studio
from genie.errors import Busy
from tests.fakes import RATE, FakeSynthesizer
from tests.lines import line, say, slow_line


async def test_a_text_is_spoken_whole_and_captioned():
    async with line() as (speeches, ear, engine):
        say(speeches, "One two three. Four five six.")
        await ear.until(ear.ends)
    assert " ".join(engine.spoken) == "One two three. Four five six."
    captions = [what for what in ear.told if what[0] == "caption"]
    assert " ".join(caption[2] for caption in captions) == "One two three. Four five six."
    assert captions[0][3] == 0
    assert ear.ends() == [("ended", 1, ear.samples[1], "completed", None)]


async def test_where_words_are_heard_is_told_in_samples_of_the_speech():
    class Marking(FakeSynthesizer):
        def synthesize(self, passage: Passage) -> Iterator[Take]:
            for number, take in enumerate(super().synthesize(passage)):
                yield Take(take.samples, (Mark(number, number + 1, 0),))

    lane = Lane(Marking, name="fake")
    async with line(voice=lambda: Studio(lane, Card("fake", rate=RATE))) as (speeches, ear, _):
        say(speeches, "One two three. Four five.")
        await ear.until(ear.ends)
    lane.close()
    assert ear.words == [(0, 3, 0), (4, 7, 400), (8, 14, 800), (0, 4, 1_680), (5, 10, 2_180)], "after a pause"


async def test_sound_begins_before_the_text_is_whole():
    async with line() as (speeches, ear, _):
        speech = speeches.reserve("j", Manner())
        speech.feed("This is the first sentence. And ")
        await ear.until(lambda: ear.samples)
        assert not ear.ends()
        speech.feed("this is the second.")
        speech.close()
        await ear.until(ear.ends)


async def test_speeches_keep_the_order_they_were_reserved_in():
    async with line() as (speeches, ear, _):
        first = speeches.reserve("a", Manner())
        say(speeches, "I am second.", job="b")
        first.feed("I am first.")
        first.close()
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [what[2] for what in ear.told if what[0] == "began"] == ["a", "b"]


async def test_an_answer_without_text_gives_its_place_away():
    async with line() as (speeches, ear, _):
        say(speeches, "", job="a")
        say(speeches, "Hello.", job="b")
        await ear.until(ear.ends)
    assert [what[2] for what in ear.told if what[0] == "began"] == ["b"]


async def test_sound_is_sent_a_little_ahead_and_no_more():
    async with line(ahead_s=0.5) as (speeches, ear, _):
        clock = asyncio.get_running_loop().time
        began = clock()
        say(speeches, "a" * 200)
        await ear.until(lambda: ear.samples)
        await asyncio.sleep(0.3)
        sent_s = ear.samples[1] / RATE
        assert sent_s < clock() - began + 0.5 + 0.2, "200 characters are 20 s of sound"
        speeches.stop()
        await ear.until(ear.ends)


async def test_stopping_ends_the_speech_and_the_engines_work():
    async with line(ahead_s=0.2) as (speeches, ear, engine):
        say(speeches, "a" * 200)
        await ear.until(lambda: ear.samples)
        speeches.stop()
        await ear.until(ear.ends)
        assert ear.ends()[0][3] == "stopped" and ear.ends()[0][2] == ear.samples[1]
        say(speeches, "Next.")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert ear.ends()[1][3] == "completed"
    assert engine.closed == 2


async def test_stopping_silence_stops_nothing():
    async with line() as (speeches, ear, _):
        speech = speeches.reserve("j", Manner())
        await asyncio.sleep(0)
        speeches.stop()
        speech.feed("Hello.")
        speech.close()
        await ear.until(ear.ends)
    assert ear.ends()[0][3] == "completed"


async def test_a_job_can_be_silenced_before_and_while_it_is_spoken():
    async with line(ahead_s=0.2) as (speeches, ear, _):
        say(speeches, "a" * 200, job="a")
        say(speeches, "b" * 200, job="b")
        say(speeches, "Last.", job="c")
        await ear.until(lambda: ear.samples)
        speeches.silence("b")
        speeches.silence("a")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [what[2] for what in ear.told if what[0] == "began"] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "manner", "code"),
    [("Now crash.", Manner(), "engine_failed"), ("Hello.", Manner(voice="nobody"), "unknown_voice")],
)
async def test_a_failing_engine_fails_one_speech_and_not_the_next(text, manner, code):
    async with line() as (speeches, ear, _):
        say(speeches, text, manner=manner)
        say(speeches, "Fine.")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [what[3:] for what in ear.ends()] == [("failed", code), ("completed", None)]


async def test_a_mistake_fails_one_speech_with_a_code():
    async with line(voice=lambda: 1 / 0) as (speeches, ear, _):
        say(speeches, "Hello.")
        await ear.until(ear.ends)
    assert ear.ends() == [("ended", 1, 0, "failed", "internal")]


async def test_an_answer_that_somebody_has_spoken_is_not_spoken_and_the_next_one_is():
    async with line() as (speeches, ear, _):
        ear.spoken.add("a")
        say(speeches, "Spoken before.", job="a")
        say(speeches, "New.", job="b")
        await ear.until(lambda: len(ear.ends()) == 2)
    assert [what[2] for what in ear.told if what[0] == "began"] == ["b"]


async def test_an_answer_is_spoken_again_where_that_is_wanted():
    async with line() as (speeches, ear, _):
        ear.spoken.add("a")
        speech = speeches.reserve("a", Manner(), again=True)
        speech.feed("Once more.")
        speech.close()
        await ear.until(ear.ends)
    assert ear.ends()[0][3] == "completed"


async def test_speeches_that_have_not_begun_can_move_to_another_line_and_their_text_follows():
    async with line(ahead_s=0.2) as (speeches, ear, _), line() as (others, other, _):
        say(speeches, "a" * 200, job="a")
        say(speeches, "Whole.", job="b")
        growing = speeches.reserve("c", Manner())
        growing.feed("Begun ")
        await ear.until(lambda: ear.samples)
        others.adopt(speeches.release())
        growing.feed("and ended.")
        growing.close()
        await other.until(lambda: len(other.ends()) == 2)
        assert speeches.jobs() == {"a"}
    assert [what[2] for what in other.told if what[0] == "began"] == ["b", "c"]
    assert [what[2] for what in ear.told if what[0] == "began"] == ["a"]


async def test_a_speech_that_moved_is_given_up_where_it_stands_now():
    async with line(ahead_s=0.2) as (speeches, ear, _), line() as (others, _, _):
        say(speeches, "a" * 200, job="a")
        moved = speeches.reserve("b", Manner())
        await ear.until(lambda: ear.samples)
        others.adopt(speeches.release())
        moved.give_up()
        assert others.jobs() == set()


async def test_a_line_that_is_full_refuses_the_newest_and_has_room_again_when_one_is_given_up():
    async with line() as (speeches, _, _):
        places = [speeches.reserve("j", Manner()) for _ in range(MAX_PLACES)]
        with pytest.raises(Busy, match="too_many_speeches"):
            speeches.reserve("j", Manner())
        speeches.give_up(places[7])
        speeches.reserve("j", Manner())


async def test_what_is_heard_again_does_not_wait_for_an_answer_that_is_to_come():
    async with line() as (speeches, ear, _):
        coming = speeches.reserve("coming", Manner())
        say(speeches, "Last.", job="last")
        await asyncio.sleep(0)
        for job in ("old", "older"):
            replay = speeches.reserve(job, Manner(), again=True)
            replay.feed("Again.")
            replay.close()
        await ear.until(lambda: len(ear.ends()) == 2)
        coming.feed("Here.")
        coming.close()
        await ear.until(lambda: len(ear.ends()) == 4)
    assert [what[2] for what in ear.told if what[0] == "began"] == ["old", "older", "coming", "last"]


async def test_a_line_takes_over_as_many_speeches_as_it_has_room_for():
    async with line() as (speeches, _, _), line() as (others, _, _):
        waiting = [speeches.reserve(job, Manner()) for job in ("a", "b")]
        for _ in range(MAX_PLACES - 1):
            others.reserve("j", Manner())
        others.adopt(speeches.release())
        assert others.jobs() == {"j", "a"} and [speech.line for speech in waiting] == [others, speeches]


class KeptAnswers:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, list[Piece]]] = {}

    async def spoken(self, job: str):
        if job not in self.kept:
            return None
        rate, kept = self.kept[job]
        return rate, self._again(kept)

    async def recorded(self, job: str, rate: int, sounds):
        kept = []
        async with aclosing(sounds):
            async for piece in sounds:
                kept.append(piece)
                yield piece
        self.kept[job] = rate, kept

    async def _again(self, kept: list[Piece]):
        for piece in kept:
            yield piece


async def test_what_was_spoken_to_its_end_is_heard_again_without_being_made_again():
    store = KeptAnswers()
    async with line(store=store) as (speeches, ear, engine):
        say(speeches, "One two three. Four five six.")
        await ear.until(ear.ends)
        made = list(engine.spoken)
        again = speeches.reserve("j", Manner(), again=True)
        again.feed("One two three. Four five six.")
        again.close()
        await ear.until(lambda: len(ear.ends()) == 2)
    assert engine.spoken == made and ear.samples[1] == ear.samples[2]
    captions = [[what[2:] for what in ear.told if what[:2] == ("caption", number)] for number in (1, 2)]
    assert captions[0] == captions[1] != []


async def test_what_was_stopped_is_made_again():
    store = KeptAnswers()
    async with line(ahead_s=0.5, store=store) as (speeches, ear, engine):
        say(speeches, "a" * 200)
        await ear.until(lambda: ear.samples)
        speeches.stop()
        await ear.until(ear.ends)
        again = speeches.reserve("j", Manner(), again=True)
        again.feed("Short.")
        again.close()
        await ear.until(lambda: len(ear.ends()) == 2)
    assert engine.spoken[-1] == "Short."


async def _yes() -> bool:
    return True


async def test_what_cannot_wait_puts_an_answer_off_whose_first_sound_is_being_made():
    async with slow_line() as (speeches, ear, engine):
        answer = speeches.reserve("j", Manner())
        answer.feed("An answer.")
        answer.close()
        await asyncio.to_thread(engine.asked.wait, 10)
        ear.spoken.add("j")  # it is written down by now
        urgent = speeches.reserve(None, Manner(), notice=Notice("n", None, Rank.URGENT, _yes))
        urgent.feed("Fire.")
        urgent.close()
        engine.free.set()
        await ear.until(lambda: len([end for end in ear.ends() if end[2]]) == 2)
    assert [what[2] for what in ear.told if what[0] == "caption"] == ["Fire.", "An answer."]


async def test_an_answer_that_is_stopped_before_its_first_sound_was_not_heard_and_the_next_is_spoken():
    async with slow_line() as (speeches, ear, engine):
        for job in ("a", "b"):
            answer = speeches.reserve(job, Manner())
            answer.feed(f"Answer {job}.")
            answer.close()
        await asyncio.to_thread(engine.asked.wait, 10)
        speeches.stop()
        assert ("unheard", "a", RATE) in ear.told
        engine.free.set()
        await ear.until(lambda: any(end[3] == "completed" for end in ear.ends()))
    assert [what[2] for what in ear.told if what[0] == "caption"] == ["Answer b."]
