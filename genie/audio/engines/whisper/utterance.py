"""One utterance as it grows: which sound is to be heard next, what is known of it, and what stays. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genie.audio.engine import LISTENING_RATE, Heard, Spoken
from genie.audio.engines.loops import said_once
from genie.audio.engines.whisper.words import Piece, Word, words
from genie.audio.hypothesis import Hypothesis, Uttered
from genie.audio.pcm import Float32, Int16

SILENCE = 0.001
"""Loudest value (1.0 is full scale) up to which sound is silence: Whisper invents text for it, so it is not asked."""

KEPT_S = 2.0
"""Seconds of sound that are kept at least when the window moves on: what the next words are heard in."""

PAUSE = 0.02
"""Energy of a pause, as a part of the mean energy."""

CROWDED = 0.6
"""Share of the window from which it moves on if it can: a shorter one is heard sooner."""

TELLING = LISTENING_RATE
"""Samples that tell which language is spoken: of fewer no word stays, as the language does from the first one on."""

TAIL = 8
"""Tokens that are written beyond what can stay: they are shown, and all of them may change."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """One look at an utterance's window: sound (n,), and the text that stays."""

    place: tuple[int, int]
    """Where its sound begins in the utterance, and its length: what was computed of it is true as long as both are."""
    sound: Int16
    language: str | None
    given: list[int]
    enough: Callable[[int], bool]
    last: bool
    """The utterance ends here: take more trouble."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a pass heard: tokens with their times since the start of its sound, and whether that was all."""

    pieces: list[Piece]
    whole: bool
    trusted: bool
    """It is likely, and does not go round in circles."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Cut:
    """Words that go, the sample until which the sound goes with them, and how loud it is there (1: as everywhere)."""

    words: int
    sample: int
    loudness: float


class Utterance:
    """Keep the sound that is still to be heard, and the words that stay."""

    def __init__(self, spoken: Spoken, *, window_s: float, guard_s: float, steps_per_s: float, room: int) -> None:
        """Hear at most `window_s` at once; words of the last `guard_s` may change. A pass tells times in steps.

        A window of which `room` tokens stay moves on: the decoder needs its other places for what follows.
        """
        self.spoken = spoken
        self.language = spoken.language
        self._window = round(window_s * LISTENING_RATE)
        self._guard_s = guard_s
        self._steps_per_s = steps_per_s
        self._room = room
        self._pieces: list[Int16] = []
        self._kept_text = ""
        self._stays: list[Piece] = []
        self._all: list[Piece] = []
        self._words: list[Word] = []
        self._hypothesis = Hypothesis()
        self._heard_samples = 0
        self._whole = False
        self._detected = ""
        self._gone = 0

    def feed(self, samples: Int16) -> None:
        """Take the next samples."""
        if len(samples):
            self._pieces.append(samples)

    def next(self, *, last: bool) -> Pass | None:
        """Return what is to be heard, None when all that can be known is."""
        sound = self._sound()
        while (more := len(sound) > self._window) and is_silent(sound[: self._window]):
            self._forget(self._window - round(LISTENING_RATE))
            sound = self._sound()
        window = sound[: self._window]
        closing = last and not more
        if is_silent(window) or (len(window) == self._heard_samples and (self._whole or not closing)):
            return None
        until = (len(window) / LISTENING_RATE - self._guard_s) * self._steps_per_s
        return Pass(
            place=(self._gone, len(window)),
            sound=window,
            language=self.language,
            given=[piece.token for piece in self._stays],
            enough=_Limit(until, closing),
            last=closing,
        )

    def take(self, asked: Pass, found: Found) -> None:
        """Take what was heard; move on when the window is full."""
        self._heard_samples = len(asked.sound)
        self._whole = asked.last or (found.whole and found.trusted)
        self._detected = found.language
        self._all = self._stays + found.pieces
        self._words = words(self._all)
        if asked.last:
            return
        if found.trusted and (self.language is not None or len(asked.sound) >= TELLING):
            self._settle(len(asked.sound) / LISTENING_RATE - self._guard_s, whole=found.whole)
        if self._stays or len(asked.sound) == self._window:
            self.language = self.language or found.language or None
        full = len(asked.sound) == self._window or len(self._stays) > self._room
        if full or len(asked.sound) >= CROWDED * self._window:
            self._move_on(asked.sound, full=full)

    def heard(self) -> Heard:
        """Return what stays, and what may change."""
        stays = _text(self._stays)
        whole = "".join(word.text for word in self._words)
        return Heard(_joined(self._kept_text, stays), whole[len(stays) :].strip(), self.language or self._detected)

    def final(self) -> Heard:
        """Return the whole text; what goes round in circles is said once."""
        stayed = sum(1 for _ in self._settled_words())
        keys = ["".join(filter(str.isalnum, word.text)).casefold() for word in self._words]
        places = said_once(keys, stayed)
        text = "".join(self._words[place].text for place in places)
        return Heard(_joined(self._kept_text, text), "", self.language or self._detected)

    def _settle(self, until_s: float, *, whole: bool) -> None:
        count = sum(1 for _ in self._settled_words())
        uttered = [Uttered(word.text, word.at_s) for word in self._words]
        found = self._hypothesis.settled(uttered, count, until_s, whole=whole)
        if found > count:
            before = sum(len(word.pieces) for word in self._words[: found - 1])
            self._stays = self._all[: before + self._words[found - 1].letters]

    def _settled_words(self) -> list[Word]:
        """Return the words that stay; punctuation after the last one may not be settled yet."""
        settled, count = [], len(self._stays)
        for word in self._words:
            if count <= 0:
                break
            settled.append(word)
            count -= len(word.pieces)
        return settled

    def _move_on(self, sound: Int16, *, full: bool) -> None:
        """Let the front of the window go with the words that were spoken there: in a pause unless it is full."""
        cut = _cut(self._settled_words(), sound)
        if not full and (cut is None or cut.loudness > PAUSE):
            return
        cut = cut or self._forced(max(0, len(sound) - _samples(KEPT_S)))
        count, sample = cut.words, cut.sample
        gone = sum(len(word.pieces) for word in self._words[:count])
        self._kept_text = _joined(self._kept_text, "".join(word.text for word in self._words[:count]))
        seconds = sample / LISTENING_RATE
        self._stays = [_earlier(piece, seconds) for piece in self._stays[gone:]]
        self._all = [_earlier(piece, seconds) for piece in self._all[gone:]]
        self._words = words(self._all)
        self._hypothesis.moved()
        self._forget(sample)

    def _forced(self, sample: int) -> _Cut:
        """Return how many words were spoken before a sample, as far as that is known."""
        evenly = self._window / max(1, len(self._words))
        count = 0
        for number, word in enumerate(self._words, 1):
            if ((number - 0.5) * evenly if word.at_s is None else _samples(word.at_s)) <= sample:
                count = number
        return _Cut(count, sample, 1.0)

    def _sound(self) -> Int16:
        sound = np.concatenate([np.zeros(0, np.int16), *self._pieces])
        self._pieces = [sound]
        return sound

    def _forget(self, samples: int) -> None:
        self._pieces = [self._sound()[samples:].copy()]
        self._gone += samples
        self._heard_samples = max(0, self._heard_samples - samples)


class _Limit:
    """Stop writing a few tokens beyond what can stay."""

    def __init__(self, until: float, closing: bool) -> None:
        self._until = until
        self._closing = closing
        self._beyond = 0

    def __call__(self, frame: int) -> bool:
        self._beyond = self._beyond + 1 if frame > self._until else 0
        return not self._closing and self._beyond > TAIL


def _cut(settled: list[Word], sound: Int16) -> _Cut | None:
    """Return the latest of the quietest places between two words that stay; None when there is none to go.

    What follows is then heard from the beginning of a phrase, as most of what a model has learned from.
    """
    latest = len(sound) - _samples(KEPT_S)
    energy = np.square(sound.astype(np.float32))
    everywhere = float(energy.mean()) + 1.0
    found = []
    for count in range(1, len(settled)):
        before, after = settled[count - 1].at_s, settled[count].starts_s
        if before is not None and after is not None and before < after and _samples(after) <= latest:
            at, loudness = _quietest(energy, _samples(before), _samples(after))
            found.append(_Cut(count, at, loudness / everywhere))
    quiet = min((cut.loudness for cut in found), default=0.0)
    return max((cut for cut in found if cut.loudness <= quiet + PAUSE), key=lambda cut: cut.words, default=None)


def _quietest(energy: Float32, start: int, stop: int) -> tuple[int, float]:
    """Return the middle of the quietest tenth of a second between two samples, and its energy."""
    length = _samples(0.1)
    places = range(start, max(stop - length, start) + 1, _samples(0.02))
    loudness, at = min((float(energy[at : at + length].mean()), at) for at in places)
    return at + length // 2, loudness


def _earlier(piece: Piece, seconds: float) -> Piece:
    return piece if piece.at_s is None else Piece(piece.token, piece.spelled, max(0.0, piece.at_s - seconds))


def _text(pieces: list[Piece]) -> str:
    return "".join(word.text for word in words(pieces))


def _joined(before: str, after: str) -> str:
    return before + after if before else after.strip()


def _samples(seconds: float) -> int:
    return round(seconds * LISTENING_RATE)


def is_silent(samples: Int16) -> bool:
    """Say whether there is nothing in the sound, (n,)."""
    return not len(samples) or int(np.abs(samples.astype(np.int32)).max()) <= SILENCE * 32_768
