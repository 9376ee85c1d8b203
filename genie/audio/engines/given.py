"""What is there to begin with: the packages that an engine needs, and a model that is given as a folder."""

import importlib.util
from pathlib import Path

from genie.audio.engines.fetch import Found
from genie.audio.engines.intact import flaws
from genie.audio.engines.kinds import WEIGHTS, Kind
from genie.errors import Unavailable


def check_installed(packages: tuple[str, ...]) -> None:
    """Raise `engine_unavailable` when a package is missing, without importing any."""
    missing = [package for package in packages if not is_installed(package)]
    if missing:
        names = " and ".join(missing)
        verb = "is" if len(missing) == 1 else "are"
        how = "in genie's folder: scripts/serve, or pip install '.[neural]'"
        raise Unavailable("engine_unavailable", f"{names} {verb} not installed ({how})")


def is_installed(package: str) -> bool:
    """Say whether a package could be imported, without importing it."""
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def folder_of(kind: Kind, model: str) -> Found | None:
    """Return a model that is given as a folder, None when it is an id.

    A folder that is missing, or lacks a file, or holds a damaged one, is `no_weights`.
    """
    path = Path(model).expanduser()
    if model and path.is_dir():
        for flaw in flaws(path, WEIGHTS[kind]):
            raise Unavailable("no_weights", f"in {path} {flaw}")
        return Found(path.name, str(path))
    if path.is_absolute() or model.startswith("."):
        raise Unavailable("no_weights", f"there is no folder {model}")
    return None
