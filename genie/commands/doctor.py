"""`genie doctor`: say which engines would serve here and why, and what is missing."""

import argparse
import asyncio
from collections.abc import Iterator

from genie.agents.phrases import sentences
from genie.commands.settings import settings_of
from genie.doctor import Report, examine
from genie.errors import Unavailable
from genie.progress import Progress

PARTS = {"stt": "ear", "tts": "voice", "vad": "detector"}
PORTS = {"free": "free", "genie": "a genie serves there", "taken": "taken by another program"}


def run(options: argparse.Namespace) -> None:
    """Print the report; an engine that cannot serve makes the exit code say so."""
    settings = settings_of(options)
    with Progress("loading the engines"):
        report = asyncio.run(examine(settings, tuple(text for _, text in sentences())))
    print(report.model_dump_json(indent=2) if options.json else "\n".join(_lines(report)))
    if not report.healthy:
        named = ", ".join(PARTS[name] for name, engine in report.engines.items() if engine.state != "ready")
        raise Unavailable("engine_unavailable", f"cannot serve: {named}")


def _lines(report: Report) -> Iterator[str]:
    yield f"genie {report.version} on Python {report.python}, {report.system}, {report.cores} cores"
    for name, engine in report.engines.items():
        yield _row(PARTS[name], f"{engine.name} on {engine.device or 'nothing'}, {engine.state}: {engine.reason}")
    for model, folder in report.weights.items():
        yield _row("weights", f"{model}: {folder}")
    yield _row("CUDA", ", ".join(report.cuda) or "no device")
    for package, meaning in report.absent.items():
        yield _row("absent", f"{package}: {meaning}")
    yield _row("port", f"{report.port.number}: {PORTS[report.port.state]}")
    yield _row("data", f"{report.data}, {report.free_gb:g} GB free, database: {report.database}")
    yield _row("versions", ", ".join(f"{name} {version}" for name, version in report.versions.items()))


def _row(name: str, text: str) -> str:
    return f"  {name:<9} {text}"
