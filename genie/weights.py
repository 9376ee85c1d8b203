"""Which weights the settings mean, and whether they are on this disk. Nothing is fetched."""

from dataclasses import dataclass
from pathlib import Path

from genie.audio.engines.fetch import WEIGHTS, Kind, on_disk, wanted
from genie.audio.engines.slot import given_folder, is_installed
from genie.config import Settings
from genie.errors import GenieError


@dataclass(frozen=True, slots=True)
class Weights:
    """A model, and the folder of its weights; without one, `why` it cannot be used here and now."""

    kind: Kind
    model: str
    folder: Path | None
    why: str = ""


def find(settings: Settings) -> dict[Kind, Weights]:
    """Look for both neural models."""
    return {
        "whisper": _find("whisper", settings.stt.model, settings.stt.device),
        "kokoro": _find("kokoro", settings.tts.model, settings.tts.device),
    }


def _find(kind: Kind, model: str, device: str) -> Weights:
    known = WEIGHTS[kind]
    if missing := [package for package in known.packages if not is_installed(package)]:
        return Weights(kind, model or known.on_cpu, None, f"{' and '.join(missing)} not installed")
    named = wanted(known, model, device)
    try:
        given = given_folder(model)
        folder = Path(given.folder) if given else on_disk(known, named)
    except GenieError as error:
        return Weights(kind, named, None, error.message)
    except ValueError as error:  # the hub's library, about a name that can be no model's
        return Weights(kind, named, None, str(error).partition("\n")[0])
    why = "" if folder else f"{named} is not on this disk; genie serve fetches it where there is a network"
    return Weights(kind, named, folder, why)


def settled(settings: Settings) -> Settings:
    """Return the settings with `auto` settled on the small engine where the neural one cannot be used at once.

    Fetching weights is for the server, which does it while it serves.
    """
    found = find(settings)
    stt, tts = settings.stt, settings.tts
    if stt.engine == "auto" and not found["whisper"].folder:
        stt = stt.model_copy(update={"engine": "embedded"})
    if tts.engine == "auto" and not found["kokoro"].folder:
        tts = tts.model_copy(update={"engine": "embedded"})
    return settings.model_copy(update={"stt": stt, "tts": tts})
