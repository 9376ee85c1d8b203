"""PocketSphinx, US English: the small ear, whose model its package carries."""

from collections.abc import Iterator
from functools import partial

from genie.audio.engine import LISTENING_RATE, Card, Heard, Segment, Spoken
from genie.audio.engines.commands import Commands
from genie.audio.engines.pauses import pieces
from genie.audio.engines.sphinx import Pair, command_decoder, dictation_decoder, pronunciations
from genie.audio.engines.tongues import chosen
from genie.audio.pcm import Int16
from genie.errors import Busy, GenieError, StageFailed

NAME = "pocketsphinx"

MAX_STREAMS = 4
"""Utterances heard at once: each takes 110 MiB and a quarter of a core, and all share one process."""

KNOWN_S = 60
"""Seconds of a recording from which its spectrum's mean is taken."""


class PocketSphinxTranscriber:
    """Hear commands and dictation as they are spoken; the text may change until the end.

    Run it in a process of its own: the library keeps the interpreter's lock.
    """

    def __init__(self, phrases: tuple[str, ...], max_streams: int = MAX_STREAMS) -> None:
        """Load the models (0.7 s) and learn `phrases`, the sentences that are to be understood best."""
        dictation = dictation_decoder()
        self._commands = Commands.of(phrases, partial(pronunciations, dictation))
        self._max_streams = max_streams
        self._free = [self._pair(dictation)]
        self._streams: dict[str, Pair] = {}

    def describe(self) -> Card:
        size = self._commands.size if self._commands else 0
        return Card(NAME, model="en-us", note=f"it knows {size:,} phrases best")

    def open(self, stream: str, spoken: Spoken) -> None:
        """Begin an utterance.

        One more than `max_streams` is `engine_busy`, another language than English `unsupported_language`.
        """
        chosen(spoken, ("en",), "the small ear")
        self.abandon(stream)
        if len(self._streams) >= self._max_streams:
            raise Busy("engine_busy", f"the small ear hears {self._max_streams} at once; try again in a moment")
        self._streams[stream] = self._taken()

    def feed(self, stream: str, samples: Int16) -> None:
        """Take the next samples and decode them: a quarter of their length."""
        self._opened(stream).hear(samples)

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        """Return the text so far, empty for the first 1.2 s; nothing is committed before the end."""
        return [self._partial(stream) for stream in streams]

    def anticipate(self, stream: str) -> None:
        """Do nothing: all that was fed is decoded."""

    def finish(self, stream: str) -> Heard:
        """End an utterance and return its text; a pair of decoders that fails here is not used again."""
        pair = self._opened(stream)
        del self._streams[stream]
        text = pair.end()
        self._free.append(pair)
        return Heard(text)

    def abandon(self, stream: str) -> None:
        if pair := self._streams.pop(stream, None):
            pair.end()
            self._free.append(pair)

    def transcribe(self, samples: Int16, spoken: Spoken) -> Iterator[Segment]:
        """Yield what each piece of a recording says, cut where it is quiet; silent pieces yield nothing.

        No pair of decoders is held between two pieces.
        """
        chosen(spoken, ("en",), "the small ear")
        mean = ""
        for start, end in pieces(samples):
            pair = self._taken()
            mean = mean or pair.mean(samples[: KNOWN_S * LISTENING_RATE])
            pair.expect(mean)
            pair.hear(samples[start:end])
            text = pair.end()
            self._free.append(pair)
            if text:
                yield Segment(start / LISTENING_RATE, end / LISTENING_RATE, text)

    def _partial(self, stream: str) -> Heard | GenieError:
        try:
            return Heard("", self._opened(stream).text)
        except GenieError as error:
            return error

    def _opened(self, stream: str) -> Pair:
        if stream not in self._streams:
            raise StageFailed("unknown_utterance", "the engine does not know this utterance; speak again")
        return self._streams[stream]

    def _taken(self) -> Pair:
        """Return a free pair of decoders; a new one takes 0.4 s, and is kept."""
        return self._free.pop() if self._free else self._pair(dictation_decoder())

    def _pair(self, dictation: object) -> Pair:
        return Pair(dictation, command_decoder(self._commands) if self._commands else None)
