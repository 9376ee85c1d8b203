"""How fast one utterance becomes text, against other ways to run Whisper on a processor: one thread, equal weights.

A Whisper of base size with random weights writes four tokens for each second of sound: what it writes means nothing,
and how well a cropped window hears with real weights is not measured here (`bench.accuracy` does that with yours).
Contestants take turns on each repeat; shown are medians, the span, and the ratio of the medians within each repeat.

    python -m bench.decode [--repeats 7] [--size base] [--folder DIR] [--json FILE]   # needs the extra "bench"
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.decode_peers import RATE, Decode, ctranslate2, faster_whisper, transformers
from bench.repeats import Repeats, keep, show
from bench.whisper_sized import SIZES, convert, save
from genie import config
from genie.audio.engines.whisper.checkpoint import load
from genie.audio.engines.whisper.ear import Ear, Question

LENGTHS_S = (2, 5, 10, 30)
TOKENS_PER_S = 4

FASTER, CROPPED, PIPELINE = "faster-whisper int8, 30 s", "CTranslate2 int8, cropped", "transformers pipeline"
GOALS = {
    FASTER: {2: 6.0, 5: 4.0, 10: 2.0, 30: 0.9},
    PIPELINE: {2: 8.0, 5: 8.0},
    CROPPED: {},
}
"""How many times faster than each peer genie is to be, by seconds of sound."""


def genie(folder: Path, precision: str) -> Decode:
    """Return genie's engine with windows cropped as its settings say."""
    import torch

    torch.set_num_threads(1)
    ear = Ear(load(str(folder), "", "cpu", precision), config.load(environment={}).stt.crop_s)  # type: ignore[arg-type]
    ear.warm()

    def decode(sound: NDArray[np.float32], tokens: int) -> int:
        samples = (sound * 32_767).astype(np.int16)
        [answer] = ear.hear([Question(samples, language="en", forced=tokens)])
        return len(answer.pieces)

    return decode


def measure(ways: dict[str, Decode], repeats: int) -> dict[int, dict[str, list[float]]]:
    """Return seconds by length and contestant; each writes exactly the tokens that it is asked for."""
    noise = np.random.default_rng(7).normal(0, 0.1, max(LENGTHS_S) * RATE).astype(np.float32)
    took: dict[int, dict[str, list[float]]] = {}
    for seconds in LENGTHS_S:
        took[seconds] = {name: [] for name in ways}
        sound, tokens = noise[: seconds * RATE], seconds * TOKENS_PER_S
        for repeat in range(repeats + 1):  # the first warms up
            for name, decode in ways.items():
                began = time.perf_counter()
                written = decode(sound, tokens)
                if repeat:
                    took[seconds][name].append(time.perf_counter() - began)
                assert written == tokens, f"{name} wrote {written} tokens, not {tokens}"
    return took


def table(took: dict[int, dict[str, list[float]]], mine: str) -> list[Repeats]:
    """Return milliseconds of each contestant, then genie's speed as a multiple of each peer's."""
    lines = []
    for seconds, by_name in took.items():
        lines += [
            Repeats(f"{seconds} s: {name}, ms", [1_000 * each for each in each_s]) for name, each_s in by_name.items()
        ]
        for peer, goals in GOALS.items():
            goal = f" (goal {goals[seconds]:g})" if seconds in goals else ""
            ratios = [a / b for a, b in zip(by_name[peer], by_name[mine], strict=True)]
            lines.append(Repeats(f"{seconds} s: × {peer}{goal}", ratios))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--size", choices=list(SIZES), default="base")
    parser.add_argument("--folder", type=Path, help="where the weights are kept for the next time (600 MB)")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as fresh:
        place = options.folder or Path(fresh)
        folder = save(place / options.size, options.size)
        converted = convert(folder, place / f"{options.size}-converted")
        ways = {
            "genie int8, cropped": genie(folder, "int8"),
            FASTER: faster_whisper(converted),
            CROPPED: ctranslate2(converted),
            PIPELINE: transformers(folder),
        }
        lines = table(measure(ways, options.repeats), "genie int8, cropped")
    show(lines)
    keep(lines, options.json, load=os.getloadavg())


if __name__ == "__main__":
    main()
