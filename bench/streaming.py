"""What it costs to hear speech as it is spoken, and how soon its words are certain, against LocalAgreement-2.

A minute of speech and silence, spoken by eSpeak NG in the words that the test checkpoint knows, comes at real pace.
Genie hears it as one long press of the button; the peer decodes what it has every half second, as its authors do. Both
run the same checkpoint on one thread; the CPU seconds are the process's. Then many utterances go through genie's engine
as fast as it takes them: no committed word may change, and the streamed text is compared with the one made at the end.

    python -m bench.streaming [--seconds 60] [--repeats 3] [--utterances 1000] [--json FILE]   # takes minutes
"""

import argparse
import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.accuracy import word_errors
from bench.local_agreement import EACH_S, RATE, Decode, LocalAgreement, Word
from bench.repeats import Repeats, keep, show
from genie import config
from genie.audio.engine import Detector, Heard, Spoken, Transcriber
from genie.audio.engines.vad import SileroDetector
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.lane import Lane
from genie.audio.listening import Listening
from genie.audio.pcm import Int16
from genie.audio.transcription import Ears
from genie.errors import GenieError
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted
from tests.training.exam import FOLDER
from tests.training.sentences import draw
from tests.training.voices import Speaker, any_voice

WINDOW_S = 8.0
TRIM_S = 5.0
"""The peer's own 15 s, for a window of 8 s instead of 30."""

STEP = RATE // 50
END_S = 0.3
"""Silence between the last word and the release of the button."""


@dataclass(frozen=True)
class Speech:
    """Sound, shape (n,) at 16 kHz, its words, and when each of them ends, in seconds."""

    samples: Int16
    words: list[str]
    ends: list[float]


@dataclass
class Run:
    """What one stream cost and gave."""

    cpu_s: float = 0.0
    delay_s: float = 0.0
    text: str = ""
    commits: list[tuple[float, str]] = field(default_factory=list)
    """Seconds since the start, and what was committed then."""


