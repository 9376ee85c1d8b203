"""Which weights the settings mean, and which are on this disk. Nothing is fetched."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from genie.audio.engines.cache import Lying, State, everything, look
from genie.audio.engines.given import folder_of, is_installed
from genie.audio.engines.kinds import WEIGHTS, Kind, wanted
from genie.errors import BadInput, GenieError
from genie.settings import Settings


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
    named = wanted(kind, model, device)
    try:
        given = folder_of(kind, model)
        if given is not None:
            return Weights(kind, given.model, Path(given.folder))
        lying = look(kind, named)
    except GenieError as error:
        return Weights(kind, named, None, error.message)
    except ValueError as error:  # the hub's library, about a name that can be no model's
        return Weights(kind, named, None, str(error).partition("\n")[0])
    if lying.folder is not None:
        return Weights(kind, named, lying.folder)
    state = "not on this disk" if lying.state == "absent" else f"{lying.state} ({lying.why})"
    return Weights(kind, named, None, f"{named} is {state}; to fetch it: genie models pull {named}")


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


class Entry(BaseModel):
    """A model that genie knows or that lies on this disk; `used` when the settings want an engine that loads it."""

    kind: Kind
    model: str
    state: State
    bytes: int
    folder: str
    used: bool
    why: str


def catalogue(settings: Settings) -> list[Entry]:
    """Return the models that genie knows by name, those in the cache, and those that the settings name."""
    used = meant(settings)
    lying = {each.model: each for each in everything()}
    for kind, weights in WEIGHTS.items():
        for model in weights.models:
            lying.setdefault(model, Lying(kind, model, "absent", 0))
    for kind, model in used.items():
        if model not in lying:
            lying[model] = _given(kind, model) or look(kind, model)
    entries = [_entry(each, used=used.get(each.kind) == each.model) for each in lying.values()]
    return sorted(entries, key=lambda entry: (entry.kind, entry.state == "absent", entry.model))


def meant(settings: Settings) -> dict[Kind, str]:
    """Return the models, by id or folder, of those engines that the settings want."""
    wants: dict[Kind, tuple[str, str, str]] = {
        "whisper": (settings.stt.engine, settings.stt.model, settings.stt.device),
        "kokoro": (settings.tts.engine, settings.tts.model, settings.tts.device),
    }
    return {
        kind: wanted(kind, model, device) for kind, (engine, model, device) in wants.items() if engine in ("auto", kind)
    }


def kind_of(settings: Settings, model: str, told: Kind | None) -> Kind:
    """Return the kind of a model, as told or as known; `bad_argument` when it is not."""
    known = {entry.model: entry.kind for entry in catalogue(settings)}
    if kind := told or known.get(model):
        return kind
    raise BadInput("bad_argument", f"genie does not know {model}; say what it is with --kind {' or '.join(WEIGHTS)}")


def _given(kind: Kind, model: str) -> Lying | None:
    """Return a model that is given as a folder, None when it is an id."""
    try:
        found = folder_of(kind, model)
    except GenieError as error:
        state: State = "broken" if Path(model).expanduser().is_dir() else "absent"
        return Lying(kind, model, state, 0, why=error.message)
    return Lying(kind, model, "complete", 0, Path(found.folder)) if found else None


def _entry(lying: Lying, *, used: bool) -> Entry:
    folder = str(lying.folder or "")
    return Entry(
        kind=lying.kind, model=lying.model, state=lying.state, bytes=lying.size, folder=folder, used=used, why=lying.why
    )
