"""Four sessions that ask one voice at once: whether each hears what it hears alone, and how long the last one waits.

Four answers go through text, pieces, studio and lane, each alone and then all four at once. The engine is in a process
of its own: Kokoro with random weights of the real size, in the precision that it chooses by itself, or eSpeak NG.

    python -m bench.sessions [--engine kokoro] [--repeats 3] [--folder DIR] [--json FILE]   # takes minutes
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench import kokoro_sized
from bench.first_sound import ANSWERS, DEADLINE_S, ours
from bench.repeats import Repeats, keep, show
from bench.underruns import Told
from genie.audio.engine import Synthesizer
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.remote import in_process
from genie.audio.speech import Manner, pieces
from genie.audio.studio import Studio

TEXTS = (*ANSWERS[40], ANSWERS[15][1])


class Heard(NamedTuple):
    """What one session heard, and how many seconds after it asked it heard something."""

    first_s: float
    samples: Int16


async def hear(studio: Studio, text: str) -> Heard:
    async def whole() -> AsyncIterator[str]:
        yield text

    began, first, sounds = time.monotonic(), 0.0, list[Int16]()
    async with aclosing(pieces(whole(), studio, Manner())) as spoken:
        async for piece in spoken:
            first = first or time.monotonic() - began
            sounds.append(piece.samples)
    return Heard(first, np.concatenate(sounds))


def apart_db(one: Int16, other: Int16) -> float:
    """Return how loud the difference of two sounds is against the first; -200: there is none, 0: other lengths."""
    if len(one) != len(other):
        return 0.0
    difference = np.square(one.astype(float) - other).sum() / np.square(one.astype(float)).sum()
    return max(-200.0, 10 * float(np.log10(difference))) if difference else -200.0


async def measure(lane: Lane[Synthesizer], repeats: int) -> list[Repeats]:
    studio = Studio(lane, await lane.call(Synthesizer.describe), tempo=Told())  # on a busy machine the pace may change
    alone_s, last_s, shares, apart = list[float](), list[float](), list[float](), list[float]()
    for _ in range(repeats):
        alone = [await hear(studio, text) for text in TEXTS]
        together = await asyncio.gather(*(hear(studio, text) for text in TEXTS))
        alone_s.append(sum(heard.first_s for heard in alone) / len(alone))
        last_s.append(max(heard.first_s for heard in together))
        shares.append(last_s[-1] / alone_s[-1])
        apart += [apart_db(one.samples, other.samples) for one, other in zip(alone, together, strict=True)]
    return [
        Repeats("first sound alone, s", alone_s),
        Repeats("first sound of the last of four, s", last_s),
        Repeats("the last of four, times alone", shares),
        Repeats("difference from alone, dB (-200: none)", apart),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--engine", choices=("kokoro", "espeak"), default="kokoro")
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--folder", type=Path, help="where the weights are kept for the next time (330 MB)")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        if options.engine == "kokoro":
            factory = in_process(partial(ours, kokoro_sized.save(options.folder or Path(fresh)), "auto"))
        else:
            factory = EspeakSynthesizer
        lane: Lane[Synthesizer] = Lane(factory, name=options.engine, deadline_s=DEADLINE_S)
        try:
            table = asyncio.run(measure(lane, options.repeats))
        finally:
            lane.close()
    show(table)
    keep(table, options.json)


if __name__ == "__main__":
    main()
