"""The kinds of models that genie can use: the packages they need, their files, and the ids meant by default."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

Kind = Literal["whisper", "kokoro"]

WHOLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
SHARDS = "model-*-of-*.safetensors"


@dataclass(frozen=True, slots=True)
class Weights:
    """A kind of model. Of each group in `needed` one pattern must be there; `files` are fetched where there are any."""

    packages: tuple[str, ...]
    models: tuple[str, ...]
    on_cpu: str
    on_cuda: str
    files: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]

    def wanted(self, names: list[str]) -> list[str]:
        """Return which of a repository's files are fetched: never weights twice, and none that may run code."""
        chosen = [name for name in names if any(fnmatchcase(name, pattern) for pattern in self.files)]
        if WHOLE in chosen:
            chosen = [name for name in chosen if name != INDEX and not fnmatchcase(name, SHARDS)]
        return chosen

    def lacking(self, names: list[str]) -> str:
        """Return which file is missing among the names, empty when nothing is."""
        for group in self.needed:
            if not any(fnmatchcase(name, pattern) for name in names for pattern in group):
                return " or ".join(group)
        return ""


WEIGHTS: dict[Kind, Weights] = {
    "whisper": Weights(
        packages=("torch", "transformers"),
        models=(
            "openai/whisper-tiny",
            "openai/whisper-base",
            "openai/whisper-small",
            "openai/whisper-medium",
            "openai/whisper-large-v3-turbo",
            "distil-whisper/distil-large-v3",
        ),
        on_cpu="openai/whisper-base",
        on_cuda="distil-whisper/distil-large-v3",
        files=(  # what from_pretrained of transformers 5 looks for, by name: repositories hold other formats beside it
            *("config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json"),
            *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
            *("vocab.json", "merges.txt", "normalizer.json", WHOLE, INDEX, SHARDS),
        ),
        needed=(
            ("config.json",),
            (WHOLE, INDEX),
            ("tokenizer.json", "vocab.json"),
            ("preprocessor_config.json", "processor_config.json"),
        ),
    ),
    "kokoro": Weights(
        packages=("torch", "kokoro"),
        models=("hexgrad/Kokoro-82M",),
        on_cpu="hexgrad/Kokoro-82M",
        on_cuda="hexgrad/Kokoro-82M",
        files=("config.json", "*.pth", "voices/*.pt"),
        needed=(("config.json",), ("*.pth",), ("voices/*.pt",)),
    ),
}


def wanted(kind: Kind, model: str, device: str) -> str:
    """Return the model that a setting asks for: the one it names, else the default for the device."""
    weights = WEIGHTS[kind]
    return model or (weights.on_cuda if _has_cuda(device) else weights.on_cpu)


def kind_of(model: str) -> Kind | None:
    """Return the kind of a model by its id, None for one that genie does not know by name."""
    return next((kind for kind, weights in WEIGHTS.items() if model in weights.models), None)


def _has_cuda(device: str) -> bool:
    """Ask torch only where a driver is loaded: asking takes seconds."""
    if device == "cpu" or not Path("/proc/driver/nvidia").exists():
        return False
    import torch

    return bool(torch.cuda.is_available())
