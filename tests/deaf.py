"""`genie serve` with an ear that is there at once and makes up words, for tests that say nothing to their server.

PocketSphinx takes two seconds of processor to load, and the tests start a hundred servers.
"""

from dataclasses import replace


def main() -> None:
    from genie import app, cli, logs  # here: the processes of engines import this file, too
    from genie.audio.engines.choose import choose
    from genie.audio.engines.slot import Slot, Small
    from genie.commands.settings import settings_of
    from tests.fakes import FakeTranscriber

    options = cli.parser().parse_args()
    settings = settings_of(options)
    logs.set_up(settings.server.log_level, settings.server.log_format)
    ear = Slot(Small("fake", FakeTranscriber), None, settings.stt.deadline_s)
    app.serve(settings, lambda: settings_of(options), engines=replace(choose(settings, ()), stt=ear))


if __name__ == "__main__":
    main()
