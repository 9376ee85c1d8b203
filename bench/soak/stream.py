"""Listen to speech that never pauses, hands-free: it is cut into utterances, and neither server nor engine grows.

Spoken clips are sent without the silence between them, at real pace or as fast as the machine can follow: sound that
is lost on the way is a fault.
Memory is compared after the first quarter, when the buffers have had their largest and the bounds are full, and in the
last one. Without `--model` the ear is a small Whisper of random weights: what it hears means nothing, but it is heard,
cut, asked and kept like anything else.

    python -m bench.soak.stream [--minutes 120] [--speed 8] [--model FOLDER] [--json FILE]
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from pathlib import Path
from statistics import median

import numpy as np
import soundfile

from bench.memory import children, resident_mib
from bench.roundtrip import CLIPS
from genie import messages
from genie.audio.pcm import Int16
from tests.models_small import save_whisper
from tests.serving import Client, Served, client, serving, until_ready

RATE = 16_000
STEP_S = 0.1
GOAL_MIB = 5.0
UTTERANCE_S = 30.0
SAMPLES = 40
QUIET = 0.02
"""Share of the loudest value under which a clip has not begun, or has ended."""

SETTINGS = (
    "stt.engine=whisper",
    "stt.device=cpu",
    "tts.engine=embedded",
    "server.log_level=warning",
    "server.sound_bytes_per_s=100000000",
    f"stt.max_utterance_s={UTTERANCE_S:g}",
    "queue.done_limit=20",
    "memory.events=200",
)
"""Bounds that are full within minutes, so that what still grows is no bound's doing."""


@dataclass
class Report:
    """What came of it; memory by the seconds of sound that were sent."""

    utterances: int = 0
    transcripts: int = 0
    longest_s: float = 0.0
    server_mib: list[float] = field(default_factory=list)
    engines_mib: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def growth(self, values: list[float]) -> float:
        """Return by how much the last quarter is above the second one."""
        quarter = max(1, len(values) // 4)
        return median(values[-quarter:]) - median(values[quarter : 2 * quarter] or values)


def speech() -> Int16:
    """Return all clips without the silence before and after each, one after the other."""
    parts = []
    for clip in sorted(CLIPS.glob("*.wav")):
        samples = soundfile.read(clip, dtype="int16")[0]
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > QUIET * np.abs(samples.astype(np.int32)).max())
        parts.append(samples[loud[0] : loud[-1] + 1])
    return np.concatenate(parts)


def frames() -> Iterator[bytes]:
    """Yield speech without an end."""
    sound, step = speech(), round(STEP_S * RATE)
    for start in cycle(range(0, len(sound) - step, step)):
        yield sound[start : start + step].tobytes()


async def send(one: Client, served: Served, seconds: float, speed: float, report: Report) -> None:
    """Send so much sound, and look at the memory now and then."""
    began, every = time.monotonic(), max(1, round(seconds / STEP_S / SAMPLES))
    for number, frame in zip(count(1), frames(), strict=False):
        if number * STEP_S > seconds:
            return
        await one.send(frame)
        await asyncio.sleep(max(0.0, began + number * STEP_S / speed - time.monotonic()))
        if number % every == 0:
            pid = served.process.pid
            report.server_mib.append(resident_mib(pid))
            report.engines_mib.append(sum(map(resident_mib, children(pid))))


async def receive(one: Client, speed: float, report: Report) -> None:
    """Note what the server tells, and forget it."""
    began = time.monotonic()
    while True:
        message = await one.receive()
        one.forget()
        if isinstance(message, messages.UtteranceStarted):
            began = time.monotonic()
        elif isinstance(message, messages.UtteranceEnded):
            report.utterances += 1
            report.longest_s = max(report.longest_s, (time.monotonic() - began) * speed)
        elif isinstance(message, messages.Transcript) and message.final:
            report.transcripts += 1
        elif isinstance(message, messages.ErrorMessage):
            report.faults.append(f"{message.code}: {message.message}")


async def run(minutes: float, speed: float, model: Path, folder: Path) -> Report:
    """Return what came of so many minutes of sound, sent at `speed` times their own."""
    report = Report()
    with serving(folder, *SETTINGS, f"stt.model={model}") as served:
        await until_ready(served, "whisper")
        async with client(served, speech="never", sample_rate=RATE) as one:
            await one.request(messages.ListenStart(mode="hands_free"))
            receiving = asyncio.create_task(receive(one, speed, report))
            await send(one, served, minutes * 60, speed, report)
            await one.send(messages.ListenStop())
            async with asyncio.timeout(120):
                while report.transcripts < report.utterances or not report.utterances:
                    await asyncio.sleep(0.1)
            receiving.cancel()
            await asyncio.wait([receiving])
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=120.0)
    options.add_argument("--speed", type=float, default=8.0)
    options.add_argument("--model", type=Path)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = chosen.model.resolve() if chosen.model else save_whisper(Path(folder) / "whisper")
        report = asyncio.run(run(chosen.minutes, chosen.speed, model, Path(folder) / "data"))
    print(f"{chosen.minutes:g} minutes at {chosen.speed:g} times their pace: {report.utterances} utterances,")
    print(f"{report.transcripts} with their final text, the longest {report.longest_s:.0f} s (limit {UTTERANCE_S:g})")
    for name, values in (("server", report.server_mib), ("engines", report.engines_mib)):
        grown = f"grown by {report.growth(values):+.2f} (goal ≤ {GOAL_MIB:g})"
        print(f"{name:8}{values[0]:9.1f} → {values[-1]:9.1f} MiB, {grown}")
    print(f"faults {len(report.faults)}", *report.faults[:10], sep="\n  ")
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(report), indent=1))
    raise SystemExit(bool(report.faults))


if __name__ == "__main__":
    main()
