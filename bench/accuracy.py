"""How many words each engine gets wrong on a folder of recordings with their transcripts.

The folder holds sound files and `transcripts.json` ({file name: words}). Each file is heard twice: as an utterance
that comes in pieces of half a second, and as a recording.

    python -m bench.accuracy --corpus DIR [--whisper FOLDER] [--json FILE]
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from genie.agents.phrases import sentences
from genie.audio.codec import decode
from genie.audio.engine import LISTENING_RATE, Spoken, Transcriber
from genie.audio.engines.pocketsphinx import PocketSphinxTranscriber
from genie.audio.pcm import Int16
from genie.audio.recording import Clip

LONGEST_S = 3_600.0
PIECE = LISTENING_RATE // 2

Way = Callable[[Transcriber, Int16], str]


@dataclass(frozen=True)
class Heard:
    """What one engine made of one file."""

    engine: str
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


def as_utterance(ear: Transcriber, samples: Int16) -> str:
    ear.open("bench", Spoken("en"))
    for start in range(0, len(samples), PIECE):
        ear.feed("bench", samples[start : start + PIECE])
        ear.hear(["bench"])
    return ear.finish("bench").committed


def as_recording(ear: Transcriber, samples: Int16) -> str:
    found = ear.transcribe(Clip(samples), Spoken("en"))
    return " ".join(segment.text for stretch in found for segment in stretch.segments)


WAYS: tuple[tuple[str, Way], ...] = (("utterance", as_utterance), ("recording", as_recording))


def engines(whisper: str | None) -> Iterator[tuple[str, Transcriber]]:
    """Load one engine after the other."""
    yield "pocketsphinx", PocketSphinxTranscriber(tuple(text for _, text in sentences()))
    if whisper:
        from genie.audio.engines.whisper.transcriber import WhisperTranscriber

        yield f"whisper {Path(whisper).name}", WhisperTranscriber(whisper)


def measure(corpus: Path, whisper: str | None) -> Iterator[Heard]:
    transcripts: dict[str, str] = json.loads((corpus / "transcripts.json").read_text(encoding="utf-8"))
    for engine, ear in engines(whisper):
        for file, said in transcripts.items():
            with (corpus / file).open("rb") as sound:
                samples = decode(sound, rate=LISTENING_RATE, max_seconds=LONGEST_S).samples
            for way, hear in WAYS:
                began = time.perf_counter()
                heard = hear(ear, samples)
                took, words = time.perf_counter() - began, normal(said)
                errors = word_errors(words, normal(heard))
                yield Heard(engine, way, file, said, heard, len(words), errors, len(samples) / LISTENING_RATE, took)


def show(results: list[Heard]) -> None:
    for each in results:
        if each.errors:
            print(
                f"{each.engine}, {each.way}, {each.file}: {each.errors} of {each.words}\n  {each.said}\n  {each.heard}"
            )
    print(f"\n{'engine':<28}{'way':<12}{'files':>6}{'right':>7}{'words':>7}{'wrong':>7}{'WER':>8}{'pace':>7}")
    for engine, way in dict.fromkeys((each.engine, each.way) for each in results):
        rows = [each for each in results if (each.engine, each.way) == (engine, way)]
        words, errors = sum(each.words for each in rows), sum(each.errors for each in rows)
        pace = sum(each.took_s for each in rows) / sum(each.seconds for each in rows)
        right = sum(not each.errors for each in rows)
        print(f"{engine:<28}{way:<12}{len(rows):>6}{right:>7}{words:>7}{errors:>7}{errors / words:>8.1%}{pace:>7.2f}")
    print("pace: seconds of work for each second of sound")


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the word error rate of each engine on a folder of recordings.")
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument("--whisper", metavar="FOLDER", help="a Whisper checkpoint to measure too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every result there")
    arguments = parser.parse_args()
    results = list(measure(arguments.corpus, arguments.whisper))
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(each) for each in results], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
