"""PocketSphinx, US English: the small ear, whose model its package carries."""

from collections.abc import Iterator
from typing import Any

from genie.audio.engine import LISTENING_RATE, Card, Segment
from genie.audio.pcm import Int16


class PocketSphinxTranscriber:
    """Decode speech as it comes."""

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._streams: dict[str, Any] = {}

    def describe(self) -> Card:
        return Card(name="pocketsphinx", steady=False, note="the small ear")

    def open(self, stream: str, language: str | None) -> None:
        from pocketsphinx import Decoder

        decoder = Decoder(samprate=LISTENING_RATE, loglevel="FATAL")
        decoder.start_utt()
        self._streams[stream] = decoder

    def accept(self, stream: str, samples: Int16) -> str:
        self._streams[stream].process_raw(samples.tobytes(), False, False)
        return self._text(stream)

    def finish(self, stream: str) -> str:
        self._streams[stream].end_utt()
        return self._text(stream)

    def abandon(self, stream: str) -> None:
        self._streams.pop(stream, None)

    def transcribe(self, samples: Int16, language: str | None) -> Iterator[Segment]:
        self.open("recording", language)
        self.accept("recording", samples)
        yield Segment(0.0, len(samples) / LISTENING_RATE, self.finish("recording"))

    def _text(self, stream: str) -> str:
        hypothesis = self._streams[stream].hyp()
        return hypothesis.hypstr if hypothesis else ""
