"""How soon genie pauses and stops for who interrupts it, and what it makes of a cough.

A real server with its own ear tells a story; a client that hears it sends what its microphone hears in real time.
What is said comes from Debian's flite, by three voices; a cough, a slammed door and keys are made here. Measured at
the client, from the first audible sample that it sends to the message that it gets. What is not meant for genie must
not stop the story. Each has a client of its own, as it is at its first answer.

    python -m bench.interrupting [--times 1] [--only "stop,hmm"] [--json FILE]
"""

import argparse
import asyncio
import json
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from bench.latencies import latencies, show
from bench.story import telling
from genie import messages
from genie.audio.pcm import Int16
from tests.noises import NOISES
from tests.serving import Client, Served, client

Sound = NDArray[np.float64]
RATE, STEP, STEP_S = 16_000, 320, 0.02
PEAK, AUDIBLE = 0.3, 0.02
BEFORE_S, AFTER_S = 3.0, 4.0
"""Seconds of the story before, and for which its fate is awaited after the last sound."""

VOICES = ("slt", "rms", "awb")
MEANT = (
    "stop", "wait", "genie wait", "no wait", "hold on", "be quiet", "no i meant tomorrow", "what time is it in tokyo",
    "what about the children",
)  # fmt: skip
GOES_ALONG = (
    ("/hh m m m/", 1.0),
    ("/hh m m m m/", 2.0),
    ("/m hh m/", 1.3),
    ("uh huh", 1.0),
    ("yeah", 1.0),
    ("ha ha ha ha", 1.0),
)
"""What is said, and how slowly; between strokes by its sounds, as flite spells "hmm" by letters."""


@dataclass(frozen=True)
class Fate:
    """What became of the story, seconds after the sound began; None: it did not."""

    what: str
    meant: bool
    seconds: float
    held_s: float | None
    stopped_s: float | None
    went_on: bool
    understood: str


def said(text: str, voice: str, slowly: float = 1.0) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["flite", "-voice", voice, "--setf", f"duration_stretch={slowly}", "-o", str(path)]
        command += ["-p", f"pau {text.strip('/')} pau"] if text.startswith("/") else ["-t", text]
        subprocess.run(command, check=True)
        sound, rate = soundfile.read(path)
    return np.asarray(soxr.resample(sound, rate, RATE))


def cough(chance: np.random.Generator) -> Sound:
    """Return two bursts of breath with a bit of voice."""
    times = np.arange(round(0.35 * RATE)) / RATE
    burst = (chance.normal(size=len(times)) + 0.5 * np.sign(np.sin(2 * np.pi * 140 * times))) * np.exp(-times / 0.08)
    return np.concatenate((burst, np.zeros(round(0.15 * RATE)), 0.7 * burst))


def door(chance: np.random.Generator) -> Sound:
    """Return a thump, and what rattles after it."""
    times = np.arange(RATE) / RATE
    thump = np.sin(2 * np.pi * 70 * times) * np.exp(-times / 0.12)
    return thump + 0.3 * chance.normal(size=len(times)) * np.exp(-times / 0.05)


def sounds() -> list[tuple[str, bool, Sound]]:
    """Return what is to be heard: its name, whether it is meant for genie, and how it sounds."""
    chance = np.random.default_rng(0)
    some = [(f"{text} ({voice})", True, said(text, voice)) for text in MEANT for voice in VOICES]
    some += [
        (f"{text} x {slow} ({voice})", False, said(text, voice, slow)) for text, slow in GOES_ALONG for voice in VOICES
    ]
    some += [("cough", False, cough(chance)), ("door", False, door(chance))]
    some += [(kind, False, NOISES[kind](round(1.5 * RATE), chance)) for kind in ("keyboard", "clicks")]
    return [(name, meant, trimmed(sound)) for name, meant, sound in some]


def trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() * AUDIBLE)
    return np.asarray(PEAK * sound[loud[0] : loud[-1] + 1] / np.abs(sound).max())


