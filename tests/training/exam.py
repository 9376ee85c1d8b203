"""Held-out sentences and the errors a checkpoint makes on them: `python -m tests.training.exam`."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import soundfile
import torch
from transformers import WhisperForConditionalGeneration, WhisperProcessor

from bench.accuracy import word_errors
from tests.training.sentences import Sentence, draw
from tests.training.voices import RATE, Speaker, Spoken, Voice, any_voice

TRIES = 20

FOLDER = Path(__file__).parent.parent / "models" / "whisper"


@dataclass(frozen=True, slots=True)
class Question:
    """A held-out sentence and how it was spoken."""

    sentence: Sentence
    spoken: Spoken


def questions(count: int, *, language: str = "en", seed: int = 1, plain: bool = False) -> list[Question]:
    """Return sentences that were never learned, half of them without order; `plain`: in genie's own voice."""
    random, speaker, found = Random(f"exam {seed}"), Speaker(), list[Question]()
    for number in range(count):
        sentence = _another(random, language, [each.sentence for each in found], ordered=number % 2 == 0)
        voice = any_voice(random, language)
        spoken = speaker.say(sentence.words, Voice({"en": "gmw/en-US", "de": "gmw/de"}[language]) if plain else voice)
        found.append(Question(sentence, spoken))
    return found


def _another(random: Random, language: str, asked: list[Sentence], *, ordered: bool) -> Sentence:
    """Return a sentence that was not asked, if one is found soon: some languages have few."""
    for _ in range(TRIES):
        sentence = draw(random, language, ordered=ordered, kept=True)
        if sentence not in asked:
            break
    return sentence


class Checkpoint:
    """The checkpoint, loaded as any Whisper is."""

    def __init__(self, folder: Path = FOLDER) -> None:
        torch.set_num_threads(1)  # more wait for each other where cores are shared
        self.processor = WhisperProcessor.from_pretrained(folder, local_files_only=True)
        self.model = WhisperForConditionalGeneration.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32
        ).eval()

    def features(self, sounds: list[np.ndarray]) -> torch.Tensor:
        """Return the features of sounds of 16-bit samples, each padded to the whole window."""
        floats = [sound.astype(np.float32) / 32_768 for sound in sounds]
        return self.processor.feature_extractor(floats, sampling_rate=RATE, return_tensors="pt").input_features

    def written(self, sounds: list[np.ndarray], **options: object) -> list[str]:
        """Return what each sound says, by greedy search."""
        options = {"language": "en", "task": "transcribe"} | options
        found = []
        for start in range(0, len(sounds), 32):
            with torch.inference_mode():
                tokens = self.model.generate(self.features(sounds[start : start + 32]), do_sample=False, **options)
            found += self.processor.batch_decode(tokens, skip_special_tokens=True)
        return [text.strip() for text in found]


def errors(said: list[str], written: list[str]) -> tuple[int, int]:
    """Return wrong words and words of all texts together."""
    wrong = sum(word_errors(a.split(), b.split()) for a, b in zip(said, written, strict=True))
    return wrong, sum(len(text.split()) for text in said)


def write_corpus(asked: list[Question], folder: Path) -> None:
    """Write recordings and their transcripts as `bench.accuracy` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(asked):
        soundfile.write(folder / f"{number}.wav", each.spoken.samples, RATE)
    said = {f"{number}.wav": each.sentence.text for number, each in enumerate(asked)}
    (folder / "transcripts.json").write_text(json.dumps(said, indent=2), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the word error rate on held-out sentences.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="the checkpoint")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="only write the English recordings there")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--show", action="store_true", help="print every text with an error")
    arguments = parser.parse_args()
    if arguments.corpus:
        write_corpus(questions(arguments.count), arguments.corpus)
        return
    checkpoint = Checkpoint(arguments.folder)
    for language in ("en", "de"):
        asked = questions(arguments.count, language=language)
        said = [each.sentence.text for each in asked]
        written = checkpoint.written([each.spoken.samples for each in asked], language=language)
        for kind, chosen in (("sentences", slice(0, None, 2)), ("any order", slice(1, None, 2))):
            wrong, words = errors(said[chosen], written[chosen])
            print(f"{language} {kind:9} {wrong:4} of {words:5} words wrong: {wrong / words:.1%}")
        if arguments.show:
            for a, b in zip(said, written, strict=True):
                if a != b:
                    print(f"  said    {a}\n  written {b}")


if __name__ == "__main__":
    main()
