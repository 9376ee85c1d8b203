"""How the voice's pace reaches the pieces of an answer."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager

import numpy as np

from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane
from genie.audio.repertoire import Repertoire
from genie.audio.speech import Manner, pieces, whole
from genie.audio.studio import Studio, Studios

RATE = 1_000
CARD = Card("timed", rate=RATE, pace=0.1)
LETTERS_S = 14
TEXT = " ".join(f"the {number} of them went on and on and on" for number in ("first", "second", "third") * 12)


class Timed:
    """A voice that tells that it took `pace` seconds for a second of sound."""

    def __init__(self) -> None:
        self.pace = 0.1

    def describe(self) -> Card:
        return CARD

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        sound_s = len(passage.text) / LETTERS_S
        yield Take(np.full(round(sound_s * RATE), 1_000, np.int16), work_s=self.pace * sound_s)


@contextmanager
def timed() -> Iterator[tuple[Timed, Lane[Synthesizer]]]:
    engine = Timed()
    lane: Lane[Synthesizer] = Lane(lambda: engine, name="timed")
    yield engine, lane
    lane.close()


async def cut(studio: Studio) -> list[str]:
    return [piece.text async for piece in pieces(whole(TEXT), studio, Manner()) if piece.text]


async def test_an_answer_is_cut_alike_until_the_voice_becomes_slower_and_when_it_is_quick_again():
    with timed() as (engine, lane):
        studio = Studio(lane, CARD)
        quick = await cut(studio)
        assert await cut(studio.speaking_for("a job")) == quick
        engine.pace = 0.6
        assert await cut(studio) == quick, "an answer goes on as it was begun"
        slow = await cut(studio)
        assert max(map(len, slow)) < max(map(len, quick)) and len(slow[0]) < len(quick[0])
        engine.pace = 0.1
        while studio.pace > 0.2:
            await cut(studio)
        assert await cut(studio) == quick


async def test_a_speech_goes_on_in_the_same_sound_when_its_engine_was_let_go_meanwhile():
    with timed() as (_, lane):
        whole_way = [piece.samples async for piece in pieces(whole(TEXT), Studio(lane, CARD), Manner())]
        async with aclosing(pieces(whole(TEXT), Studio(lane, CARD), Manner())) as speaking:
            sounds = [(await anext(speaking)).samples]
            lane.rest()
            sounds += [piece.samples async for piece in speaking]
        assert np.array_equal(np.concatenate(sounds), np.concatenate(whole_way))


async def test_a_voice_has_one_studio_for_as_long_as_it_serves():
    with timed() as (_, lane), timed() as (_, other):
        studios = Studios(Repertoire())
        assert studios.of(lane, CARD) is studios.of(lane, CARD)
        assert studios.of(other, CARD).lane is other and studios.of(other, CARD).pace == 0.2
