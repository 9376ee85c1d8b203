"""PocketSphinx, US English: the small ear, whose model its package carries."""

import re
from collections.abc import Iterator

from genie.audio.engine import LISTENING_RATE, Card, Heard, Segment, Spoken, Stretch
from genie.audio.engines.denoise import Denoiser
from genie.audio.engines.pair import Pair
from genie.audio.engines.presence import Presence
from genie.audio.engines.sphinx import Models
from genie.audio.engines.spotter import PHRASES, Spotter
from genie.audio.engines.stretches import stretches
from genie.audio.engines.tongues import chosen
from genie.audio.engines.windows import Cuts
from genie.audio.pcm import Int16
from genie.audio.recording import Sound
from genie.errors import Busy, GenieError, StageFailed

NAME = "pocketsphinx"

MAX_STREAMS = 8
"""Utterances heard at once: each takes 50 MiB and a quarter of a core, and all share one process."""

MAX_OWN = 200
"""Words of a user's own that are taken: each may be heard where another word was said."""

KNOWN_S = 60
"""Seconds of a recording, from its first words on, from which its spectrum's mean is taken."""

CUTS = Cuts(shortest_s=8.0, longest_s=15.0)
"""A dictated sentence is heard better with its neighbours: in windows of 2 s twice as many words were wrong."""

Own = tuple[str, ...]
"""Words of a user's own, as they are spelled."""

_OWN = re.compile(r"[^\W\d_](?:[^\W\d_]|['.-](?=[^\W\d_]))+")


class PocketSphinxTranscriber:
    """Hear commands and dictation as they are spoken; the text may change until the end.

    Run it in a process of its own: the library keeps the interpreter's lock.
    """

    def __init__(self, phrases: tuple[str, ...], max_streams: int = MAX_STREAMS) -> None:
        """Load the models (0.9 s) and learn `phrases`, the sentences that are to be understood best."""
        self._models = Models(phrases)
        self._spotter = Spotter(self._models.spotting(PHRASES))
        self._max_streams = max_streams
        self._streams: dict[str, tuple[Own, Pair]] = {}
        self._free: list[tuple[Own, Pair]] = [((), self._pair(()))]
        self._presence = Presence()

    def describe(self) -> Card:
        size = self._models.commands.size if self._models.commands else 0
        return Card(NAME, model="en-us", note=f"it knows {size:,} phrases best")

    def open(self, stream: str, spoken: Spoken) -> None:
        """Begin an utterance.

        One more than `max_streams` is `engine_busy`, another language than English `unsupported_language`.
        """
        chosen(spoken, ("en",), "the small ear")
        self.abandon(stream)
        if len(self._streams) >= self._max_streams:
            raise Busy("engine_busy", f"the small ear hears {self._max_streams} at once; try again in a moment")
        own, pair = self._taken(_own(spoken.vocabulary))
        if spoken.into_answer:
            pair.expect_a_stop()
        self._streams[stream] = own, pair

    def feed(self, stream: str, samples: Int16) -> None:
        """Take the next samples and decode them: a quarter of their length."""
        self._opened(stream).hear(samples)

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        """Return the text so far, empty for the first 1.2 s; nothing is committed before the end."""
        return [self._partial(stream) for stream in streams]

    def anticipate(self, stream: str) -> None:
        """Read the utterance to its end; if it goes on after more than 4 s, that was not the end and costs nothing."""
        self._opened(stream).pause()

    def finish(self, stream: str) -> Heard:
        """End an utterance and return its text; a pair of decoders that fails here is not used again."""
        pair = self._opened(stream)
        own, _ = self._streams.pop(stream)
        text = pair.end()
        self._free.append((own, pair))
        return Heard(text)

    def abandon(self, stream: str) -> None:
        if taken := self._streams.pop(stream, None):
            taken[1].end()
            self._free.append(taken)

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        """Yield what is said in a recording from `start_s` on; windows where nobody speaks are not decoded.

        No pair of decoders is held between two windows.
        """
        chosen(spoken, ("en",), "the small ear")
        own, mean = _own(spoken.vocabulary), ""

        def hear(samples: Int16, begin_s: float) -> Iterator[Segment]:
            nonlocal mean
            _, pair = self._taken(own)
            mean = mean or pair.mean(
                Denoiser().clean(recording.read(round(begin_s * LISTENING_RATE), KNOWN_S * LISTENING_RATE))
            )
            pair.expect(mean)
            pair.hear(samples)
            text = pair.end()
            self._free.append((own, pair))
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
        return self._streams[stream][1]

    def _taken(self, own: Own) -> tuple[Own, Pair]:
        """Return a free pair of decoders that knows these words and no other user's; a new one takes 0.4 s.

        As many are kept as may hear at once.
        """
        for place, (known, _) in enumerate(self._free):
            if known == own:
                return self._free.pop(place)
        if self._free and len(self._free) + len(self._streams) >= self._max_streams:
            self._free.pop(0)
        return own, self._pair(own)

    def _pair(self, own: Own) -> Pair:
        spellings = {word.lower(): word for word in own}
        return Pair(self._models.dictation(spellings), self._models.command(), spellings, self._spotter)


def _own(vocabulary: tuple[str, ...]) -> Own:
    """Return the words of the names and terms, each once, in an order of their own."""
    words = {word for term in vocabulary for word in _OWN.findall(term)}
    return tuple(sorted(words))[:MAX_OWN]
