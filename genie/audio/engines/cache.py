"""What lies in the cache of the hub's own library: which models, and whether they are whole.

Nothing here asks the network.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from genie.audio.engines.intact import flaws
from genie.audio.engines.kinds import WEIGHTS, Kind, kind_of

State = Literal["complete", "partial", "broken", "absent"]

CHUNK = 1 << 20
SHA256, GIT = 64, 40
"""Digits in the name of a blob: large files are named by their SHA-256, small ones as git names them."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A model as it lies on disk: `folder` holds it when it is complete, `why` says what is wrong otherwise."""

    kind: Kind
    model: str
    state: State
    size: int
    folder: Path | None = None
    why: str = ""


def place(model: str) -> Path:
    """Return where the cache keeps a model; ValueError for a name that can be no model's."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.utils import validate_repo_id

    validate_repo_id(model)
    name: str = repo_folder_name(repo_id=model, repo_type="model")
    return Path(constants.HF_HUB_CACHE).expanduser() / name


def look(kind: Kind, model: str, *, thoroughly: bool = False) -> Lying:
    """Return how a model lies on disk; `thoroughly` reads all of it to compare it with its checksums."""
    where = place(model)
    size = sum(_sizes(where))
    snapshot = _snapshot(where)
    if snapshot is None:
        return Lying(kind, model, "partial" if size else "absent", size, why="its fetch did not end" if size else "")
    found = list(flaws(snapshot, WEIGHTS[kind]))
    if not found and thoroughly:
        found = [f"{file.name} does not match its checksum" for file in _changed(snapshot)]
    if not found:
        return Lying(kind, model, "complete", size, snapshot)
    missing = all(text.endswith(" is missing") for text in found)
    return Lying(kind, model, "partial" if missing else "broken", size, why=found[0])


def everything() -> list[Lying]:
    """Return every model in the cache that genie could use."""
    from huggingface_hub import constants

    found = []
    for where in sorted(Path(constants.HF_HUB_CACHE).expanduser().glob("models--*--*")):
        model = where.name.removeprefix("models--").replace("--", "/")
        if (kind := kind_of(model) or _kind_in(where)) and _is_place(where, model):
            found.append(look(kind, model))
    return found


def remove(model: str) -> int:
    """Remove a model from the cache; return the bytes that are free again."""
    from huggingface_hub import scan_cache_dir

    where = place(model)
    size = sum(_sizes(where))
    for repository in scan_cache_dir(where.parent).repos:
        if repository.repo_path == where.resolve():
            revisions = (revision.commit_hash for revision in repository.revisions)
            scan_cache_dir(where.parent).delete_revisions(*revisions).execute()
    for rest in (where, where.parent / ".locks" / where.name):  # a fetch that did not end has no revision
        shutil.rmtree(rest, ignore_errors=True)
    return size - sum(_sizes(where))


def matches(file: Path, checksum: str) -> bool:
    """Say whether a file's content has the checksum by which the cache names it; True for a name that is none."""
    if len(checksum) not in (SHA256, GIT):
        return True
    total = hashlib.sha256() if len(checksum) == SHA256 else hashlib.sha1(usedforsecurity=False)
    if len(checksum) == GIT:
        total.update(f"blob {file.stat().st_size}\0".encode())
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            total.update(chunk)
    return total.hexdigest() == checksum


def _is_place(where: Path, model: str) -> bool:
    """Say whether a folder of the cache is that of a model: its name may be one that no model can have."""
    try:
        return place(model) == where
    except ValueError:
        return False


def _snapshot(where: Path) -> Path | None:
    """Return the folder of the newest revision that was fetched, whole or not."""
    try:
        commit = (where / "refs" / "main").read_text().strip()
    except (OSError, ValueError):  # damaged, and no text
        return None
    folder = where / "snapshots" / commit
    return folder if commit and folder.is_dir() else None


def _changed(snapshot: Path) -> Iterator[Path]:
    for file in sorted(snapshot.rglob("*")):
        blob = file.resolve()
        if file.is_symlink() and not matches(blob, blob.name):
            yield file


def _kind_in(where: Path) -> Kind | None:
    """Return the kind of a model by what its repository holds."""
    snapshot = _snapshot(where)
    if snapshot is None:
        return None
    try:
        config = json.loads((snapshot / "config.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if isinstance(config, dict) and config.get("model_type") == "whisper":
        return "whisper"
    return "kokoro" if any(snapshot.glob("voices/*.pt")) else None


def _sizes(folder: Path) -> Iterator[int]:
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent) / name
            if file.is_file() and not file.is_symlink():
                yield file.stat().st_size
