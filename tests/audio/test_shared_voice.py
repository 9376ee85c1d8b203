"""Several sessions and one voice: whose piece is next, and that each hears its own text and nothing else."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import numpy as np

from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.speech import Manner, pieces
from genie.audio.studio import Studio
from tests.waiting import until

RATE = 1_000
TEXTS = [f"{name} begins like this. And {name} goes on for some time, because {name} has more to say. So ends {name}."
         for name in ("Anna", "Berta", "Carla", "Dora")]  # fmt: skip


class Marking:
    """Speak 70 ms for each letter, as samples that tell which name is in the text; wait for a gate before the first."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.spoken: list[str] = []

    def describe(self) -> Card:
        return Card("marking", rate=RATE)

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        if not passage.text.startswith("Wait"):
            self.spoken.append(next((text[0] for text in TEXTS if text.split()[0] in passage.text), "later"))
            yield Take(np.full(70 * len(passage.text), 100 * ord(self.spoken[-1][0]), np.int16))
        self.gate.wait(10)


class Waiting:
    """Speak 10 ms for each letter; a text with "Wait" in it waits for its gate."""

    def __init__(self) -> None:
        self.gates = {text: threading.Event() for text in ("Wait once.", "Wait again.")}
        self.spoken: list[str] = []

    def describe(self) -> Card:
        return Card("waiting", rate=RATE)

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        if (gate := self.gates.get(passage.text)) is not None:
            gate.wait(10)
        self.spoken.append(passage.text)
        yield Take(np.full(10 * len(passage.text), 100, np.int16))


async def whole(text: str) -> AsyncIterator[str]:
    yield text


async def heard(studio: Studio, text: str) -> Int16:
    return np.concatenate([piece.samples async for piece in pieces(whole(text), studio, Manner())])


async def test_four_speeches_share_a_voice_first_pieces_first_and_each_is_what_it_is_alone() -> None:
    engine = Marking()
    lane: Lane[Synthesizer] = Lane(lambda: engine, name="marking")
    studio = Studio(lane, engine.describe())
    busy = asyncio.create_task(anext(lane.iterate(Synthesizer.synthesize, Passage("Wait."))))
    await lane.load()
    later = asyncio.create_task(anext(lane.iterate(Synthesizer.synthesize, Passage("Of a speech that has begun."))))
    await asyncio.sleep(0)
    sessions = [asyncio.create_task(heard(studio, text)) for text in TEXTS]
    for _ in range(50):
        await asyncio.sleep(0)
    engine.gate.set()
    together = await asyncio.gather(*sessions)
    await asyncio.wait([busy, later])
    order = list(engine.spoken)
    assert sorted(order[:4]) == list("ABCD") and order[4] == "later", "first pieces go before one that waits longer"
    alone = [await heard(studio, text) for text in TEXTS]
    lane.close()
    for text, one, other in zip(TEXTS, together, alone, strict=True):
        assert (one == other).all(), f"{text} is what it is alone"
        own = 100 * ord(text[0])
        assert (one <= own).all() and set(np.unique(one[np.abs(np.diff(one, prepend=0)) == 0])) <= {0, own}
    turns = [order[at : at + 4] for at in (5, 9)]
    assert [sorted(turn) for turn in turns] == [list("ABCD")] * 2, "then each has its turn"


async def test_whoever_hears_nothing_sooner_has_the_next_turn_whoever_asked_first() -> None:
    engine = Waiting()
    lane: Lane[Synthesizer] = Lane(lambda: engine, name="waiting")
    studio = Studio(lane, engine.describe())
    calls = [asyncio.create_task(anext(lane.iterate_first(Synthesizer.synthesize, Passage("Wait once."))))]
    long, short = "This is a long first sentence. Later.", "Short. Sooner."
    calls += [asyncio.create_task(heard(studio, text)) for text in (long, short)]
    await lane.load()
    for _ in range(50):
        await asyncio.sleep(0)
    calls.append(asyncio.create_task(anext(lane.iterate_first(Synthesizer.synthesize, Passage("Wait again.")))))
    await asyncio.sleep(0)
    engine.gates["Wait once."].set()
    await calls[0]
    await until(lambda: len(engine.spoken) == 3)
    for _ in range(50):
        await asyncio.sleep(0)
    engine.gates["Wait again."].set()
    await asyncio.wait(calls)
    lane.close()
    assert engine.spoken == ["Wait once.", long[:30], "Short.", "Wait again.", "Sooner.", "Later."]
