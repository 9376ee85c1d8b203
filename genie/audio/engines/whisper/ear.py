"""Windows of sound in, what was written about them out: features, crop, language, and a second try."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.glossary import alike, may_echo
from genie.audio.engines.loops import goes_round, repeats
from genie.audio.engines.whisper import looks
from genie.audio.engines.whisper.checkpoint import STEPS_PER_S, Checkpoint
from genie.audio.engines.whisper.decoder import Sound
from genie.audio.engines.whisper.greedy import Ask, Written
from genie.audio.engines.whisper.words import Piece
from genie.audio.pcm import Int16, Pcm

BUCKETS_S = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0)
"""Windows that the encoder is given; the whole window is the last."""

AFTER_S = 0.5
"""Silence that follows the sound in its window: how Whisper knows that it ends."""

UNLIKELY = -1.0
"""Mean logarithm of a token's probability below which a text is not trusted (Radford et al. 2022, section 4.5)."""

NOBODY = 0.6
"""Probability of the token for no speech from which an unlikely text was never said (as above)."""

SLOWEST = 12
FASTEST = 24
"""Tokens of a text: this many, and as many for each second; a loop ends there. English takes some 4 a second, but where
a letter is three bytes, such as in Thai, each may be two or three tokens, and ten letters are said in a second."""

FRAMES_PER_S = 100


@dataclass(frozen=True, slots=True)
class Question:
    """One window of sound, (n,), and what is known of it."""

    sound: Int16
    language: str | None = None
    languages: tuple[str, ...] = ()
    context: str = ""
    """What was said before."""
    words: tuple[str, ...] = ()
    """Names to expect."""
    given: tuple[int, ...] = ()
    """Tokens that stay: what is written follows them."""
    translate: bool = False
    timed: bool = False
    thorough: bool = False
    """Hear it again in the whole window if the text is not to be trusted."""
    enough: Callable[[int], bool] = lambda frame: False
    forced: int | None = None
    """Write this many tokens, for a bench."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written about a window: pieces with times since its start."""

    pieces: list[Piece]
    whole: bool
    trusted: bool
    language: str


@dataclass(slots=True)
class Encoded:
    """Windows as the decoder sees them."""

    sound: Sound
    states: Tensor
    cropped: bool


