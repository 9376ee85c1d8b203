"""A genie server whose voice hums what it is given, at once and in a process of its own; for soaks of what is kept."""

from collections.abc import Iterator
from dataclasses import replace
from zlib import crc32

import numpy as np

from genie import app, cli, logs
from genie.audio.engine import Card, Passage, Take
from genie.audio.engines.choose import choose
from genie.audio.engines.slot import Slot, Small
from genie.audio.remote import in_process
from genie.commands.settings import settings_of
from tests.fakes import FakeTranscriber

RATE = 16_000
LETTER_S = 0.05


class HummingVoice:
    """Hum each passage on a note of its own."""

    def describe(self) -> Card:
        return Card("humming", rate=RATE)

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        times = np.arange(round(RATE * LETTER_S * len(passage.text))) / RATE
        note = 110 + crc32(passage.text.encode()) % 440
        yield Take((np.sin(2 * np.pi * note * times) * 8_000).astype(np.int16))


def main() -> None:
    options = cli.parser().parse_args()
    settings = settings_of(options)
    logs.set_up(settings.server.log_level, settings.server.log_format)
    engines = replace(
        choose(settings, ()),
        stt=Slot(Small("fake", FakeTranscriber), None, settings.stt.deadline_s),
        tts=Slot(Small("humming", in_process(HummingVoice)), None, settings.tts.deadline_s),
    )
    app.serve(settings, lambda: settings_of(options), engines=engines)


if __name__ == "__main__":
    main()
