"""Whisper: any checkpoint folder of transformers, multilingual or English only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import torch

from genie.audio.engine import LISTENING_RATE, Card, Heard, Segment, Spoken, Stretch
from genie.audio.engines import accelerator
from genie.audio.engines.presence import Presence
from genie.audio.engines.stretches import Speaks, stretches
from genie.audio.engines.whisper.checkpoint import STEPS_PER_S, load
from genie.audio.engines.whisper.ear import Answer, Ear, Encoded, Question
from genie.audio.engines.whisper.linear import Precision
from genie.audio.engines.whisper.spans import segments
from genie.audio.engines.whisper.utterance import Found, Pass, Utterance, is_silent
from genie.audio.engines.windows import Cuts
from genie.audio.pcm import Int16
from genie.audio.recording import Sound
from genie.errors import GenieError, StageFailed

NAME = "whisper"

SHORTEST = 0.6
"""Part of a window after which a recording is cut in the first pause."""

OVERLAP = 1 / 3
"""Part of a window that is heard twice where there is no pause (5 s on either side of a cut, of 30 s)."""

CUDA_BATCH = 8
"""Utterances that a GPU hears in little more than the time of one; a processor core takes eight times as long."""


@dataclass(slots=True, eq=False)
class _Stream:
    utterance: Utterance
    encoded: tuple[tuple[int, int], Encoded] | None = None
    """What was made of the sound at a place of the utterance: good until more is fed."""


class WhisperTranscriber:
    """Hear utterances as they grow, committing words as their sound lies behind, and recordings in windows."""

    def __init__(
        self,
        folder: str,
        *,
        model: str = "",
        language: str = "",
        device: str = "auto",
        threads: int = 1,
        precision: Literal["auto"] | Precision = "auto",
        crop_s: float = 4.0,
        guard_s: float = 0.5,
        speaks: Speaks | None = None,
    ) -> None:
        """Load the checkpoint in `folder`; `language` (empty: detected) holds where a call names none.

        `crop_s` is the shortest window in seconds that is encoded, words of the last `guard_s` are not committed.
        `speaks` says which windows of recordings are worth a decode, where the voice detector is not to be asked.
        Nothing is fetched. Raises whatever transformers raises for a folder that holds no Whisper.
        """
        torch.set_num_threads(threads)
        self._checkpoint = load(folder, model, device, precision)
        self._ear = Ear(self._checkpoint, crop_s)
        self._guard_s = guard_s
        self._speaks = speaks or Presence().felt
        self._streams: dict[str, _Stream] = {}
        self._language = self._checkpoint.tokens.known(Spoken(language)).language if language else None
        self._ear.warm()

    def describe(self) -> Card:
        checkpoint = self._checkpoint
        batch = CUDA_BATCH if checkpoint.device == "cuda" else 1
        return Card(
            name=NAME, device=checkpoint.device, model=checkpoint.name, note=f"in {checkpoint.precision}", batch=batch
        )

    def open(self, stream: str, spoken: Spoken) -> None:
        """Begin an utterance; a language this model does not know is `unsupported_language`."""
        utterance = Utterance(
            self._known(spoken),
            window_s=self._checkpoint.window_s,
            guard_s=self._guard_s,
            steps_per_s=STEPS_PER_S,
            room=self._checkpoint.longest // 2,
        )
        self._streams[stream] = _Stream(utterance)

    def feed(self, stream: str, samples: Int16) -> None:
        """Take the next samples of an utterance."""
        self._stream(stream).utterance.feed(samples)

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        """Return the text so far of each utterance; their windows are decoded together."""
        failed: dict[str, GenieError] = {}
        known = [stream for stream in streams if stream in self._streams]
        self._advance(known, failed, last=False)
        return [failed.get(stream) or self._heard(stream) for stream in streams]

    def anticipate(self, stream: str) -> None:
        """Make the final text now."""
        self._end(stream)

    def finish(self, stream: str) -> Heard:
        """End an utterance and return its whole text; what was decoded of the same sound is still true."""
        try:
            self._end(stream)
            return self._stream(stream).utterance.final()
        finally:
            self.abandon(stream)

    def abandon(self, stream: str) -> None:
        self._streams.pop(stream, None)

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        """Yield what is said in a recording from `start_s` on; windows where nobody speaks are not decoded."""
        known, window_s = self._known(spoken), self._checkpoint.window_s
        cuts = Cuts(SHORTEST * window_s, window_s, OVERLAP * window_s)

        def hear(samples: Int16, begin_s: float) -> list[Segment]:
            return self.window(samples, known, begin_s)

        yield from stretches(recording, cuts, hear, self._speaks, start_s)

    def window(self, samples: Int16, spoken: Spoken, begin_s: float = 0.0) -> list[Segment]:
        """Return what is said in a window of a recording that begins at `begin_s`."""
        if is_silent(samples):
            return []
        question = replace(self._question(self._known(spoken), samples), timed=True, thorough=True)
        [answer] = self._together([question], None)
        if isinstance(answer, GenieError):
            raise answer
        found = segments(answer.pieces, self._checkpoint.tokens.untimed, begin_s, len(samples) / LISTENING_RATE)
        return [replace(segment, language=answer.language) for segment in found]

    def _known(self, spoken: Spoken) -> Spoken:
        """Return what is known of an utterance with languages as this model names them."""
        named = spoken.language or spoken.languages
        return self._checkpoint.tokens.known(spoken if named else replace(spoken, language=self._language))

    def _stream(self, stream: str) -> _Stream:
        if stream not in self._streams:
            raise StageFailed("unknown_utterance", "the engine does not know this utterance; speak again")
        return self._streams[stream]

    def _heard(self, stream: str) -> Heard | GenieError:
        try:
            return self._stream(stream).utterance.heard()
        except GenieError as error:
            return error

    def _end(self, stream: str) -> None:
        self._stream(stream)
        failed: dict[str, GenieError] = {}
        self._advance([stream], failed, last=True)
        if stream in failed:
            raise failed[stream]

    def _advance(self, streams: list[str], failed: dict[str, GenieError], *, last: bool) -> None:
        """Hear what is new in each utterance until nothing is; an utterance longer than a window takes several."""
        going = streams
        while going:
            passes = {stream: self._streams[stream].utterance.next(last=last) for stream in going}
            wanted = {stream: wanted for stream, wanted in passes.items() if wanted is not None}
            for stream, answer in zip(wanted, self._answers(wanted), strict=True):
                if isinstance(answer, GenieError):
                    failed[stream] = answer
                else:
                    found = Found(answer.pieces, answer.whole, answer.trusted, answer.language)
                    self._streams[stream].utterance.take(wanted[stream], found)
            going = [stream for stream in wanted if stream not in failed]

    def _answers(self, wanted: dict[str, Pass]) -> list[Answer | GenieError]:
        questions = [self._asked(self._streams[stream].utterance.spoken, each) for stream, each in wanted.items()]
        if len(questions) != 1:
            return self._together(questions, None)
        [(stream, only)] = wanted.items()
        return self._together(questions, self._encoded(self._streams[stream], only))

    def _encoded(self, stream: _Stream, asked: Pass) -> Encoded:
        """Return the pass's sound encoded, which is not done twice."""
        if stream.encoded is None or stream.encoded[0] != asked.place:
            encoded = accelerator.within_memory(lambda: self._ear.encode([asked.sound]))
            stream.encoded = asked.place, encoded
        return stream.encoded[1]

    def _together(self, questions: list[Question], encoded: Encoded | None) -> list[Answer | GenieError]:
        return accelerator.each_within_memory(questions, lambda some: self._ear.hear(some, encoded))

    def _question(self, spoken: Spoken, samples: Int16) -> Question:
        return Question(
            samples, spoken.language, spoken.languages, spoken.prompt, spoken.vocabulary, translate=spoken.translate
        )

    def _asked(self, spoken: Spoken, asked: Pass) -> Question:
        return replace(
            self._question(spoken, asked.sound),
            language=asked.language,
            given=tuple(asked.given),
            thorough=asked.last,
            enough=asked.enough,
        )
