"""PocketSphinx, US English: the small ear, whose model its package carries."""

from collections.abc import Iterator
from functools import partial

from genie.audio.engine import LISTENING_RATE, Card, Heard, Segment, Spoken, Stretch
from genie.audio.engines.commands import Commands
from genie.audio.engines.presence import Presence
from genie.audio.engines.sphinx import Pair, command_decoder, dictation_decoder, pronunciations
from genie.audio.engines.stretches import stretches
from genie.audio.engines.tongues import chosen
from genie.audio.engines.windows import Cuts
from genie.audio.pcm import Int16
from genie.audio.recording import Sound
from genie.errors import Busy, GenieError, StageFailed

NAME = "pocketsphinx"

MAX_STREAMS = 4
"""Utterances heard at once: each takes 110 MiB and a quarter of a core, and all share one process."""

KNOWN_S = 60
"""Seconds of a recording, from its first words on, from which its spectrum's mean is taken."""

CUTS = Cuts(shortest_s=8.0, longest_s=15.0)
"""A dictated sentence is heard better with its neighbours: in windows of 2 s twice as many words were wrong."""


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
        self._presence = Presence()

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

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        """Yield what is said in a recording from `start_s` on; windows where nobody speaks are not decoded.

        No pair of decoders is held between two windows.
        """
        chosen(spoken, ("en",), "the small ear")
        mean = ""

        def hear(samples: Int16, begin_s: float) -> Iterator[Segment]:
            nonlocal mean
            pair = self._taken()
            mean = mean or pair.mean(recording.read(round(begin_s * LISTENING_RATE), KNOWN_S * LISTENING_RATE))
            pair.expect(mean)
            pair.hear(samples)
            text = pair.end()
            self._free.append(pair)
            if text:
                yield Segment(begin_s, begin_s + len(samples) / LISTENING_RATE, text)

        yield from stretches(recording, CUTS, hear, self._presence.felt, start_s)

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
