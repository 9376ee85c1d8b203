"""Genie speaks into a room, and its user speaks over it: what the guard against its own echo takes for whom.

Real parts: eSpeak and recorded voices play, others interrupt; the detector, the segmenter and `Overlap` hear the sum
frame by frame, and what they hold or stop is silent in the room. The room is simulated: late, reverberant, driven into
its limits, with a clock that drifts, noise, and reports of what was played that are up to 40 ms late; or what a
browser's canceller leaves of it. No ear says words here, so that speech alone must stop genie.
"Likeness" is the guard as it was at first: the correlation of envelopes, and nothing else.

    python -m bench.double_talk [--scenes 4] [--people FOLDER] [--kokoro] [--seed 0] [--json FILE]
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path as File

import numpy as np
import soundfile
import soxr
from numpy.lib.stride_tricks import sliding_window_view

from bench.acoustics import RATE, Path, Sound
from bench.interruption import NEVER_S, Outcome, Scene, play
from bench.story import STORY
from genie import config
from genie.audio.echo import DELAYS, Echo
from genie.audio.engine import Passage, Synthesizer, Take
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.audio.loudness import SILENCE, Loudness
from genie.audio.overlap import Guard
from genie.audio.pcm import Float32, Int16
from genie.settings import Settings
from tests.models_small import save_kokoro

CLIPS = File(__file__).parent.parent / "tests" / "clips"
AT_ONCE_S = (-0.5, 0.8)
"""When somebody speaks who does not wait for the first answer's first words."""

LIKENESS, WINDOW = 0.65, 44
"""Of the guard as it was: the threshold, and the steps that it compared."""


class Alike:
    """The guard as it was: how alike the envelopes were of late, at the best delay."""

    def __init__(self) -> None:
        self._loudness = Loudness(RATE)
        self._heard: Float32 = np.repeat(SILENCE, WINDOW, axis=0)
        self._played: Float32 = np.repeat(SILENCE, WINDOW + DELAYS, axis=0)

    def push(self, frame: Int16, played: Float32) -> None:
        heard = np.maximum(self._loudness.push(frame), -75.0)
        self._heard = np.concatenate((self._heard[len(heard) :], heard))
        self._played = np.concatenate((self._played[len(played) :], np.maximum(played, -75.0)))

    def likeness(self) -> float:
        heard = self._heard - self._heard.mean(axis=0)
        windows = sliding_window_view(self._played, WINDOW, axis=0).transpose(0, 2, 1)
        played = windows - windows.mean(axis=1, keepdims=True)
        products = np.einsum("wb,dwb->d", heard, played)
        powers = np.sqrt((heard**2).sum() * (played**2).sum(axis=(1, 2)))
        return float(max(0.0, np.max(products / np.maximum(powers, 1.0))))


def scenes(count: int, seed: int) -> Iterator[Scene]:
    """Yield so many scenes of each kind."""
    chance = np.random.default_rng(seed)

    def path(level_db: float, *, residual: bool = False) -> Path:
        return Path(
            level_db,
            delay_ms=float(chance.choice([20, 60, 120, 200, 300, 400])),
            reverb_ms=float(chance.choice([50, 120, 200, 300])),
            drift_ppm=float(chance.choice([-100, 0, 100])),
            drive=float(chance.choice([0.5, 2, 4])),
            residual=residual,
        )

    def scene(kind: str, by: Path | None, user_db: float | None) -> Scene:
        return Scene(kind, by, user_db, float(chance.choice([15, 25, 40])), int(chance.integers(2**31)))

    for number in range(count):
        level = (0.0, -10.0, -20.0)[number % 3]
        rest = (-12.0, -20.0, -30.0, -40.0)[number % 4]  # the browser's gain control turns it up
        yield scene("echo alone", path(level), None)
        yield scene("rest alone", path(rest, residual=True), None)
        for user_db in (10.0, 5.0, 0.0, -5.0, -10.0):
            yield scene(f"user at {user_db:+3.0f} dB", path(level), user_db)
        yield scene("user over a rest", path(rest, residual=True), float(chance.choice([0.0, 10.0])))
        yield scene("user, headphones", None, 0.0)
        for kind, by in (("user at once, phones", None), ("user at once, echo", path(level))):
            yield replace(scene(kind, by, 10.0 if by else 0.0), at_s=AT_ONCE_S)


