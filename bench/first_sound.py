"""How soon an answer of 5, 15 and 40 words is heard, against Kokoro that speaks it in one go.

Genie speaks it as the server does: text, pieces, studio, lane, engine in a process of its own, and what comes first is
its first piece; silence around it is gone. The peer is the kokoro package's network, in a process of its own behind the
same lane, on the same phonemes of the whole text. Both load the same random weights of the real size and take turns on
one thread. Genie runs in float32, as the package does, and in the precision that it chooses by itself.

    python -m bench.first_sound [--repeats 3] [--folder DIR] [--json FILE]   # takes minutes
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from bench import kokoro_sized
from bench.repeats import Repeats, keep, show
from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane
from genie.audio.pcm import Pcm
from genie.audio.remote import in_process
from genie.audio.speech import Manner, pieces
from genie.audio.studio import Studio

ANSWERS = {
    5: ("It is twenty past five.", "The capital is called Canberra.", "Yes, your meeting was moved."),
    15: (
        "It is currently sunny in Paris, and the temperature is twenty two degrees without wind.",
        "The capital of Australia is Canberra. It lies between Sydney and Melbourne, which wanted it.",
        "Photosynthesis is the process by which plants use the light of the sun for sugar.",
    ),
    40: (
        "To make a good cup of tea, first boil fresh water. Warm the pot with a little of it, and then add one spoonful"
        " of leaves for each person. Let it stand for four minutes before you pour it.",
        "You have three meetings tomorrow. The first one is at nine with the design team, the second at eleven with the"
        " manager, and the last one is a call with the people in Lisbon, which starts at half past three.",
        "The moon has no light of its own and only reflects the light of the sun. While it goes around the earth we see"
        " more or less of its bright side, and so it seems to change.",
    ),
}
"""Answers by their number of words."""


DEADLINE_S = 600.0


class Package:
    """The kokoro package: all phonemes in one go."""

    def __init__(self, folder: Path) -> None:
        import torch
        from misaki import en, espeak

        torch.set_num_threads(1)
        self._torch, self._token = torch, en.MToken
        self._model = kokoro_sized.load(folder)
        self._voice = torch.load(folder / "voices" / "af_heart.pt", weights_only=True)
        self._rules = espeak.EspeakFallback(british=False)
        list(self.synthesize(Passage("Hello.")))  # warm

    def describe(self) -> Card:
        return Card("package", rate=24_000)

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        said = self._rules(self._token(text=passage.text, tag="", whitespace=""))[0] or ""
        phonemes = "".join(phoneme for phoneme in said if phoneme in self._model.vocab)
        with self._torch.inference_mode():
            samples = self._model(phonemes, self._voice[len(phonemes) - 1], passage.speed)
        yield Take(Pcm.from_float(24_000, samples.reshape(-1).numpy()).samples)


class Spoken(NamedTuple):
    """When the first sound was there, when all of it was, and how long it is, in seconds."""

    first_s: float
    whole_s: float
    sound_s: float


def ours(folder: Path, precision: Literal["float32", "auto"]) -> Any:
    from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer

    return KokoroSynthesizer(str(folder), device="cpu", precision=precision)


async def one_go(lane: Lane[Any], text: str) -> Spoken:
    began, sound = time.monotonic(), 0
    async with aclosing(lane.iterate(Package.synthesize, Passage(text))) as takes:
        async for take in takes:
            sound += len(take.samples)
    took = time.monotonic() - began
    return Spoken(took, took, sound / 24_000)


async def streamed(studio: Studio, text: str) -> Spoken:
    async def whole() -> AsyncIterator[str]:
        yield text

    began, first, sound = time.monotonic(), 0.0, 0
    async with aclosing(pieces(whole(), studio, Manner())) as sounds:
        async for piece in sounds:
            first = first or time.monotonic() - began
            sound += len(piece.samples)
    return Spoken(first, time.monotonic() - began, sound / studio.rate)


async def measure(folder: Path, repeats: int) -> list[Repeats]:
    package = Lane(in_process(partial(Package, folder)), name="package", deadline_s=DEADLINE_S)
    studios, table = {}, list[Repeats]()
    for precision in ("float32", "auto"):
        lane: Lane[Synthesizer] = Lane(
            in_process(partial(ours, folder, precision)), name=precision, deadline_s=DEADLINE_S
        )
        studios[precision] = Studio(lane, await lane.call(Synthesizer.describe))
        table.append(Repeats(f"genie, {precision}: pace planned for", [studios[precision].pace]))
    for words, answers in ANSWERS.items():
        runs = [
            (await one_go(package, text), {name: await streamed(studio, text) for name, studio in studios.items()})
            for _ in range(repeats)
            for text in answers
        ]
        table.append(Repeats(f"{words} words, in one go: s", [one.first_s for one, _ in runs]))
        for name in studios:
            table += [
                Repeats(f"{words} words, {name}: first sound, s", [own[name].first_s for _, own in runs]),
                Repeats(
                    f"{words} words, {name}: first sound, share", [own[name].first_s / one.first_s for one, own in runs]
                ),
                Repeats(f"{words} words, {name}: whole, share", [own[name].whole_s / one.whole_s for one, own in runs]),
                Repeats(f"{words} words, {name}: sound, share", [own[name].sound_s / one.sound_s for one, own in runs]),
            ]
    package.close()
    for studio in studios.values():
        studio.lane.close()
    return table


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--folder", type=Path, help="where the weights are kept for the next time (330 MB)")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        folder = kokoro_sized.save(options.folder or Path(fresh))
        table = asyncio.run(measure(folder, options.repeats))
    show(table)
    keep(table, options.json)


if __name__ == "__main__":
    main()