class Microphone:
    """Send a quiet room in real time, and now and then a sound."""

    def __init__(self, one: Client) -> None:
        self._one = one
        self._waits: asyncio.Queue[Int16] = asyncio.Queue()
        self._chance = np.random.default_rng(1)
        self.began_at = 0.0
        """When the sound began (monotonic s)."""

    def hear(self, sound: Sound) -> None:
        self.began_at = 0.0
        pcm = (np.pad(sound, (0, -len(sound) % STEP)) * 32_767).astype(np.int16)
        for block in pcm.reshape(-1, STEP):
            self._waits.put_nowait(block)

    async def listen(self) -> None:
        at = time.monotonic()
        while True:
            block = np.zeros(STEP, np.int16)
            if not self._waits.empty():
                block, self.began_at = self._waits.get_nowait(), self.began_at or time.monotonic()
            noise = self._chance.normal(size=STEP) * 12.0
            await self._one.send((block + noise).astype(np.int16).tobytes())
            at += STEP_S
            await asyncio.sleep(max(0.0, at - time.monotonic()))


async def interrupted(served: Served, name: str, meant: bool, sound: Sound) -> Fate:
    """Make a sound into the story that a new client hears."""
    async with client(served, sample_rate=RATE) as one:
        await one.request(messages.ListenStart(mode="hands_free"))
        microphone = Microphone(one)
        sending = asyncio.create_task(microphone.listen())
        fate = await interrupt(one, microphone, name, meant, sound)
        sending.cancel()
        await asyncio.wait([sending])
        return fate


async def interrupt(one: Client, microphone: Microphone, name: str, meant: bool, sound: Sound) -> Fate:
    """Hear the story, make a sound, and see what becomes of it."""
    await one.request(messages.Ask(text="tell me a story"))
    await one.wait(messages.Caption)
    await _receive(one, BEFORE_S)
    speech = max(one.sound)
    microphone.hear(sound)
    held = stopped = None
    went_on, text, seconds = False, "", len(sound) / RATE
    ends = time.monotonic() + seconds + AFTER_S
    while (left := ends - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                message = await one.receive()
        except TimeoutError:
            break
        after = time.monotonic() - microphone.began_at
        match message:
            case messages.AudioHold(on=True):
                held, went_on = after if held is None else held, False
            case messages.AudioHold(on=False):
                went_on = True
            case messages.AudioEnd(reason="stopped") if stopped is None and message.speech == speech:
                stopped = after
            case messages.Transcript():
                text = message.committed or text
    return Fate(name, meant, seconds, held, stopped, went_on, text)


async def _receive(one: Client, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while True:
                await one.receive()
    except TimeoutError:
        pass


async def run(times: int, only: list[str]) -> list[Fate]:
    fates = []
    async with telling("espeak") as served:
        for name, meant, sound in sounds() * times:
            if not only or any(name.startswith(wanted) for wanted in only):
                fates.append(fate := await interrupted(served, name, meant, sound))
                print(_told(fate), flush=True)
    return fates


def _told(fate: Fate) -> str:
    held, stopped = (f"{at:.2f}" if at is not None else "-" for at in (fate.held_s, fate.stopped_s))
    wrong = "" if fate.meant == (fate.stopped_s is not None) else "  WRONG"
    return f"{fate.what:34}{fate.seconds:5.2f} s  hold {held:>5}  stop {stopped:>5}  {fate.understood!r}{wrong}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=1)
    options.add_argument("--only", default="")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    fates = asyncio.run(run(chosen.times, [name for name in chosen.only.split(",") if name]))
    meant = [fate for fate in fates if fate.meant]
    stopped = [(fate.stopped_s, fate.seconds) for fate in meant if fate.stopped_s is not None]
    show(
        [
            latencies("first sound → pause", [fate.held_s for fate in meant if fate.held_s is not None]),
            latencies("first sound → stop", [at for at, _ in stopped]),
            latencies("last sound → stop", [at - seconds for at, seconds in stopped]),
        ]
    )
    print(f"not stopped though meant: {sum(fate.stopped_s is None for fate in meant)} of {len(meant)}")
    others = [fate for fate in fates if not fate.meant]
    print(f"stopped though not meant: {sum(fate.stopped_s is not None for fate in others)} of {len(others)}")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(fate) for fate in fates], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
