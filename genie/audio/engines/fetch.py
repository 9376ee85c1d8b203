"""Find a model's weights on disk, or fetch them, in a process of its own that can be ended at any moment.

`python -m genie.audio.engines.fetch whisper MODEL auto` says what happens in JSON lines on standard output: the model,
the progress, and in the end its folder or an error. Nothing of the hub's library is loaded into the server.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import genie
from genie.errors import GenieError, Unavailable

Kind = Literal["whisper", "kokoro"]

TELL_EACH_S = 1.0

MEANINGS = {
    "GatedRepoError": "its owner wants terms accepted on the model's page first, and then a token in HF_TOKEN",
    "RepositoryNotFoundError": "the model hub has no such model, or it is private",
    "ConnectError": "the model hub cannot be reached",
    "ConnectTimeout": "the model hub does not answer",
}
"""What errors of the hub's library mean, by the names of their classes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A kind of model: packages it needs, the ids used when none is named, what is fetched, what must be there then."""

    packages: tuple[str, ...]
    on_cpu: str
    on_cuda: str
    files: tuple[str, ...]
    needed: tuple[str, ...]


WEIGHTS: dict[Kind, Weights] = {
    "whisper": Weights(
        packages=("torch", "transformers"),
        on_cpu="openai/whisper-base",
        on_cuda="distil-whisper/distil-large-v3",
        files=("*.json", "merges.txt", "model.safetensors", "model-*.safetensors"),
        needed=("config.json", "*.safetensors"),
    ),
    "kokoro": Weights(
        packages=("torch", "kokoro"),
        on_cpu="hexgrad/Kokoro-82M",
        on_cuda="hexgrad/Kokoro-82M",
        files=("config.json", "*.pth", "voices/*.pt"),
        needed=("config.json", "*.pth", "voices/*.pt"),
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A model and the folder that holds it."""

    model: str
    folder: str


async def find(kind: Kind, model: str, device: str, tell: Callable[[str], None]) -> Found:
    """Return where the model lies, fetching it when it is not on disk; an empty `model` is the default for `device`.

    `tell` hears how far it is. Raises Unavailable `no_weights`. Cancelling ends a fetch at once; the next continues it.
    """
    path = os.pathsep.join(filter(None, (str(Path(genie.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, kind, model, device),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            match json.loads(line):
                case {"model": str(named)}:
                    model = named
                case {"done": int(done), "total": int(total)}:
                    tell(f"{model} is being fetched: {_share(done, total)}")
                case {"folder": str(folder)}:
                    return Found(model, folder)
                case {"error": str(message)}:
                    raise Unavailable("no_weights", message)
        raise Unavailable("no_weights", f"the search for {model or kind} ended without a result")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _share(done: int, total: int) -> str:
    return f"{min(100, 100 * done // max(1, total))} % of {total / 1e6:.0f} MB"


def main(arguments: list[str]) -> None:
    """Run one search and say what comes of it."""
    parser = argparse.ArgumentParser(prog="python -m genie.audio.engines.fetch", description=__doc__)
    parser.add_argument("kind", choices=list(WEIGHTS))
    parser.add_argument("model")
    parser.add_argument("device", choices=["auto", "cpu", "cuda"])
    chosen = parser.parse_args(arguments)
    weights = WEIGHTS[chosen.kind]
    model = wanted(weights, chosen.model, chosen.device)
    _say(model=model)
    try:
        _say(folder=str(on_disk(weights, model) or _fetch(weights, model)))
    except GenieError as error:
        _say(error=error.message)
    except Exception as error:  # the edge of the process: the server shows the reason
        _say(error=f"{model} cannot be fetched: {_reason(error)}")


def wanted(weights: Weights, model: str, device: str) -> str:
    """Return the model that a setting asks for: the one it names, else the default for the device."""
    return model or (weights.on_cuda if _has_cuda(device) else weights.on_cpu)


def on_disk(weights: Weights, model: str) -> Path | None:
    """Return the folder in the hub's cache that holds all the model needs, without any network call."""
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(model, "config.json")
    if not isinstance(config, str):
        return None
    folder = Path(config).parent
    return folder if all(any(folder.glob(name)) for name in weights.needed) else None


def _fetch(weights: Weights, model: str) -> Path:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.file_download import repo_folder_name

    if constants.HF_HUB_OFFLINE:
        raise Unavailable("no_weights", f"{model} is not on disk, and HF_HUB_OFFLINE forbids to fetch it")
    plan = snapshot_download(model, allow_patterns=list(weights.files), dry_run=True)
    total = sum(file.file_size or 0 for file in plan if file.will_download)
    place = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=model, repo_type="model")
    place.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(place).free < total:
        raise Unavailable("no_weights", f"{model} needs {total / 1e6:.0f} MB, which is not free in {place}")
    threading.Thread(target=_tell_growth, args=(place, total), daemon=True).start()
    snapshot_download(model, allow_patterns=list(weights.files))
    folder = on_disk(weights, model)
    if folder is None:
        raise Unavailable(
            "no_weights", f"{model} holds none of {', '.join(weights.needed)}: it is another kind of model"
        )
    return folder


def _tell_growth(place: Path, total: int) -> None:
    """Say each second by how much the model's place in the cache has grown."""
    before = sum(_sizes(place))
    pause = threading.Event()
    while True:
        _say(done=max(0, sum(_sizes(place)) - before), total=total)
        pause.wait(TELL_EACH_S)


def _sizes(folder: Path) -> Iterator[int]:
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent) / name
            if file.is_file() and not file.is_symlink():
                yield file.stat().st_size


def _has_cuda(device: str) -> bool:
    """Ask torch only where a driver is loaded: asking takes seconds."""
    if device == "cpu" or not Path("/proc/driver/nvidia").exists():
        return False
    import torch

    return bool(torch.cuda.is_available())


def _reason(error: BaseException | None) -> str:
    """Return why a fetch failed, from an error and its causes."""
    line = ""
    while error is not None:
        line = str(error).strip().partition("\n")[0] or type(error).__name__
        for kind, meaning in MEANINGS.items():
            if type(error).__name__ == kind:
                return meaning
        error = error.__cause__
    return line


def _say(**words: object) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
