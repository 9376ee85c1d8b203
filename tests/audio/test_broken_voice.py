"""An engine that breaks fails the speech it breaks in: the next one is spoken, and nobody else notices."""

from contextlib import asynccontextmanager

import pytest

from genie.audio.engine import Card, Passage
from genie.audio.lane import Lane
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from tests.fakes import RATE, BrokenSynthesizer
from tests.lines import Ear, say

CODES = {
    **dict.fromkeys(BrokenSynthesizer.GIVEN, "bad_sound"),
    "crash": "engine_failed",
    "hang": "engine_timeout",
    "endless": "endless_sound",
    "mute": "no_sound",
}
TEXT = "Of an owl. Of a fox. Of a bear."


@asynccontextmanager
async def lines():
    """Two sessions that share one voice, which answers within a second or is let go."""
    lane = Lane(BrokenSynthesizer, name="broken", deadline_s=1.0)
    studio = Studio(lane, Card("broken", rate=RATE))
    ears = Ear(), Ear()
    speeches = [SpeechLine(ear, lambda: studio, 1_000.0, None) for ear in ears]
    try:
        yield zip(speeches, ears, strict=True)
    finally:
        for one in speeches:
            one.close()
        lane.close()


@pytest.mark.parametrize(("trouble", "code"), CODES.items(), ids=CODES.keys())
async def test_a_voice_that_breaks_fails_one_speech_with_a_code(trouble, code):
    async with lines() as ((mine, my_ear), (yours, your_ear)):
        say(yours, TEXT, job="yours")
        say(mine, f"One {trouble} two.", job="broken")
        say(yours, TEXT, job="yours as well")
        say(mine, "The next one.", job="next")
        for ear in (my_ear, your_ear):
            await ear.until(lambda ear=ear: len(ear.ends()) == 2)
    assert [end[3:] for end in my_ear.ends()] == [("failed", code), ("completed", None)]
    assert my_ear.disclaimed == (["broken"] if my_ear.ends()[0][2] == 0 else [])
    assert {end[2:] for end in your_ear.ends()} == {(your_ear.samples[1], "completed", None)}
    assert your_ear.samples[1] == your_ear.samples[2] > 2 * RATE


async def test_what_a_voice_has_no_sounds_for_is_left_out_of_what_it_says():
    async with lines() as ((mine, my_ear), _):
        say(mine, "Of an owl. Something mute. Of a bear.")
        await my_ear.until(my_ear.ends)
    assert my_ear.ends()[0][3:] == ("completed", None)
    assert [what[2] for what in my_ear.told if what[0] == "caption"] == ["Of an owl.", "Of a bear."]


async def test_a_passage_whose_engine_is_restarted_for_another_goes_on_where_it_was():
    hanging = Lane(BrokenSynthesizer, name="broken", deadline_s=1.0)
    studio = Studio(hanging, Card("broken", rate=RATE, instant=True))
    mine = studio.takes(Passage("twelve chars"), None)
    samples = [(await anext(mine)).samples]
    with pytest.raises(Exception, match="engine_timeout"):
        await anext(studio.takes(Passage("hang"), 0.0))
    samples += [take.samples async for take in mine]
    hanging.close()
    assert len(samples) == 12
