"""Whether the first word is whole: random words, voices, loudness, rooms and moments, in both modes.

Each is a word or a question spoken by eSpeak NG after a random while of noise, or while the button is being pressed.
What the transcriber was fed must begin before the word does: where its sound first comes within 40 dB of its peak. A
false start is an utterance without the word; a word that is in none is missed.

    python -m bench.onsets [--onsets 500] [--seed 0] [--json FILE]
"""

import argparse
import asyncio
import itertools
import json
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from genie import config
from genie.audio.engine import Passage, Spoken
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.engines.vad import SileroDetector
from genie.audio.lane import Lane
from genie.audio.listening import Listening, Mode
from genie.audio.pcm import Int16
from genie.audio.transcription import Ears
from tests.fakes import FakeTranscriber

RATE = 16_000
WORDS = (
    "yes", "no", "stop", "what", "help", "hello", "six", "eight", "five", "four", "half", "she", "think", "open", "up",
    "who is there", "what time is it", "how far is it", "find my phone", "the other one", "seven", "very", "which one",
)  # fmt: skip
VOICES = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "de", "fr-fr", "it")
AUDIBLE_DB = -40.0


@dataclass(frozen=True)
class Case:
    """Sound in which one word begins at `start` (samples)."""

    word: str
    voice: str
    mode: Mode
    sound: Int16
    start: int
    end: int


class Recorder(FakeTranscriber):
    """Keep what was fed."""

    def __init__(self) -> None:
        super().__init__()
        self.fed: dict[str, list[Int16]] = {}

    def feed(self, stream: str, samples: Int16) -> None:
        super().feed(stream, samples)
        self.fed.setdefault(stream, []).append(samples)

    def sounds(self, name: str) -> list[Int16]:
        """Return what was fed of each utterance of a listening."""
        return [np.concatenate(parts) for stream, parts in self.fed.items() if stream.startswith(f"{name}-")]


def spoken(synthesizer: EspeakSynthesizer, word: str, voice: str, speed: float, pitch: float) -> Int16:
    """Return a word from its first audible sample to its last, by a voice that is `pitch` times as high."""
    sound = np.concatenate(
        [take.samples for take in synthesizer.synthesize(Passage(word, voice, None, max(0.5, speed)))]
    )
    sound = np.asarray(soxr.resample(sound, synthesizer.describe().rate, RATE / pitch), np.int16)
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() * 10 ** (AUDIBLE_DB / 20))
    return sound[loud[0] : loud[-1] + 1]


def a_case(synthesizer: EspeakSynthesizer, chance: np.random.Generator) -> Case:
    word, voice = str(chance.choice(WORDS)), str(chance.choice(VOICES))
    mode: Mode = "push_to_talk" if chance.random() < 0.5 else "hands_free"
    speed, pitch = chance.uniform(0.8, 1.2), chance.uniform(0.9, 1.3)
    speech = spoken(synthesizer, word, voice, float(speed / pitch), float(pitch)).astype(np.float64)
    speech *= 32_768 * 10 ** (chance.uniform(-26, -3) / 20) / np.abs(speech).max()
    pressed_late = mode == "push_to_talk" and chance.random() < 0.3
    lead = int(chance.uniform(0.0, 0.05 if pressed_late else 3.0) * RATE)
    sound = np.concatenate((np.zeros(lead), speech, np.zeros(int(1.5 * RATE))))
    sound += chance.normal(0, np.sqrt(np.mean(speech**2)) * 10 ** (-chance.uniform(20, 45) / 20) + 1.0, len(sound))
    clipped = np.clip(sound.round(), -32_768, 32_767).astype(np.int16)
    return Case(word, voice, mode, clipped, lead, lead + len(speech))


async def hear(case: Case, lanes: tuple[Lane[Recorder], Lane[SileroDetector]], name: str) -> list[tuple[int, int]]:
    """Return from where to where in the sound each utterance was fed."""
    settings = config.load(environment={}, flags={"stt.backlog_s": 60.0})
    ears = Ears(lanes[0], lanes[1], settings.stt, settings.vad, Spoken("en"))  # type: ignore[arg-type]
    listening = Listening(case.mode, RATE, lambda: ears, lambda _: None, name, itertools.count(1))
    listening.push(case.sound.tobytes())
    listening.stop()
    async with aclosing(listening.utterances()) as utterances:
        async for _ in utterances:
            pass
    fed = await lanes[0].call(Recorder.sounds, name)
    whole = case.sound.tobytes()
    return [(at := whole.index(one[:64].tobytes()) // 2, at + len(one)) for one in fed]


async def run(count: int, seed: int) -> dict[str, int]:
    synthesizer, chance = EspeakSynthesizer(), np.random.default_rng(seed)
    counts = {"onsets": count, "clipped": 0, "missed": 0, "false starts": 0}
    lanes = Lane(Recorder, name="ear"), Lane(SileroDetector, name="detector")
    try:
        for number in range(count):
            case = a_case(synthesizer, chance)
            spans = await hear(case, lanes, f"s{number}")
            holding = [start for start, end in spans if start < case.end and end > case.start]
            counts["false starts"] += len(spans) - len(holding)
            if not holding or min(holding) > case.start:
                counts["missed" if not holding else "clipped"] += 1
                late = f"{(min(holding) - case.start) / RATE:.3f} s late" if holding else "not heard"
                print(f"{case.mode}: {case.word!r} by {case.voice} after {case.start / RATE:.2f} s: {late}")
    finally:
        synthesizer.close()
        for lane in lanes:
            lane.close()
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onsets", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    counts = asyncio.run(run(options.onsets, options.seed))
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    if options.json:
        options.json.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
