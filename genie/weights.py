"""Which weights the settings mean, and where they lie."""

from dataclasses import dataclass
from pathlib import Path

from genie.audio.engines.fetch import WEIGHTS, Kind, on_disk, wanted
from genie.audio.engines.slot import is_installed
from genie.config import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """A model and its folder, None where it is not on this disk; `missing` names packages it needs."""

    kind: Kind
    model: str
    folder: Path | None
    missing: tuple[str, ...]

    @property
    def usable(self) -> bool:
        return self.folder is not None and not self.missing


def find(settings: Settings) -> dict[Kind, Place]:
    """Look for both neural models without any network."""
    return {
        "whisper": _find("whisper", settings.stt.model, settings.stt.device),
        "kokoro": _find("kokoro", settings.tts.model, settings.tts.device),
    }


def _find(kind: Kind, model: str, device: str) -> Place:
    weights = WEIGHTS[kind]
    missing = tuple(package for package in weights.packages if not is_installed(package))
    if model and Path(model).expanduser().is_dir():
        return Place(kind, model, Path(model).expanduser(), missing)
    named = model or weights.on_cpu if missing else wanted(weights, model, device)
    folder = on_disk(weights, named) if is_installed("huggingface_hub") else None
    return Place(kind, named, folder, missing)


def settled(settings: Settings) -> Settings:
    """Return the settings with `auto` settled on the small engine where the neural one would have to be fetched.

    Fetching is for the server, which does it while it serves.
    """
    places = find(settings)
    stt, tts = settings.stt, settings.tts
    if stt.engine == "auto" and not places["whisper"].usable:
        stt = stt.model_copy(update={"engine": "embedded"})
    if tts.engine == "auto" and not places["kokoro"].usable:
        tts = tts.model_copy(update={"engine": "embedded"})
    return settings.model_copy(update={"stt": stt, "tts": tts})
