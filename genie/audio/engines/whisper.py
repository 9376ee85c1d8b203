"""Whisper by transformers: any checkpoint folder, multilingual or English only."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from genie.audio.engine import LISTENING_RATE, Card, Heard, Segment, Spoken, Stretch
from genie.audio.engines import accelerator
from genie.audio.engines.presence import Presence
from genie.audio.engines.stretches import Speaks, stretches
from genie.audio.engines.windows import Cuts
from genie.audio.hypothesis import Hypothesis
from genie.audio.pcm import Int16, Pcm
from genie.audio.recording import Clip, Sound
from genie.errors import BadInput, GenieError, StageFailed

NAME = "whisper"

WINDOW_S = 30.0
"""What Whisper hears at once; shorter sound is padded to it."""

SHORTEST = 0.6
"""Part of a window after which a recording is cut in the first pause."""

OVERLAP = 1 / 3
"""Part of a window that is heard twice where there is no pause (5 s on either side of a cut, of 30 s)."""

SILENCE = 0.001
"""Loudest value (1.0 is full scale) up to which sound is silence: Whisper invents text for it, so it is not asked."""

TIME_STEP_S = 0.02
"""Seconds between two timestamp tokens."""

LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself (Radford et al. 2022, section 4.5)."""

WORD_LOOP = re.compile(r"(?<!\S)((?:\S+ ){1,12}?)\1{3,}")
LETTER_LOOP = re.compile(r"(\D{2,24}?)\1{4,}")


@dataclass(slots=True)
class _Utterance:
    language: str | None
    pieces: list[Int16] = field(default_factory=list)
    hypothesis: Hypothesis = field(default_factory=Hypothesis)
    text: str = ""
    fresh: bool = False
    """Samples came after the text was made."""


