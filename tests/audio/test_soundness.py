import numpy as np
import pytest

from genie.audio.engine import Mark, Passage, Take
from genie.audio.soundness import LETTER_S, SPARE_S, Soundness
from genie.errors import GenieError
from tests.fakes import BrokenSynthesizer

RATE = 100
SOUND = np.ones(10, np.int16)


def checked(given: object, text: str = "one two") -> Take:
    return Soundness(Passage(text), RATE).checked(given)


def test_sound_passes_as_it_is():
    take = Take(SOUND, (Mark(0, 3, 0), Mark(4, 7, 5)))
    assert checked(take) is take
    assert len(checked(Take(SOUND[:0])).samples) == 0


@pytest.mark.parametrize("work_s", [-1.0, float("nan"), float("inf"), "long", None])
def test_work_that_is_no_time_is_left_out_and_the_sound_stays(work_s):
    marks = (Mark(0, 3, 0),)
    assert checked(Take(SOUND, marks, work_s)) == Take(SOUND, marks)
    assert checked(Take(SOUND, (Mark(9, 9, 9),), 0.5)) == Take(SOUND, work_s=0.5)


@pytest.mark.parametrize("given", BrokenSynthesizer.GIVEN.values(), ids=BrokenSynthesizer.GIVEN.keys())
def test_what_is_no_sound_is_refused(given):
    with pytest.raises(GenieError, match="bad_sound"):
        checked(given)


@pytest.mark.parametrize(
    "marks",
    [
        (Mark(4, 7, 0), Mark(0, 3, 5)),
        (Mark(0, 3, 5), Mark(4, 7, 0)),
        (Mark(3, 0, 0),),
        (Mark(-1, 3, 0),),
        (Mark(4, 8, 0),),
        (Mark(0, 3, -1),),
        (Mark(0, 3, 11),),
        ("one",),
    ],
    ids=["words back", "samples back", "inside out", "before the text", "past the text", "before", "past", "no mark"],
)
def test_marks_that_lead_astray_are_left_out_and_the_sound_stays(marks):
    take = checked(Take(SOUND, marks))
    assert take.words == () and take.samples is SOUND


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_voice_that_does_not_end_is_stopped(speed):
    passage = Passage("five!", speed=speed)
    most = round(RATE * (SPARE_S + LETTER_S * 5 / speed))
    sound = Soundness(passage, RATE)
    sound.checked(Take(np.zeros(most, np.int16)))
    with pytest.raises(GenieError, match="endless_sound"):
        sound.checked(Take(np.zeros(1, np.int16)))


@pytest.mark.parametrize(
    ("text", "code"), [("one", "no_sound"), ("7", "no_sound"), ("你", "no_sound"), ("—", ""), ("", "")]
)
def test_a_voice_that_says_nothing_of_words_is_noticed(text, code):
    sound = Soundness(Passage(text), RATE)
    sound.checked(Take(SOUND[:0]))
    if not code:
        return sound.ended()
    with pytest.raises(GenieError, match=code):
        sound.ended()
    sound.checked(Take(SOUND))
    return sound.ended()
