"""How many words each engine gets wrong on a folder of recordings with their transcripts.

The folder holds sound files and `transcripts.json` ({file name: words}). Each file is heard twice: as an utterance
that comes in pieces of half a second, and as a recording. A Whisper, named by its folder, or by its id if its weights
are on disk, is heard with several settings; each is compared with the first, which is the most careful.

    python -m bench.accuracy --corpus DIR                                       (the small ear)
    python -m bench.accuracy --corpus DIR --whisper openai/whisper-base         (all settings)
    python -m bench.accuracy --corpus DIR --whisper DIR --settings whole-float32 usual --language de
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.bootstrap import difference, interval
from genie.agents.phrases import sentences
from genie.audio.decoding import decode
from genie.audio.engine import LISTENING_RATE, Spoken, Transcriber
from genie.audio.engines.cache import look
from genie.audio.engines.pocketsphinx import PocketSphinxTranscriber
from genie.audio.pcm import Int16
from genie.audio.recording import Clip
from genie.errors import GenieError

LONGEST_S = 3_600.0
PIECE = LISTENING_RATE // 2
WHOLE_S = 60.0
"""No crop: longer than any window."""

SETTINGS: dict[str, dict[str, Any]] = {
    "whole-float32": {"crop_s": WHOLE_S, "precision": "float32"},
    "crop-float32": {"precision": "float32"},
    "whole-int8": {"crop_s": WHOLE_S, "precision": "int8"},
    "crop-int8": {"precision": "int8"},
    "whole-bfloat16": {"crop_s": WHOLE_S, "precision": "bfloat16"},
    "crop-bfloat16": {"precision": "bfloat16"},
    "usual": {},
}
"""Ways to run a Whisper; `usual` is what the server does where nothing is set."""

Way = Callable[[Transcriber, Int16, Spoken], str]


@dataclass(frozen=True)
class Heard:
    """What one engine made of one file."""

    engine: str
    settings: str
    way: str
    file: str
    said: str
    heard: str
    words: int
    errors: int
    seconds: float
    took_s: float


def normal(text: str) -> list[str]:
    """Return the words that are compared: lower case, without punctuation."""
    return re.sub(r"[^\w\s']|_", " ", text.lower()).replace("'", "").split()


def word_errors(said: list[str], heard: list[str]) -> int:
    """Return how many words must be changed, added or removed (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        above, row = row, [number]
        for place, other in enumerate(heard, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (word != other)))
    return row[-1]


def as_utterance(ear: Transcriber, samples: Int16, spoken: Spoken) -> str:
    ear.open("bench", spoken)
    for start in range(0, len(samples), PIECE):
        ear.feed("bench", samples[start : start + PIECE])
        ear.hear(["bench"])
    return ear.finish("bench").committed


def as_recording(ear: Transcriber, samples: Int16, spoken: Spoken) -> str:
    found = ear.transcribe(Clip(samples), spoken)
    return " ".join(segment.text for stretch in found for segment in stretch.segments)


WAYS: tuple[tuple[str, Way], ...] = (("utterance", as_utterance), ("recording", as_recording))


def engines(models: list[str], settings: list[str]) -> Iterator[tuple[str, str, Transcriber]]:
    """Load one engine after the other, and say with what settings."""
    if not models:
        yield "pocketsphinx", "", PocketSphinxTranscriber(tuple(text for _, text in sentences()))
    for model in models:
        for name in settings:
            try:
                yield Path(model).name, name, _whisper(model, SETTINGS[name])
            except GenieError as error:
                print(f"{model}, {name}: not measured, {error.message}")


def _whisper(model: str, settings: dict[str, Any]) -> Transcriber:
    from genie.audio.engines.whisper.transcriber import WhisperTranscriber

    folder = Path(model) if Path(model).is_dir() else look("whisper", model).folder
    if folder is None:
        raise SystemExit(f"{model} is neither a folder nor on disk; `genie models pull {model}` fetches it")
    return WhisperTranscriber(str(folder), **settings)


def measure(corpus: Path, models: list[str], settings: list[str], spoken: Spoken, files: int | None) -> Iterator[Heard]:
    transcripts: dict[str, str] = json.loads((corpus / "transcripts.json").read_text(encoding="utf-8"))
    sounds = {file: _samples(corpus / file) for file in list(transcripts)[:files]}
    for engine, name, ear in engines(models, settings):
        for file, samples in sounds.items():
            for way, hear in WAYS:
                began = time.perf_counter()
                heard = hear(ear, samples, spoken)
                took, said = time.perf_counter() - began, transcripts[file]
                words, errors = len(normal(said)), word_errors(normal(said), normal(heard))
                seconds = len(samples) / LISTENING_RATE
                yield Heard(engine, name, way, file, said, heard, words, errors, seconds, took)


def _samples(file: Path) -> Int16:
    with file.open("rb") as sound:
        return decode(sound, rate=LISTENING_RATE, max_seconds=LONGEST_S).samples


def show(results: list[Heard]) -> None:
    """Print each way's rate and how sure it is, and what each setting changes of the first one's."""
    print(
        f"{'engine':<24}{'settings':<16}{'way':<11}{'files':>6}{'words':>7}{'wrong':>7}{'WER':>8}{'95 % of draws':>17}",
        end="",
    )
    print(f"{'less the first':>18}{'pace':>7}")
    for engine, way in dict.fromkeys((each.engine, each.way) for each in results):
        rows = [each for each in results if (each.engine, each.way) == (engine, way)]
        first: list[Heard] = []
        for name in dict.fromkeys(each.settings for each in rows):
            chosen = [each for each in rows if each.settings == name]
            _show_one(chosen, first)
            first = first or chosen
    print("pace: seconds of work for each second of sound; a setting whose range excludes 0 differs from the first")


def _show_one(rows: list[Heard], first: list[Heard]) -> None:
    errors, words = [each.errors for each in rows], [each.words for each in rows]
    low, high = interval(errors, words)
    pace = sum(each.took_s for each in rows) / sum(each.seconds for each in rows)
    change = ""
    if first:
        less, more = difference(errors, [each.errors for each in first], words)
        change = f"{less:+.1%} to {more:+.1%}"
    print(
        f"{rows[0].engine:<24}{rows[0].settings:<16}{rows[0].way:<11}{len(rows):>6}{sum(words):>7}{sum(errors):>7}"
        f"{sum(errors) / max(1, sum(words)):>8.1%}{f'{low:.1%} to {high:.1%}':>17}{change:>18}{pace:>7.2f}"
    )


def show_errors(results: list[Heard]) -> None:
    for each in results:
        if each.errors:
            print(f"{each.engine}, {each.settings}, {each.way}, {each.file}: {each.errors} of {each.words}")
            print(f"  {each.said}\n  {each.heard}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the word error rate of each engine on a folder of recordings.")
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--whisper", nargs="+", default=[], metavar="FOLDER_OR_ID", help="Whispers, instead of the small ear"
    )
    parser.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS), metavar="NAME")
    parser.add_argument("--language", default="en", help="empty: detected")
    parser.add_argument("--files", type=int, metavar="N", help="only the first so many")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every result there")
    arguments = parser.parse_args()
    spoken = Spoken(arguments.language or None)
    results = list(measure(arguments.corpus, arguments.whisper, arguments.settings, spoken, arguments.files))
    show_errors(results)
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(each) for each in results], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