class Ear:
    """Hear windows with a checkpoint; rows of a batch are heard as each would be alone."""

    def __init__(self, checkpoint: Checkpoint, crop_s: float) -> None:
        """`crop_s` is the shortest window that the encoder is given; the whole window or more: never a shorter one."""
        self._checkpoint = checkpoint
        self._buckets = [bucket for bucket in BUCKETS_S if crop_s <= bucket < checkpoint.window_s]
        self._buckets.append(checkpoint.window_s)

    def warm(self) -> None:
        """Hear every window once, so that the first utterance takes no longer than the others."""
        for bucket in self._buckets:
            self.hear([Question(np.ones(round((bucket - AFTER_S) * LISTENING_RATE), np.int16), forced=1)])

    def hear(self, questions: list[Question], encoded: Encoded | None = None) -> list[Answer]:
        """Answer several questions at once; `encoded` is what `encode` made of their sound, if it did."""
        with torch.inference_mode():
            heard = encoded or self.encode([question.sound for question in questions])
            answers = self._answers(questions, heard)
            for row, question in enumerate(questions):
                if question.thorough and heard.cropped and not answers[row].trusted:
                    again = self.encode([question.sound], whole=True)
                    [second] = self._answers([question], again)
                    answers[row] = second if second.trusted else answers[row]
            return answers

    def encode(self, sounds: list[Int16], *, whole: bool = False) -> Encoded:
        """Encode sounds in the shortest windows that hold them, or in whole ones."""
        with torch.inference_mode():
            windows = [self._buckets[-1] if whole else self._bucket(len(sound) / LISTENING_RATE) for sound in sounds]
            lengths = [round(window * FRAMES_PER_S) for window in windows]
            features = torch.zeros(len(sounds), self._checkpoint.extractor.feature_size, max(lengths))
            for row, (sound, length) in enumerate(zip(sounds, lengths, strict=True)):
                features[row, :, :length] = self.features(sound, length)
            features = features.to(self._checkpoint.device, self._checkpoint.dtype)
            states, mask = self._checkpoint.encoder(features, lengths)
            return Encoded(self._checkpoint.decoder.hear(states, mask), states, max(windows) < self._buckets[-1])

    def features(self, sound: Int16, frames: int) -> Tensor:
        """Return the log-mel features of a window, (mels, frames), as the checkpoint's extractor makes them."""
        made = self._checkpoint.extractor(
            Pcm(LISTENING_RATE, sound).to_float(),
            sampling_rate=LISTENING_RATE,
            max_length=frames * LISTENING_RATE // FRAMES_PER_S,
            return_tensors="pt",
        )
        return made.input_features[0]

    def _bucket(self, seconds: float) -> float:
        return next((bucket for bucket in self._buckets if seconds + AFTER_S <= bucket), self._buckets[-1])

    def _answers(self, questions: list[Question], encoded: Encoded) -> list[Answer]:
        languages = self._languages(questions, encoded.sound)
        asks = [self._ask(question, language) for question, language in zip(questions, languages, strict=True)]
        written = self._checkpoint.writer.write(encoded.sound, asks)
        for row, (question, language) in enumerate(zip(questions, languages, strict=True)):
            if self._may_echo(question, asks[row], written[row]):
                unread = self._ask(replace(question, context="", words=()), language)
                [second] = self._checkpoint.writer.write(encoded.sound.row(row), [unread])
                if not alike(self._text(question, written[row]), self._text(question, second)):
                    asks[row], written[row] = unread, second
        return [self._answer(*row) for row in zip(questions, asks, written, languages, strict=True)]

    def _may_echo(self, question: Question, ask: Ask, written: Written) -> bool:
        """Say whether a text may come of what was read, not of the sound: then the sound is asked without that."""
        read = self._checkpoint.tokens.text(ask.prompt[: ask.start])
        return bool(read) and question.forced is None and may_echo(self._text(question, written), read)

    def _text(self, question: Question, written: Written) -> str:
        return self._checkpoint.tokens.text([*question.given, *written.tokens])

    def _languages(self, questions: list[Question], sound: Sound) -> list[str | None]:
        """Return the language of each window: the known one, or the likeliest."""
        tokens = self._checkpoint.tokens
        languages = [question.language for question in questions]
        if all(languages) or not tokens.multilingual:
            return languages
        scores = self._checkpoint.writer.first(sound, tokens.start, len(questions))
        for row, question in enumerate(questions):
            allowed = {code: tokens.languages[code] for code in question.languages or tokens.languages}
            languages[row] = languages[row] or max(allowed, key=lambda code: float(scores[row, allowed[code]]))
        return languages

    def _ask(self, question: Question, language: str | None) -> Ask:
        tokens, room = self._checkpoint.tokens, self._checkpoint.longest
        context = tokens.context(question.words, question.context, room // 4)
        head = tokens.prompt(language, context, translate=question.translate, timed=question.timed)
        prompt = [*head, *question.given][: room - 1]
        seconds = len(question.sound) / LISTENING_RATE
        longest = max(FASTEST, SLOWEST + round(FASTEST * seconds) - len(question.given))
        return Ask(
            prompt=prompt,
            start=prompt.index(tokens.start),
            given=len(prompt) - len(head),
            longest=min(question.forced or longest, room - len(prompt)),
            timed=question.timed,
            forced=question.forced is not None,
            enough=question.enough,
        )

    def _answer(self, question: Question, ask: Ask, written: Written, language: str | None) -> Answer:
        tokens = self._checkpoint.tokens
        frames = round(len(question.sound) / LISTENING_RATE * STEPS_PER_S)
        first = len(ask.prompt) - 1 - ask.start
        found = looks.frames(written.looks[: first + len(written.tokens)], frames, first)
        times: list[float | None] = [(frame + 0.5) / STEPS_PER_S for frame in found]
        times = times or [None] * len(written.tokens)
        pieces = [Piece(*row) for row in zip(written.tokens, map(tokens.spelled, written.tokens), times, strict=True)]
        unlikely = written.likelihood < UNLIKELY
        if unlikely and written.silence > NOBODY and not question.forced:
            return Answer([], whole=True, trusted=True, language=language or "")
        turning = goes_round(written.tokens) or repeats(tokens.text(written.tokens))
        return Answer(pieces, written.ended, not unlikely and not turning, language or "")
