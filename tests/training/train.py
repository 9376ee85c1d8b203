"""Train the test checkpoint: `python -m tests.training.train` (see README.md beside this file)."""

import argparse
import copy
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset
from transformers import WhisperFeatureExtractor

from tests.training.model import ALIGNMENT_HEADS, LONGEST, Batch, Lesson, fresh
from tests.training.tokens import WINDOW_S, Tokens, generation, processor
from tests.training.voices import Speaker
from tests.training.windows import IGNORED, Window, window

HERE = Path(__file__).parent
SAVED_EACH = 500
WEIGHTS = {"words": 1.0, "frames": 0.5, "looks": 0.5}


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to learn: steps, samples a step, the highest rate; the last `full` share hears whole windows.

    In `polish` more steps the encoder stays as it is, and the decoder alone learns times and prompts.
    """

    steps: int = 6_000
    batch: int = 16
    rate: float = 1.5e-3
    warm: int = 300
    full: float = 0.2
    polish: int = 1_500
    seed: int = 4

    def seconds(self, step: int, random: Random) -> float:
        """Return the length of a step's windows: short ones first, for they cost less, whole ones in the end."""
        if step >= self.steps:
            return random.choice((3.0, 4.0, 8.0))
        done = step / self.steps
        if done >= 1 - self.full:
            return float(WINDOW_S)
        if done < 0.25:
            return random.choice((2.0, 2.5, 3.0))
        return random.choice((2.5, 3.0, 4.0, 6.0, 8.0))

    def rate_at(self, step: int) -> float:
        if step >= self.steps:
            done = (step - self.steps) / self.polish
            return self.rate / 3 * (0.5 + 0.5 * math.cos(math.pi * done))
        if step < self.warm:
            return self.rate * (step + 1) / self.warm
        done = (step - self.warm) / (self.steps - self.warm)
        return self.rate * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * done)))


class Batches(IterableDataset[Batch]):
    """The batches of a plan from a step on; each step's random numbers are its own.

    eSpeak keeps a little of the sentence before, so a run that was stopped and goes on hears not quite the same.
    """

    def __init__(self, plan: Plan, first: int = 0) -> None:
        self._plan, self._first = plan, first

    def __iter__(self) -> Iterator[Batch]:
        made = processor()
        tokens, speaker, mel = Tokens(made.tokenizer), Speaker(), Mel(made.feature_extractor)
        for step in range(self._first, self._plan.steps + self._plan.polish):
            random = Random(f"{self._plan.seed} {step}")
            seconds = self._plan.seconds(step, random)
            yield gathered([window(random, speaker, tokens, seconds) for _ in range(self._plan.batch)], mel, tokens.end)


class Mel:
    """The log-mel of a whole batch at once; the feature extractor's numbers."""

    def __init__(self, extractor: WhisperFeatureExtractor) -> None:
        self._filters = torch.tensor(extractor.mel_filters, dtype=torch.float32).T.contiguous()
        self._hann = torch.hann_window(400)

    def __call__(self, sound: Tensor) -> Tensor:
        """Return features of shape (b, 80, n / 160) of sound of shape (b, n)."""
        power = torch.stft(sound, 400, 160, window=self._hann, return_complex=True)[..., :-1].abs() ** 2
        logs = (self._filters @ power).clamp(min=1e-10).log10()
        return (torch.maximum(logs, logs.amax((1, 2), keepdim=True) - 8.0) + 4.0) / 4.0


def gathered(windows: list[Window], mel: Mel, end: int) -> Batch:
    longest = max(len(each.reads) for each in windows)

    def padded(rows: list[list[int]], filler: int) -> Tensor:
        return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows])

    spans = torch.zeros(len(windows), longest, 2, dtype=torch.long)
    for number, each in enumerate(windows):
        spans[number, : len(each.spans)] = torch.tensor(each.spans)
    features = mel(torch.from_numpy(np.stack([each.sound for each in windows])))
    frames = torch.from_numpy(np.stack([each.frames for each in windows]))
    spans.clamp_(max=frames.shape[1])
    reads, writes = padded([each.reads for each in windows], end), padded([each.writes for each in windows], IGNORED)
    return Batch(features, reads, writes, spans, frames)


def train(plan: Plan, lesson: Lesson, *, resume: Path, fast: bool = False, workers: int = 1) -> Iterator[int]:
    """Learn step by step; yield the number of steps done whenever the state is on disk."""
    optimizer = torch.optim.AdamW(lesson.parameters(), lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.01)
    first = 0
    if resume.exists():
        state = torch.load(resume)
        lesson.load_state_dict(state["lesson"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    began, sums, waited = time.monotonic(), dict.fromkeys(WEIGHTS, 0.0), 0.0
    ahead = 8 if workers else None
    batches = iter(DataLoader(Batches(plan, first), batch_size=None, num_workers=workers, prefetch_factor=ahead))
    for step in range(first, plan.steps + plan.polish):
        asked = time.monotonic()
        batch = next(batches)
        waited += time.monotonic() - asked
        for group in optimizer.param_groups:
            group["lr"] = plan.rate_at(step)
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            losses = lesson(batch, decoder_only=step >= plan.steps)
        optimizer.zero_grad()
        sum(WEIGHTS[name] * loss for name, loss in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(lesson.parameters(), 1.0)
        optimizer.step()
        sums = {name: total + float(losses[name].detach()) for name, total in sums.items()}
        done = step + 1
        if done % 50 == 0:
            shown = "  ".join(f"{name} {total / 50:.3f}" for name, total in sums.items())
            print(f"{done:6}  {time.monotonic() - began:6.0f} s (waited {waited:.0f})  {shown}", flush=True)
            sums = dict.fromkeys(WEIGHTS, 0.0)
        if done % SAVED_EACH == 0 or done == plan.steps + plan.polish:
            state = {"lesson": lesson.state_dict(), "optimizer": optimizer.state_dict(), "step": done}
            torch.save(state, resume.with_suffix(".new"))
            os.replace(resume.with_suffix(".new"), resume)
            yield done


def save(lesson: Lesson, folder: Path) -> None:
    """Save the checkpoint as transformers saves every Whisper, its weights in half precision."""
    made = processor()
    model = copy.deepcopy(lesson.model).half()
    model.generation_config = generation(Tokens(made.tokenizer), ALIGNMENT_HEADS, LONGEST)
    model.save_pretrained(folder)
    made.save_pretrained(folder)
    made.feature_extractor.save_pretrained(folder)


def main() -> None:
    usual = Plan()
    parser = argparse.ArgumentParser(description="Train the Whisper that the tests understand words with.")
    parser.add_argument("--folder", type=Path, default=HERE.parent / "models" / "whisper")
    parser.add_argument("--resume", type=Path, required=True, metavar="FILE", help="the state, kept every 500 steps")
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--batch", type=int, default=usual.batch)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--fast", action="store_true", help="bfloat16, where the processor has it")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    plan = Plan(arguments.steps, arguments.batch)
    torch.manual_seed(plan.seed)
    tokens = Tokens(processor().tokenizer)
    lesson = Lesson(fresh(tokens), tokens)
    print(sum(each.numel() for each in lesson.model.parameters()), "parameters", flush=True)
    for _ in train(plan, lesson, resume=arguments.resume, fast=arguments.fast):
        save(lesson, arguments.folder)


if __name__ == "__main__":
    main()
