"""Ask for thousands of spoken answers, hear or skip each: memory must not grow with them.

Clients ask short questions, every one another; a third of the answers are stopped when they begin to sound. Once with
the embedded voice, once with one that hums, in a process of its own, whose passages are kept until the cache is full
and the oldest go. The slopes are taken over the second half, when everything that is bounded is full.

    python -m bench.soak.answers [--answers 10000] [--voice embedded|humming|both]
"""

import argparse
import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.memory import children, resident_mib
from genie import messages
from tests.serving import DEAF, Served, client, serving, until_ready

CLIENTS = 8
SAMPLES = 50
SKIPPED = 3
"""One answer of so many is skipped."""

MOST_MIB = 0.5
"""Growth of a process over 1,000 answers that counts as none: 500 bytes an answer, and each is longer than that."""

VOICES = {"embedded": DEAF, "humming": "bench.humming_server"}
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "tts.ahead_s=60",
    "server.log_level=warning",
    "server.messages_per_s=100000",
    "queue.questions_per_minute=1000000",
    "queue.done_limit=100",
    "memory.events=1000",
    "memory.audio_bytes=2000000",
    "memory.speech_bytes=400000",
)
"""Bounds that are full within hundreds of answers, so that what still grows is no bound's doing."""


@dataclass
class Report:
    """What came of it: memory in MiB by the answers there were."""

    heard: int = 0
    skipped: int = 0
    cache_kib: float = 0.0
    at: list[int] = field(default_factory=list)
    server_mib: list[float] = field(default_factory=list)
    engine_mib: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.heard + self.skipped

    def slope(self, values: list[float]) -> float:
        """Return by how much memory grows over 1,000 answers, by least squares over the second half."""
        return float(np.polyfit(*self._second_half(values), 1)[0])

    def spread(self, values: list[float]) -> float:
        """Return two standard errors of the slope."""
        _, covariance = np.polyfit(*self._second_half(values), 1, cov=True)
        return float(2 * np.sqrt(covariance[0, 0]))

    def _second_half(self, values: list[float]) -> tuple[list[float], list[float]]:
        half = len(values) // 2
        return [at / 1_000 for at in self.at[half:]], values[half:]

    @property
    def is_flat(self) -> bool:
        return max(self.slope(self.server_mib), self.slope(self.engine_mib)) < MOST_MIB


async def converse(served: Served, numbers: Iterator[int], every: int, report: Report) -> None:
    """Ask one question after the other, and hear or skip its answer."""
    async with client(served) as one:
        for number in numbers:
            asked = await one.request(messages.Ask(text=f"what is {number} plus {number}"))
            if not isinstance(asked, messages.Accepted):
                report.faults.append(f"{number} was answered {asked}")
                continue
            update = await one.wait(messages.AudioUpdate, lambda update, job=asked.job: update.job == job)  # type: ignore[misc]
            if number % SKIPPED == 0:
                await one.send(messages.SpeechStop())
            end = await one.wait(messages.AudioEnd, lambda end, speech=update.speech: end.speech == speech)  # type: ignore[misc]
            if end.reason == "completed":
                await one.send(messages.SpeechPlayed(speech=end.speech, samples=end.samples))
                report.heard += 1
            else:
                report.skipped += 1
            report.faults += [message.code for message in one.seen if isinstance(message, messages.ErrorMessage)]
            one.forget()
            if report.answers % every == 0:
                _weigh(served, report)


def _weigh(served: Served, report: Report) -> None:
    pid = served.process.pid
    report.at.append(report.answers)
    report.server_mib.append(resident_mib(pid))
    report.engine_mib.append(sum(map(resident_mib, children(pid))))


async def run(answers: int, voice: str, folder: Path) -> Report:
    """Return what came of so many answers by a voice."""
    report, numbers = Report(), iter(range(answers))
    with serving(folder, *SETTINGS, module=VOICES[voice]) as served:
        await until_ready(served)
        every = max(1, answers // SAMPLES)
        await asyncio.gather(*(converse(served, numbers, every, report) for _ in range(CLIENTS)))
        kept = (file.stat().st_size for file in (folder / "speech").rglob("*") if file.is_file())
        report.cache_kib = sum(kept) / 1_024
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--answers", type=int, default=10_000)
    options.add_argument("--voice", choices=(*VOICES, "both"), default="both")
    chosen = options.parse_args()
    failed = False
    for voice in VOICES if chosen.voice == "both" else (chosen.voice,):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(run(chosen.answers, voice, Path(folder)))
        print(
            f"{voice}: {report.heard} heard and {report.skipped} skipped in {time.monotonic() - began:.0f} s", end="; "
        )
        print(f"{report.cache_kib:.0f} KiB of passages kept")
        for name, values in (("server", report.server_mib), ("engine", report.engine_mib)):
            shown = ", ".join(f"{value:.1f}" for value in values[:: max(1, len(values) // 8)])
            print(
                f"  {name}: {report.slope(values):+.3f} ± {report.spread(values):.3f} MiB in 1,000 answers; {shown} MiB"
            )
        print(f"  faults {len(report.faults)}", *itertools.islice(report.faults, 10), sep="\n    ")
        failed |= bool(report.faults) or not report.is_flat
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
