"""A store of sound, what is kept in it, and what stands in its folder."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from genie import config
from genie.audio.pcm import Pcm
from genie.memory.sounds import Sounds
from genie.settings import MemorySettings

RATE = 16_000


def noise(seconds: float, seed: int = 1) -> Pcm:
    """Return sound that does not get smaller by being packed."""
    return Pcm(RATE, np.random.default_rng(seed).integers(-9_000, 9_000, round(RATE * seconds), np.int16))


def settings(**memory: object) -> MemorySettings:
    return config.load(environment={}, flags={f"memory.{name}": value for name, value in memory.items()}).memory


@asynccontextmanager
async def opened(folder: Path, **memory: object):
    sounds = Sounds(folder, settings(**memory))
    async with sounds.opened():
        yield sounds


async def keep_answer(sounds: Sounds, job: str, pcm: Pcm) -> None:
    async with sounds.recording(job, pcm.rate) as recorder:
        for at in range(0, len(pcm.samples), 1_600):
            recorder.push(pcm.samples[at : at + 1_600])


async def keep_utterance(sounds: Sounds, job: str, pcm: Pcm) -> None:
    async with sounds.keeping(job, pcm):
        pass


async def names(sounds: Sounds) -> list[str]:
    return [f"{entry.kind}/{entry.job}" for entry in await sounds.entries()]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def until_there_are(folder: Path, *left: str) -> None:
    async with asyncio.timeout(30):
        while files(folder) != sorted(left):
            await asyncio.sleep(0.01)
