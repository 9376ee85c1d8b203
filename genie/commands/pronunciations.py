"""`genie pronunciations`: how a server is to pronounce words and names for its user."""

import argparse

from genie.commands.server import Server, address
from genie.commands.settings import settings_of, token
from genie.errors import BadInput
from genie.pronunciation import parsed


def run(options: argparse.Namespace) -> None:
    """Change the entries where that is asked for, and print those that are known, newest first, one a line."""
    settings = settings_of(options)
    if (options.action in ("add", "remove")) != bool(options.words):
        takes = {"add": "entries such as nginx='engine x'", "remove": "words"}.get(options.action, "no words")
        raise BadInput("bad_argument", f"genie pronunciations {options.action} takes {takes}")
    server = Server(options.url or address(settings.server), token())
    for entry in _changed(server, options.action, options.words):
        print(f"{entry['word']}={entry['says']}")


def _changed(server: Server, action: str, words: list[str]) -> list[dict[str, str]]:
    match action:
        case "add":
            entries = [parsed(text) for text in words]
            return server.pronunciations("POST", pronunciations=[{"word": e.word, "says": e.says} for e in entries])
        case "remove":
            return server.pronunciations("DELETE", words=words)
        case "clear":
            return server.pronunciations("DELETE")
        case _:
            return server.pronunciations("GET")
