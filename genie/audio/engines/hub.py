"""Bring a model from the hub into the cache of its library, going on where an earlier fetch was interrupted.

The hub's library begins a file anew that was not fetched to its end (since its release 1.31), and weights are one file
of gigabytes. So files are brought here, under the names that its cache gives them, and the library finds them there.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from genie.audio.engines.cache import matches, place
from genie.audio.engines.kinds import WHOLE, Weights
from genie.errors import Unavailable

ANSWER_S = 20.0
"""Seconds the hub may be silent, before it answers and in the middle of a file."""

TRIES = 4
"""Attempts in a row that bring nothing new, until a fetch is given up."""

PAUSE_S = 0.5
"""Seconds between two attempts."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a model: its path in the repository, its bytes, and its name in the cache, which is a checksum."""

    name: str
    size: int
    blob: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to lie on disk: the files of one revision of a model."""

    model: str
    commit: str
    names: tuple[str, ...]
    items: tuple[Item, ...]
    """The files whose size and checksum the hub tells: all of them, unless a mirror knows less."""

    @property
    def total(self) -> int:
        return sum(item.size for item in self.items)

    def done(self) -> int:
        """Return how many of these bytes lie on disk."""
        blobs = place(self.model) / "blobs"
        return sum(min(item.size, max(_size(blobs / item.blob), _size(_part(blobs, item)))) for item in self.items)


def plan(weights: Weights, model: str) -> Plan:
    """Ask the hub what a model consists of; Unavailable `no_weights` when genie could not use it."""
    from huggingface_hub import HfApi

    info = HfApi().model_info(model, files_metadata=True, timeout=ANSWER_S)
    files = {file.rfilename: file for file in info.siblings or ()}
    if missing := weights.lacking(list(files)):
        raise Unavailable("no_weights", f"{model} {_why_unusable(missing, list(files))}")
    names = weights.wanted(list(files))
    sums = {name: files[name].lfs.sha256 if files[name].lfs else files[name].blob_id for name in names}
    items = (Item(name, files[name].size, sums[name]) for name in names if files[name].size and _is_plain(sums[name]))
    return Plan(model, info.sha or "", tuple(names), tuple(items))


def bring(wanted: Plan, *, thoroughly: bool) -> Path:
    """Fetch what is not on disk and return the folder; `thoroughly` compares what is with its checksums first.

    Another process that fetches the same waits, and finds what this one brought.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils import WeakFileLock

    where = place(wanted.model)
    blobs, locks = where / "blobs", where.parent / ".locks" / where.name
    for folder in (blobs, locks):
        folder.mkdir(parents=True, exist_ok=True)
    _check_room(wanted, where)
    for item in wanted.items:
        with WeakFileLock(locks / f"{item.blob}.lock"):
            blob = blobs / item.blob
            if _size(blob) != item.size or (thoroughly and not matches(blob, item.blob)):
                blob.unlink(missing_ok=True)
                _bring(wanted, item, blobs)
    return Path(snapshot_download(wanted.model, allow_patterns=list(wanted.names)))


def _bring(wanted: Plan, item: Item, blobs: Path) -> None:
    """Fetch one file, for as long as something comes, and give it its name when it is what the hub lists."""
    part = _part(blobs, item)
    tries, broke = 0, None
    while _size(part) != item.size:
        before = _size(part)
        try:
            _go_on(wanted, item, part)
        except httpx.TransportError as error:
            broke = error
        tries = 0 if _size(part) > before else tries + 1
        if tries == TRIES:
            raise Unavailable("fetch_failed", f"{item.name} broke off at {before} of {item.size} bytes") from broke
        if _size(part) != item.size:
            time.sleep(PAUSE_S)
    if not matches(part, item.blob):
        part.unlink()
        raise Unavailable("fetch_failed", f"what came as {item.name} does not match its checksum")
    part.rename(blobs / item.blob)


def _go_on(wanted: Plan, item: Item, part: Path) -> None:
    """Append what is missing of a file; a server that knows no ranges sends all of it again."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.utils import build_hf_headers

    start = _size(part)
    if start > item.size:
        part.unlink()
        start = 0
    headers = {**build_hf_headers(), "Accept-Encoding": "identity", "Range": f"bytes={start}-"}
    url = hf_hub_url(wanted.model, item.name, revision=wanted.commit)
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=ANSWER_S) as reply:
        if reply.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # the hub has less of it than it lists
        reply.raise_for_status()
        with part.open("ab", buffering=0) as file:
            if reply.status_code != httpx.codes.PARTIAL_CONTENT:
                file.truncate(0)
            for chunk in reply.iter_bytes():
                file.write(chunk)
                if file.tell() > item.size:
                    raise Unavailable("fetch_failed", f"more came as {item.name} than the hub lists")


def _is_plain(checksum: str | None) -> bool:
    """Say whether what a hub tells may name a file of the cache: anything else could lead out of it."""
    return checksum is not None and checksum.isascii() and checksum.isalnum()


def _check_room(wanted: Plan, where: Path) -> None:
    missing = wanted.total - wanted.done()
    free = shutil.disk_usage(where).free
    if free < missing:
        raise Unavailable("no_room", f"{missing / 1e6:.0f} MB are missing, and {free / 1e6:.0f} MB are free in {where}")


def _why_unusable(missing: str, names: list[str]) -> str:
    if WHOLE in missing and any(name.endswith(".bin") for name in names):
        return f"has its weights only as a .bin file, which may run code when it is read; genie reads {WHOLE}"
    return f"holds no {missing}: it is another kind of model"


def _part(blobs: Path, item: Item) -> Path:
    """Return where a file lies until it is whole, under the name that the hub's library gave such files for years."""
    return blobs / f"{item.blob}.incomplete"


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
