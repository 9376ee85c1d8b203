"""The settings of a command: the files and variables of `genie.config`, and its own options above them."""

import argparse
import os

from genie.config import load, read_value
from genie.errors import BadInput
from genie.keys import MAX_CHARS
from genie.settings import Settings

FLAGS = {
    "host": "server.host",
    "port": "server.port",
    "data": "server.data",
}
"""Options that stand for a setting."""


def settings_of(options: argparse.Namespace) -> Settings:
    """Read the settings for a command; `--set` comes first, so that an option of its own name wins."""
    flags: dict[str, object] = dict(_pair(text) for text in options.set)
    for option, name in FLAGS.items():
        if (value := getattr(options, option, None)) is not None:
            flags[name] = value
    return load(options.conf, flags=flags)


def token() -> str:
    """Return the token that the environment holds for a server (`GENIE_TOKEN`), empty when there is none."""
    found = os.environ.get("GENIE_TOKEN", "").strip()
    if found and not (found.isascii() and found.isprintable() and len(found) <= MAX_CHARS):
        raise BadInput("bad_argument", "GENIE_TOKEN holds no token")
    return found


def _pair(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise BadInput("bad_argument", f"--set takes TABLE.KEY=VALUE, not {text!r}")
    return name.strip(), read_value(name, value)
