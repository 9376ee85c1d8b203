"""`genie models`: the weights of Whisper and Kokoro on this disk: list, fetch, remove."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator

from genie import weights
from genie.audio.engines import cache
from genie.audio.engines.fetch import Fetching, find
from genie.audio.engines.given import check_installed
from genie.audio.engines.kinds import Kind
from genie.commands.server import Server, address
from genie.commands.settings import settings_of, token
from genie.errors import BadInput, Conflict, GenieError, NotFound
from genie.progress import Progress
from genie.settings import Settings

PARTS = {"whisper": "ear", "kokoro": "voice"}


def run(options: argparse.Namespace) -> None:
    """Do what is asked with each model in turn; the first that fails ends it."""
    settings = settings_of(options)
    check_installed(("huggingface_hub",))
    match options.action:
        case "list":
            _list(settings, options.models, as_json=options.json)
        case "pull":
            for kind, model in _wanted(settings, options.models, options.kind):
                _pull(kind, model)
        case "remove":
            _remove(settings, options.models, sure=options.yes)


def _list(settings: Settings, models: list[str], *, as_json: bool) -> None:
    entries = [entry for entry in weights.catalogue(settings) if not models or entry.model in models]
    if as_json:
        print(json.dumps([entry.model_dump() for entry in entries], indent=2))
        return
    width = max((len(entry.model) for entry in entries), default=0)
    for entry in entries:
        size = f"{entry.bytes / 1e6:.0f} MB" if entry.bytes else ""
        part = f"the {PARTS[entry.kind]} uses it" if entry.used else ""
        line = f"{entry.kind:<8} {entry.model:<{width}}  {entry.state:<8} {size:>9}  "
        print((line + ", ".join(filter(None, (part, entry.why)))).rstrip())


def _wanted(settings: Settings, models: list[str], told: Kind | None) -> Iterator[tuple[Kind, str]]:
    """Yield the models that are named, or those that the settings mean; a folder is nobody's to fetch."""
    if models:
        for model in models:
            yield weights.kind_of(settings, model, told), model
        return
    for entry in weights.catalogue(settings):
        if entry.used and not entry.model.startswith((".", "/", "~")):
            yield entry.kind, entry.model


def _pull(kind: Kind, model: str) -> None:
    """Fetch what is missing, and compare what is on disk with its checksums."""
    teller = _Teller(model)
    try:
        with teller.line:
            found = asyncio.run(find(kind, model, "auto", teller.tell, thoroughly=True))
    except KeyboardInterrupt:
        print(f"genie: what came of {model} is kept; the same command goes on", file=sys.stderr)
        raise
    except GenieError as error:
        if error.code == "fetch_failed":
            error.message += "; what came is kept, and the same command goes on when the hub can be reached"
        raise
    print(f"{model} is complete, in {found.folder}")


class _Teller:
    """Say how far a fetch is: as a bar on a terminal, elsewhere as a line each tenth."""

    def __init__(self, model: str) -> None:
        self._last = Fetching(model)
        self._tenth = -1
        self.line = Progress("models pull", total=1.0, note=lambda: str(self._last))

    def tell(self, fetching: Fetching) -> None:
        self._last = fetching
        self.line.reach(fetching.share)
        tenth = int(10 * fetching.share)
        if fetching.total and tenth != self._tenth and not sys.stderr.isatty():
            print(fetching, file=sys.stderr, flush=True)
            self._tenth = tenth


def _remove(settings: Settings, models: list[str], *, sure: bool) -> None:
    sizes = {each.model: each.size for each in cache.everything()}
    for model in models:
        if model not in sizes:
            raise NotFound("no_such_model", f"there is no {model} in the cache; genie models list shows what is there")
        _check_unused(settings, model)
        if not sure:
            _confirm(model, sizes[model])
        print(f"{model} is removed: {cache.remove(model) / 1e6:.0f} MB are free again")


def _check_unused(settings: Settings, model: str) -> None:
    """Raise `model_in_use` when the server of these settings has the model loaded."""
    try:
        engines = Server(address(settings.server), token()).engines()
    except GenieError:
        return  # no server answers there
    if model in (engines.stt.model, engines.tts.model):
        raise Conflict("model_in_use", f"the running server uses {model}; end it first, or set another model")


def _confirm(model: str, size: int) -> None:
    if not sys.stdin.isatty():
        raise BadInput("bad_argument", f"to remove {model} ({size / 1e6:.0f} MB) without a terminal, add --yes")
    if input(f"remove {model}, {size / 1e6:.0f} MB? [y/N] ").strip().lower() not in ("y", "yes"):
        raise Conflict("not_confirmed", f"{model} is kept")
