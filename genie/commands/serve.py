"""`genie serve`: start the server."""

import argparse

from genie import app, logs
from genie.commands.settings import settings_of


def run(options: argparse.Namespace) -> None:
    """Serve until interrupted."""
    settings = settings_of(options)
    logs.set_up(settings.server.log_level, settings.server.log_format)
    app.serve(settings, lambda: settings_of(options))
