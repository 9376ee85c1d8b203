"""`genie voices`: the voices of a running server, and the one that speaks to its user."""

import argparse
from typing import Any

from genie.commands.server import Server, address
from genie.commands.settings import settings_of, token
from genie.errors import BadInput


def run(options: argparse.Namespace) -> None:
    """Print the voices, one a line, or change who speaks and print what counts then."""
    settings = settings_of(options)
    wanted = {name: value for name in ("voice", "language", "speed") if (value := getattr(options, name)) is not None}
    if (options.action in ("show", "reset") and wanted) or (options.action == "list" and wanted.keys() - {"language"}):
        raise BadInput("bad_argument", f"genie voices {options.action} takes no voice and no speed")
    server = Server(options.url or address(settings.server), token())
    match options.action:
        case "list":
            for voice in server.voices(options.language):
                print(f"{voice['name']:<24} {voice['language']:<12} {voice['label']}")
        case "choose":
            _show(server.preferences(_over(wanted, server.preferences())))
        case "reset":
            _show(server.preferences({}))
        case _:
            _show(server.preferences())


def _over(wanted: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return what is chosen now; what is left out stays, but another voice brings its own language."""
    kept = {name: before[name] for name in ("voice", "language", "speed") if name in before}
    if "voice" in wanted:
        kept.pop("language", None)
    return kept | wanted


def _show(chosen: dict[str, Any]) -> None:
    print(f"voice: {chosen.get('voice') or chosen['default_voice'] + ' (the default)'}")
    if "language" in chosen:
        print(f"language: {chosen['language']}")
    print(f"speed: {chosen.get('speed', chosen['default_speed'])}")
