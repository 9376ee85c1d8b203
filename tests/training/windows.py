"""Windows to learn from: sentences placed in silence and noise, cut anywhere, and the tokens that are to be written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import numpy as np

from tests.training.sentences import SPELLINGS, TRANSLATIONS, VOCABULARY, draw
from tests.training.sound import RATE, loudness, noise
from tests.training.tokens import Tokens
from tests.training.voices import Speaker, any_voice

FRAME_S = 0.02
"""What one position of the encoder stands for."""

HEARD_SHARE = 0.6
"""A word that is cut counts as heard if so much of it is in the window."""

KINDS = {word: 1 + number for number, word in enumerate(sorted({*VOCABULARY["en"], *VOCABULARY["de"]}))}
"""What a frame may hold: a word's first half has its number, the second half that and `len(KINDS)`; 0 is none."""

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word with its times in the window, in seconds."""

    said: str
    start: float
    end: float


@dataclass(slots=True)
class Window:
    """One sample: sound of shape (n,), tokens to read, tokens to write, and where each is heard (frames from, to)."""

    sound: np.ndarray
    reads: list[int]
    writes: list[int]
    spans: list[tuple[int, int]]
    frames: np.ndarray


@dataclass(slots=True)
class _Scene:
    language: str
    sound: np.ndarray
    sentences: list[list[Word]] = field(default_factory=list)

    def words(self) -> Iterator[Word]:
        for sentence in self.sentences:
            yield from sentence


def window(random: Random, speaker: Speaker, tokens: Tokens, seconds: float) -> Window:
    """Return a random window of `seconds`; the same random numbers give the same window."""
    language = "de" if random.random() < 0.15 else "en"
    scene = _Scene(language, np.zeros(round(seconds * RATE), np.float32))
    if random.random() > 0.08:
        _speak(random, speaker, scene, seconds)
    length = _length(random, scene, seconds)
    scene.sound[length:] = 0
    _surround(random, scene, length)
    scene.sentences = [heard for sentence in scene.sentences if (heard := _heard(sentence, length / RATE))]
    return _written(random, tokens, scene)


def _speak(random: Random, speaker: Speaker, scene: _Scene, seconds: float) -> None:
    """Place sentences with pauses until the window is full, or earlier."""
    at = random.uniform(0, 0.15) if random.random() < 0.3 else random.uniform(0, min(1.5, seconds / 4))
    left = random.choice((1, 1, 2, 3, 4))
    while left and at < seconds - 0.5:
        sentence = draw(random, scene.language, ordered=random.random() < 0.55, kept=False)
        spoken = speaker.say(sentence.words, any_voice(random, scene.language))
        skipped = random.uniform(0, spoken.times[-1] / 2) if at < 0.15 and random.random() < 0.3 else 0.0
        fits = at + spoken.times[-1] - skipped < seconds
        if not fits and random.random() < 0.5:
            return
        clip = spoken.samples[round(skipped * RATE) :][: len(scene.sound) - round(at * RATE)]
        clip = clip.astype(np.float32) / 32_768
        begin = round(at * RATE)
        scene.sound[begin : begin + len(clip)] += clip * 10 ** (random.uniform(-6, 6) / 20)
        times = [at + time - skipped for time in spoken.times]
        scene.sentences.append([Word(*each) for each in zip(sentence.words, times, times[1:], strict=False)])
        pause = random.uniform(0.15, 1.2) if random.random() < 0.8 else random.uniform(1.2, 4.0)
        at += spoken.times[-1] - skipped + pause
        left -= 1


def _length(random: Random, scene: _Scene, seconds: float) -> int:
    """Return how many samples were recorded: cut inside speech, soon after it, or the whole window."""
    end = min(max((word.end for word in scene.words()), default=random.uniform(0.2, seconds)), seconds)
    chance = random.random()
    if chance < 0.35:
        return round(random.uniform(min(0.3, end), end) * RATE)
    if chance < 0.75:
        return round(min(end + random.uniform(0, 1.5), seconds) * RATE)
    return round(seconds * RATE)


def _surround(random: Random, scene: _Scene, length: int) -> None:
    """Add noise to what was recorded, and make it loud or quiet."""
    sound = scene.sound[:length]
    peak = float(np.abs(sound).max(initial=0))
    if random.random() < 0.5 and length > 400:
        level = loudness(sound[np.abs(sound) > 0.003]) if peak > 0.01 else 0.1
        sound += noise(random, length) * level * 10 ** (-random.uniform(10, 45) / 20)
    peak = float(np.abs(sound).max(initial=0))
    if peak > 0:
        sound *= min(10 ** (random.uniform(-30, -1) / 20) / peak, 20.0)
    scene.sound[:length] = np.round(sound * 32_768) / 32_768


def _heard(sentence: list[Word], end: float) -> list[Word]:
    return [
        Word(word.said, max(word.start, 0.0), min(word.end, end))
        for word in sentence
        if min(word.end, end) - max(word.start, 0.0) >= HEARD_SHARE * (word.end - word.start)
    ]


def _written(random: Random, tokens: Tokens, scene: _Scene) -> Window:
    """Put tokens to a scene: maybe a prompt, the language, the task, maybe times, the words, the end."""
    timed, translated = random.random() < 0.4, scene.language == "de" and random.random() < 0.3
    named = any(word.said in SPELLINGS for word in scene.words())
    prompt = _prompt(random, tokens, scene.language, named) if random.random() < (0.7 if named else 0.12) else []
    spelled = {plain: other for plain, other in SPELLINGS.items() if tokens.word(other)[0] in prompt}
    task = tokens.translate if translated else tokens.transcribe
    reads = [*([tokens.prompt, *prompt] if prompt else []), tokens.start]
    writes, spans = [IGNORED] * (len(reads) - 1), [(0, 0)] * (len(reads) - 1)

    def write(token: int, read: int | None = None, span: tuple[int, int] = (0, 0)) -> None:
        writes.append(token)
        spans.append(span)
        reads.append(token if read is None else read)

    language = tokens.languages[scene.language]
    write(language if scene.sentences else tokens.nothing, language)
    write(IGNORED, task)
    if not timed:
        write(IGNORED, tokens.untimed)
    for sentence in scene.sentences:
        if timed:
            write(tokens.time(sentence[0].start))
        for word in sentence:
            said = TRANSLATIONS.get(word.said, word.said) if translated else spelled.get(word.said, word.said)
            for part in said.split():
                for token in tokens.word(part):
                    write(token, span=_span(word))
        if timed:
            write(tokens.time(sentence[-1].end))
    writes.append(tokens.end)
    spans.append((0, 0))
    return Window(scene.sound, reads, writes, spans, _frames(scene))


def _prompt(random: Random, tokens: Tokens, language: str, named: bool) -> list[int]:
    """Return what was said before: sentences, names spelled the other way."""
    said: list[str] = []
    for _ in range(random.randint(0 if named else 1, 3)):
        said += draw(random, language, ordered=random.random() < 0.5, kept=False).words
    if random.random() < 0.7:
        for name in random.sample(list(SPELLINGS.values()), random.randint(1, 3)):
            said.insert(random.randint(0, len(said)), name)
    return [token for word in said for token in tokens.word(word)][-40:]


def _span(word: Word) -> tuple[int, int]:
    first = int(word.start / FRAME_S)
    return first, max(first + 1, round(word.end / FRAME_S))


def _frames(scene: _Scene) -> np.ndarray:
    frames = np.zeros(len(scene.sound) // round(RATE * FRAME_S), np.int64)
    for word in scene.words():
        first, last = _span(word)
        middle = (first + last) // 2
        frames[first:middle] = KINDS[word.said]
        frames[middle:last] = KINDS[word.said] + len(KINDS)
    return frames