def loaded(path: File) -> Sound:
    sound, rate = soundfile.read(path, always_2d=True)
    mono = soxr.resample(sound.mean(axis=1), rate, RATE)
    loud = np.flatnonzero(np.abs(mono) > np.abs(mono).max() / 100)
    return np.asarray(mono[loud[0] : loud[-1] + 1][: 4 * RATE])


def told(voice: Synthesizer, name: str | None = None) -> Sound:
    """Return the story as an engine tells it."""
    given = voice.synthesize(Passage(STORY, name, None, 1.0))
    sound = np.concatenate([take.samples for take in given if isinstance(take, Take)])
    return np.asarray(soxr.resample(sound / 32_768, voice.describe().rate, RATE))


def genies(*, kokoro: bool) -> list[Sound]:
    clips = [loaded(path) for path in sorted(CLIPS.glob("*.wav"))[::2]]
    with closing(EspeakSynthesizer()) as espeak:
        voices = [told(espeak), np.concatenate(clips), told(espeak, "en-gb")]
    if kokoro:
        from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer

        with tempfile.TemporaryDirectory() as folder:
            voices.append(told(KokoroSynthesizer(str(save_kokoro(File(folder) / "kokoro")))))
    return voices


def users(people: File | None) -> list[Sound]:
    files = sorted(CLIPS.glob("*.wav"))[1::2]
    files += sorted([*people.glob("*.wav"), *people.glob("*.flac")]) * 2 if people else []
    return [loaded(path) for path in files]


def line(kind: str, name: str, outcomes: list[Outcome]) -> dict[str, float | str]:
    minutes = sum(outcome.seconds for outcome in outcomes) / 60
    figures: dict[str, float | str] = {
        "kind": kind,
        "guard": name,
        "wrong": 100 * sum(one.wrong for one in outcomes) / max(1, sum(one.frames for one in outcomes)),
        "false holds/min": sum(one.false_holds for one in outcomes) / minutes,
        "false stops/min": sum(one.false_stops for one in outcomes) / minutes,
    }
    if kind.startswith("user"):
        for what, times in (("hold", [one.held_s for one in outcomes]), ("stop", [one.stopped_s for one in outcomes])):
            figures |= {f"{what} p50": float(np.median(times)), f"{what} p90": float(np.quantile(times, 0.9))}
        figures["never held"] = 100 * float(np.mean([one.held_s >= NEVER_S for one in outcomes]))
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scenes", type=int, default=4)
    options.add_argument("--people", type=File)
    options.add_argument("--kokoro", action="store_true")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--json", type=File)
    chosen = options.parse_args()
    settings = config.load(environment={})
    before = config.load(environment={}, flags={"barge_in.echo": LIKENESS})
    guards: dict[str, tuple[Callable[[], Guard], Settings]] = {
        "likeness": (Alike, before),
        "now": (Echo, settings),
    }
    voices, people = genies(kokoro=chosen.kokoro), users(chosen.people)
    outcomes: dict[tuple[str, str], list[Outcome]] = {}
    for number, scene in enumerate(scenes(chosen.scenes, chosen.seed)):
        genie, user = voices[number % len(voices)], people[number % len(people)]
        for name, (guard, own) in guards.items():
            outcomes.setdefault((scene.kind, name), []).append(play(scene, genie, user, guard(), own))
    table = [line(kind, name, some) for (kind, name), some in outcomes.items()]
    columns = list(table[-1])[2:]
    print(f"{'':20}{'':10}" + "".join(f"{column:>17}" for column in columns))
    for one in table:
        print(
            f"{one['kind']:20}{one['guard']:10}"
            + "".join(f"{one[column]:17.2f}" for column in columns if column in one)
        )
    print(f"n = {chosen.scenes} of each kind; seconds; wrong: % of frames taken for the other; {NEVER_S:g} is never")
    if chosen.json:
        chosen.json.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
