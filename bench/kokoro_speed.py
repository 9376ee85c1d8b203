"""How fast Kokoro speaks here, against the kokoro package in float32, and what bfloat16 changes in its sound.

All load the same random weights of the real size (81.8 million) by their own code, and speak the same phonemes on one
thread, in turns; shown are medians, the span, and the ratio of the times within each repeat. Loudness of the error is
that of bfloat16 against float32 on the same noise, in dB below the sound: of random weights, which are no voice.

    python -m bench.kokoro_speed [--repeats 5] [--folder DIR] [--json FILE]   # takes minutes
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from bench import kokoro_sized
from bench.repeats import Repeats, keep, show
from genie.audio.engines.kokoro.network import Network, Utterance
from tests.steps import done

LENGTHS = (10, 40, 80, 160)
TEXT = "ðɪs ɪz ɐ sˈɛntəns ðæt sˈɛz nˈʌθɪŋ, ænd ɪt ɡˌOz ˈɔn ænd ˈɔn. " * 3
PITCH_HZ = 160.0
PACKAGE, PLAIN, HALF = "package, float32", "genie, float32", "genie, bfloat16"
GOAL = 1.5

Speak = Callable[[str], Utterance]


def voiced(folder: Path) -> Path:
    """Give the weights a voice: without a pitch they whisper."""
    file = folder / "sized.pth"
    weights = torch.load(file, weights_only=True)
    weights["predictor"]["F0_proj.bias"].fill_(PITCH_HZ)
    torch.save(weights, file)
    return folder


def package(folder: Path, styles: torch.Tensor) -> Speak:
    """Return the package's own network."""
    model = kokoro_sized.load(folder)

    def speak(phonemes: str) -> Utterance:
        with torch.inference_mode():
            made = model(phonemes, styles[len(phonemes) - 1], 1.0, True)
        return Utterance(made.audio, tuple(made.pred_dur.tolist()))

    return speak


def genie(folder: Path, styles: torch.Tensor, precision: str) -> Speak:
    """Return genie's network in a precision."""
    network = Network(folder, "cpu", precision)  # type: ignore[arg-type]
    return lambda phonemes: done(network(phonemes, styles[len(phonemes) - 1, 0], 1.0, 7))


def measure(ways: dict[str, Speak], repeats: int) -> list[Repeats]:
    """Return the figures of each length: real-time factors, ratios to the package, what bfloat16 changes."""
    lines = []
    for length in LENGTHS:
        took: dict[str, list[float]] = {name: [] for name in ways}
        made: dict[str, Utterance] = {}
        for repeat in range(repeats + 1):  # the first warms up
            for name, speak in ways.items():
                began = time.perf_counter()
                made[name] = speak(TEXT[:length])
                if repeat:
                    took[name].append(time.perf_counter() - began)
        seconds = len(made[PACKAGE].samples) / 24_000
        lines += [
            Repeats(f"{length} phonemes: {name}, RTF", [s / seconds for s in each]) for name, each in took.items()
        ]
        for name in (PLAIN, HALF):
            goal = f" (goal {GOAL})" if name == HALF else ""
            ratios = [theirs / ours for theirs, ours in zip(took[PACKAGE], took[name], strict=True)]
            lines.append(Repeats(f"{length} phonemes: {name}, × package{goal}", ratios))
        lines.append(Repeats(f"{length} phonemes: bfloat16's error, dB", [error_db(made[HALF], made[PLAIN])]))
        same = float(made[HALF].frames == made[PLAIN].frames == made[PACKAGE].frames)
        lines.append(Repeats(f"{length} phonemes: equal durations (1: all)", [same]))
    return lines


def error_db(found: Utterance, expected: Utterance) -> float:
    """Return how loud the difference is against the sound."""
    error = (found.samples - expected.samples).square().mean() / expected.samples.square().mean()
    return float(10 * np.log10(float(error)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the weights are kept for the next time (330 MB)")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"load before: {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as fresh:
        folder = voiced(kokoro_sized.save((options.folder or Path(fresh)) / "kokoro"))
        styles = torch.load(folder / "voices" / "af_heart.pt", weights_only=True)
        ways = {
            PACKAGE: package(folder, styles),
            PLAIN: genie(folder, styles, "float32"),
            HALF: genie(folder, styles, "bfloat16"),
        }
        lines = measure(ways, options.repeats)
    show(lines)
    keep(lines, options.json, load=os.getloadavg())


if __name__ == "__main__":
    main()