class WhisperTranscriber:
    """Hear utterances by decoding each anew as it grows, and recordings in overlapping windows."""

    def __init__(
        self,
        folder: str,
        *,
        model: str = "",
        language: str = "",
        device: str = "auto",
        threads: int = 1,
        speaks: Speaks | None = None,
    ) -> None:
        """Load the checkpoint in `folder`; `language` (empty: detected) holds where a call names none.

        `speaks` says which windows of recordings are worth a decode, where the voice detector is not to be asked.
        Nothing is fetched. Raises whatever transformers raises for a folder that holds no Whisper.
        """
        import torch
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(threads)
        self._torch = torch
        self._device = accelerator.device(device)
        self._dtype = torch.float16 if self._device == "cuda" else torch.float32
        self._processor = transformers.WhisperProcessor.from_pretrained(folder, local_files_only=True)
        self._model = transformers.WhisperForConditionalGeneration.from_pretrained(
            folder, local_files_only=True, dtype=self._dtype
        )
        self._model.to(self._device).eval()
        self._name = model or Path(folder).name
        self._utterances: dict[str, _Utterance] = {}
        self._speaks = speaks or Presence().felt
        self._language = self._known(language)
        self._generate(np.full(LISTENING_RATE // 10, 1_000, np.int16), self._language, timed=False)  # warm

    def describe(self) -> Card:
        return Card(name=NAME, device=self._device, model=self._name)

    def open(self, stream: str, spoken: Spoken) -> None:
        """Begin an utterance; a language this model does not know is `unsupported_language`."""
        self._utterances[stream] = _Utterance(self._known(spoken.language) if spoken.language else self._language)

    def feed(self, stream: str, samples: Int16) -> None:
        """Take the next samples of an utterance."""
        utterance = self._utterance(stream)
        utterance.pieces.append(samples)
        utterance.fresh = True

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        """Return the text so far of each utterance, one decoded after the other."""
        return [self._partial(stream) for stream in streams]

    def anticipate(self, stream: str) -> None:
        """Make the final text now."""
        self._decoded(self._utterance(stream))

    def finish(self, stream: str) -> Heard:
        """End an utterance and return its whole text; what was decoded of the same sound is still true."""
        utterance = self._utterance(stream)
        del self._utterances[stream]
        return Heard(utterance.hypothesis.final(self._decoded(utterance)))

    def abandon(self, stream: str) -> None:
        self._utterances.pop(stream, None)

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        """Yield what is said in a recording from `start_s` on; windows where nobody speaks are not decoded."""
        language = self._known(spoken.language) if spoken.language else self._language
        yield from self._stretches(recording, language, self._speaks, start_s)

    def _utterance(self, stream: str) -> _Utterance:
        if stream not in self._utterances:
            raise StageFailed("unknown_utterance", "the engine does not know this utterance; speak again")
        return self._utterances[stream]

    def _partial(self, stream: str) -> Heard | GenieError:
        try:
            utterance = self._utterance(stream)
            return Heard(*utterance.hypothesis.update(self._decoded(utterance)))
        except GenieError as error:
            return error

    def _decoded(self, utterance: _Utterance) -> str:
        if utterance.fresh:
            samples = np.concatenate(utterance.pieces)
            utterance.pieces, utterance.fresh = [samples], False
            utterance.text = self._text(samples, utterance.language)
        return utterance.text

    def _text(self, samples: Int16, language: str | None) -> str:
        if len(samples) > WINDOW_S * LISTENING_RATE:
            found = self._stretches(Clip(samples), language, lambda window: not _silent(window))
            return " ".join(segment.text for stretch in found for segment in stretch.segments)
        if _silent(samples):
            return ""
        return without_loops(self._written(self._generate(samples, language, timed=False)))

    def _stretches(
        self, recording: Sound, language: str | None, speaks: Speaks, start_s: float = 0.0
    ) -> Iterator[Stretch]:
        window_s = float(self._processor.feature_extractor.chunk_length)
        cuts = Cuts(SHORTEST * window_s, window_s, OVERLAP * window_s)

        def hear(samples: Int16, begin_s: float) -> Iterator[Segment]:
            return self._timed(samples, language, begin_s, len(samples) / LISTENING_RATE)

        yield from stretches(recording, cuts, hear, speaks, start_s)

    def _timed(self, samples: Int16, language: str | None, start_s: float, seconds: float) -> Iterator[Segment]:
        """Yield what one window says, as segments between the times that the model wrote."""
        first = getattr(self._model.generation_config, "no_timestamps_token_id", None)
        tokens = self._generate(samples, language, timed=first is not None)
        begin = first + 1 if first is not None else self._model.config.vocab_size
        for span in spans(tokens, begin, seconds):
            text = without_loops(self._written(span.tokens))
            if text:
                yield Segment(start_s + span.start_s, start_s + span.end_s, text)

    def _written(self, tokens: list[int]) -> str:
        text: str = self._processor.tokenizer.decode(tokens, skip_special_tokens=True)
        return text.strip()

    def _generate(self, samples: Int16, language: str | None, *, timed: bool) -> list[int]:
        """Return the tokens of at most 30 s; greedy, never longer than speech of that length can be."""
        seconds = len(samples) / LISTENING_RATE
        longest = min(12 + round(8 * seconds), self._model.config.max_target_positions - 8)
        spoken = {"language": language, "task": "transcribe"} if self._multilingual and language else {}
        options = {"do_sample": False, "num_beams": 1, "max_new_tokens": longest, "condition_on_prev_tokens": False}
        options |= {"return_timestamps": timed, "force_unique_generate_call": True} | spoken
        return accelerator.within_memory(lambda: self._run(samples, options))

    def _run(self, samples: Int16, options: dict[str, Any]) -> list[int]:
        sound = Pcm(LISTENING_RATE, samples).to_float()
        features = self._processor.feature_extractor(sound, sampling_rate=LISTENING_RATE, return_tensors="pt")
        with self._torch.inference_mode():
            tokens = self._model.generate(features.input_features.to(self._device, self._dtype), **options)
        found: list[int] = tokens[0].tolist()
        return found

    @property
    def _multilingual(self) -> bool:
        return bool(getattr(self._model.generation_config, "is_multilingual", False))

    def _known(self, language: str) -> str | None:
        """Return the language as this model names it, None when it is to detect it."""
        if not language:
            return None
        code = re.split("[-_]", language.lower())[0]
        if not self._multilingual:
            codes = ["en"]
        else:
            codes = [token.strip("<|>") for token in self._model.generation_config.lang_to_id]
        if code in codes:
            return code
        raise BadInput(
            "unsupported_language", f"{self._name} hears {', '.join(codes)}, not {language}", field="language"
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens of text between two times in seconds."""

    start_s: float
    end_s: float
    tokens: list[int]


def spans(tokens: list[int], first_time: int, seconds: float) -> Iterator[Span]:
    """Split a window's tokens at its timestamp tokens, which begin with `first_time`; times never run backwards."""
    start, text = 0.0, list[int]()
    for token in tokens:
        if token < first_time:
            text.append(token)
            continue
        at = min(max((token - first_time) * TIME_STEP_S, start), seconds)
        if text:
            yield Span(start, at, text)
            text = []
        start = at
    if text:
        yield Span(start, seconds, text)


def without_loops(text: str) -> str:
    """Return the text with what is said over and over said once."""
    text = WORD_LOOP.sub(r"\1", text + " ").strip()
    data = text.encode()
    if len(data) > LOOP_RATIO * len(zlib.compress(data)):
        text = LETTER_LOOP.sub(r"\1", text)
    return text


def _silent(samples: Int16) -> bool:
    return not len(samples) or int(np.abs(samples.astype(np.int32)).max()) <= SILENCE * 32_768
