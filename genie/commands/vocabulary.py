"""`genie vocabulary`: the names that a server is to expect of its user."""

import argparse

from genie.commands.server import Server, address
from genie.commands.settings import settings_of, token
from genie.errors import BadInput


def run(options: argparse.Namespace) -> None:
    """Change the words where that is asked for, and print those that are known, newest first, one a line."""
    settings = settings_of(options)
    if (options.action in ("add", "remove")) != bool(options.words):
        raise BadInput("bad_argument", f"genie vocabulary {options.action} takes {_what(options.action)}")
    server = Server(options.url or address(settings.server), token())
    for word in _changed(server, options.action, options.words):
        print(word)


def _changed(server: Server, action: str, words: list[str]) -> list[str]:
    match action:
        case "add":
            return server.vocabulary("POST", words)
        case "remove":
            return server.vocabulary("DELETE", words)
        case "clear":
            return server.vocabulary("DELETE")
        case _:
            return server.vocabulary("GET")


def _what(action: str) -> str:
    return "words" if action in ("add", "remove") else "no words"