def speech(seconds: float, seed: int) -> Speech:
    """Return sentences with pauses of half a second to two between them, and END_S of silence at the end."""
    random, speaker = Random(f"stream {seed}"), Speaker()
    parts, words, ends, length = [np.zeros(RATE // 2, np.int16)], list[str](), list[float](), RATE // 2
    while length < (seconds - 3) * RATE:
        sentence = draw(random, "en", ordered=True, kept=True)
        spoken = speaker.say(sentence.words, any_voice(random, "en"))
        words += sentence.words
        ends += [length / RATE + each for each in spoken.times[1:]]
        pause = np.zeros(round(random.uniform(0.5, 2.0) * RATE), np.int16)
        parts += [spoken.samples, pause]
        length += len(spoken.samples) + len(pause)
    parts[-1] = parts[-1][: round(END_S * RATE)]
    return Speech(np.concatenate(parts), words, ends)


async def by_genie(said: Speech) -> Run:
    """Hear it as the server does: detector, lane, engine."""
    settings, run = config.load(environment={}), Run()
    ear: Lane[Transcriber] = Lane(lambda: WhisperTranscriber(str(FOLDER)), name="ear")
    detector: Lane[Detector] = Lane(SileroDetector, name="detector")
    await ear.load()
    await detector.load()
    stt = settings.stt.model_copy(update={"max_utterance_s": 600.0})
    ears = Ears(ear, detector, stt, settings.vad, Spoken("en"))
    began, cpu = time.monotonic(), time.process_time()

    def emit(message: UtteranceStarted | UtteranceEnded | Transcript | ErrorMessage) -> None:
        if isinstance(message, ErrorMessage):
            raise AssertionError(message)
        if isinstance(message, Transcript):
            run.commits.append((time.monotonic() - began, message.committed))

    listening = Listening("push_to_talk", RATE, lambda: ears, emit, "bench", itertools.count(1))

    async def hear() -> None:
        async for each in listening.utterances():
            run.text = each.text

    heard = asyncio.create_task(hear())
    for start in range(0, len(said.samples), STEP):
        await asyncio.sleep(began + start / RATE - time.monotonic())
        listening.push(said.samples[start : start + STEP].tobytes())
    released = time.monotonic()
    listening.stop()
    await heard
    run.delay_s, run.cpu_s = time.monotonic() - released, time.process_time() - cpu
    ear.close()
    detector.close()
    return run


async def by_agreement(said: Speech, decode: Decode) -> Run:
    """Hear it by LocalAgreement-2: one decode after the other, of what has come, not before EACH_S more has."""
    run, policy, loop = Run(), LocalAgreement(decode, TRIM_S), asyncio.get_running_loop()
    sound: NDArray[np.float32] = said.samples.astype(np.float32) / np.float32(32_768)
    with ThreadPoolExecutor(1) as thread:
        began, cpu, taken = time.monotonic(), time.process_time(), 0
        while (came := min(len(sound), round((time.monotonic() - began) * RATE))) < len(sound):
            if came - taken < EACH_S * RATE:
                await asyncio.sleep(0.01)
                continue
            await loop.run_in_executor(thread, policy.hear, sound[taken:came])
            taken = came
            run.commits.append((time.monotonic() - began, " ".join(word.text for word in policy.committed)))
        released = began + len(sound) / RATE
        policy.sound = np.concatenate([policy.sound, sound[taken:]])
        run.text = await loop.run_in_executor(thread, policy.finish)
        run.delay_s, run.cpu_s = time.monotonic() - released, time.process_time() - cpu
        run.commits.append((time.monotonic() - began, run.text))
    return run


def transformers_decode() -> Decode:
    """Return the plain decode of transformers with its word times: each call pads to the window."""
    import torch
    from transformers import WhisperForConditionalGeneration, WhisperProcessor
    from transformers.utils import logging

    logging.set_verbosity_error()
    torch.set_num_threads(1)
    processor = WhisperProcessor.from_pretrained(FOLDER)
    model: Any = WhisperForConditionalGeneration.from_pretrained(FOLDER, dtype=torch.float32).eval()
    first_special = processor.tokenizer.convert_tokens_to_ids("<|endoftext|>")

    def decode(sound: NDArray[np.float32], before: str) -> list[Word]:
        late_s = max(0.0, len(sound) / RATE - WINDOW_S)
        sound = sound[round(late_s * RATE) :]
        features = processor.feature_extractor(sound, sampling_rate=RATE, return_tensors="pt").input_features
        options = {"language": "en", "task": "transcribe", "return_token_timestamps": True, "do_sample": False}
        with torch.inference_mode():
            found = model.generate(features, **options)
        tokens, times = found["sequences"][0].tolist(), found["token_timestamps"][0].tolist()
        return list(_words(processor.tokenizer, tokens, times, first_special, late_s))

    return decode


def _words(tokenizer: Any, tokens: list[int], times: list[float], first_special: int, late_s: float) -> Iterator[Word]:
    """Join tokens to words: one begins where a token begins with a space."""
    spans: list[tuple[list[int], float, float]] = []
    for token, start, end in zip(tokens, times, [*times[1:], times[-1]], strict=True):
        if token >= first_special:
            continue
        if spans and not tokenizer.decode([token]).startswith(" "):
            spans[-1] = ([*spans[-1][0], token], spans[-1][1], end)
        else:
            spans.append(([token], start, end))
    for group, start, end in spans:
        yield Word(late_s + start, late_s + end, tokenizer.decode(group).strip())


def latencies(run: Run, said: Speech) -> list[float]:
    """Return for each word that was heard right how many seconds after its end it was committed.

    A word counts from the first commit whose words, aligned from the front, reach it.
    """
    found = []
    for number, (word, end_s) in enumerate(zip(said.words, said.ends, strict=True)):
        for at_s, text in run.commits:
            heard = text.split()
            if len(heard) > number:
                if heard[number] == word:
                    found.append(at_s - end_s)
                break
    return found


def wrong(said: Speech, text: str) -> float:
    """Return the word error rate in per cent."""
    return 100 * word_errors(said.words, text.split()) / len(said.words)


def compare(seconds: float, repeats: int) -> list[Repeats]:
    """Run genie and its peer in turn on the same streams."""
    agree = transformers_decode()
    ways: dict[str, Callable[[Speech], Run]] = {
        "genie": lambda said: asyncio.run(by_genie(said)),
        "LocalAgreement-2": lambda said: asyncio.run(by_agreement(said, agree)),
    }
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    streams = [speech(seconds, seed) for seed in range(repeats)]
    for said in streams:
        for name, way in ways.items():
            runs[name].append(way(said))
    table = []
    for name, each in runs.items():
        pairs = list(zip(each, streams, strict=True))
        table += [
            Repeats(f"{name}: CPU seconds", [run.cpu_s for run in each]),
            Repeats(f"{name}: release → final text, ms", [1_000 * run.delay_s for run in each]),
            Repeats(f"{name}: spoken → committed, p50, s", [median(latencies(run, said)) for run, said in pairs]),
            Repeats(f"{name}: wrong words, %", [wrong(said, run.text) for run, said in pairs]),
        ]
    mine, other = runs.values()
    table += [
        Repeats("CPU, genie / peer (goal 0.35)", [a.cpu_s / b.cpu_s for a, b in zip(mine, other, strict=True)]),
        Repeats("delay, genie / peer (goal 0.5)", [a.delay_s / b.delay_s for a, b in zip(mine, other, strict=True)]),
    ]
    return table


def steadiness(count: int) -> list[Repeats]:
    """Stream utterances through the engine, a partial every half second, and hear each once more as a whole."""
    ear, random, speaker = WhisperTranscriber(str(FOLDER)), Random("steady"), Speaker()
    taken_back, words, streamed, whole = 0, 0, 0, 0
    for number in range(count):
        sentence = draw(random, "en", ordered=number % 2 == 0, kept=True)
        samples = speaker.say(sentence.words, any_voice(random, "en")).samples
        partials = list(_streamed(ear, samples))
        for before, after in itertools.pairwise(partials):
            taken_back += not after.startswith(before)
        ear.open("whole", Spoken("en"))
        ear.feed("whole", samples)
        words += len(sentence.words)
        streamed += word_errors(list(sentence.words), partials[-1].split())
        whole += word_errors(list(sentence.words), ear.finish("whole").committed.split())
    return [
        Repeats(f"committed words taken back, {count} utterances", [float(taken_back)]),
        Repeats("streamed: wrong words, %", [100 * streamed / words]),
        Repeats("as a whole: wrong words, %", [100 * whole / words]),
    ]


def _streamed(ear: WhisperTranscriber, samples: Int16) -> Iterator[str]:
    ear.open("streamed", Spoken("en"))
    for start in range(0, len(samples), RATE // 2):
        ear.feed("streamed", samples[start : start + RATE // 2])
        [heard] = ear.hear(["streamed"])
        if isinstance(heard, GenieError):
            raise heard
        yield heard.committed
    final: Heard = ear.finish("streamed")
    yield final.committed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--utterances", type=int, default=1_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    table = [*compare(options.seconds, options.repeats), *steadiness(options.utterances)]
    show(table)
    keep(table, options.json)


if __name__ == "__main__":
    main()
