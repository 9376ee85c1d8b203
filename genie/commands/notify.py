"""`genie notify`: let a server tell its user something."""

import argparse
import sys

from genie.commands.server import Server, address
from genie.commands.settings import settings_of, token


def run(options: argparse.Namespace) -> None:
    """Tell a text, with the priority and the sound that are asked for."""
    settings = settings_of(options)
    text = sys.stdin.read() if options.text == ["-"] else " ".join(options.text)
    sound = {"sound": options.sound} if options.sound else {}
    server = Server(options.url or address(settings.server), token())
    server.notify(text, priority=options.priority, speak=not options.silent, **sound)
