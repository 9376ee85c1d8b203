"""`genie users`: say who may come in."""

import argparse
import sys

from genie.commands.settings import settings_of
from genie.errors import BadInput
from genie.settings import Settings
from genie.users import UserFile


def run(options: argparse.Namespace) -> None:
    """Change or list the users; a running server follows within a second or two."""
    settings = settings_of(options)
    file = UserFile(settings.server.data_folder)
    if options.action == "list":
        _list(settings, file)
        return
    if options.name is None:
        raise BadInput("bad_argument", f"genie users {options.action} takes a name")
    match options.action:
        case "add":
            _hand_over(options.name, file.add(options.name))
        case "renew":
            _hand_over(options.name, file.renew(options.name))
        case "remove":
            file.remove(options.name)


def _hand_over(name: str, token: str) -> None:
    """Print a token alone on standard output, so that it can go straight to where it is to be kept."""
    print(f"The token of {name}, shown only now; {name} logs in with it on the page:", file=sys.stderr)
    print(token)


def _list(settings: Settings, file: UserFile) -> None:
    for name, entry in sorted((file.read() or {}).items()):
        print(f"{name}  since {entry.since:%Y-%m-%d}")
    for name in sorted({key.user for key in settings.auth.keys}):
        print(f"{name}  from the environment")
