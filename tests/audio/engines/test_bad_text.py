"""Whatever is to be spoken, by either voice: sound that ends, or nothing; never an error that is none of the text's."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from genie.audio.engine import Passage
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Piece
from genie.audio.speech import Manner, pieces
from genie.audio.studio import Studio
from genie.errors import BadInput
from tests.bad_texts import LONG, NOTHING_TO_SAY, SPOKEN


@pytest.fixture(scope="module")
def engines(kokoro_folder):
    small = EspeakSynthesizer()
    yield {"espeak": small, "kokoro": KokoroSynthesizer(str(kokoro_folder), device="cpu")}
    small.close()


class Lent:
    """An engine that a lane may let go."""

    def __init__(self, engine):
        self.synthesize = engine.synthesize


@pytest.fixture(params=["espeak", "kokoro"])
def studio(request, engines):
    engine = engines[request.param]
    lane = Lane(lambda: Lent(engine), name=request.param)
    yield Studio(lane, engine.describe())
    lane.close()


async def in_parts(text: str) -> AsyncIterator[str]:
    """Yield a text as a language model does."""
    for start in range(0, len(text), 5):
        yield text[start : start + 5]


async def sound(studio: Studio, text: str, most: int = 1_000) -> list[Piece]:
    """Return the first pieces of what is spoken."""
    made = []
    async with aclosing(pieces(in_parts(text), studio, Manner())) as spoken:
        async for piece in spoken:
            made.append(piece)
            if len(made) == most:
                break
    return made


@pytest.mark.parametrize("text", NOTHING_TO_SAY.values(), ids=NOTHING_TO_SAY.keys())
async def test_where_there_is_nothing_to_say_there_is_no_sound(studio, text):
    assert await sound(studio, text) == []


@pytest.mark.parametrize("text", SPOKEN.values(), ids=SPOKEN.keys())
async def test_odd_text_is_spoken_to_its_end(studio, text):
    made = await sound(studio, text)
    assert any(np.abs(piece.samples).max(initial=0) > 0 for piece in made)
    assert sum(len(piece.samples) for piece in made) < studio.rate * (10 + 2 * len(text))
    assert all(piece.text in text for piece in made if piece.text is not None)


async def test_the_beginning_of_a_long_text_is_spoken_before_its_end_has_come(studio):
    made = await sound(studio, LONG, most=3)
    assert len(made) == 3 and sum(len(piece.text or "") for piece in made) < 500


@pytest.mark.parametrize("speed", [0.0, -1.0, 100.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["espeak", "kokoro"])
def test_a_speed_that_is_none_is_refused(engines, name, speed):
    with pytest.raises(BadInput, match="bad_speed"):
        next(engines[name].synthesize(Passage("Hello.", speed=speed)))
