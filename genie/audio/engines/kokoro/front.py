"""From text to Kokoro's phonemes: by misaki, as users want single words pronounced, and where each word is in them."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from genie.audio.engines.english_model import english_model_installed
from genie.audio.engines.kokoro.ipa import kokoro_phonemes
from genie.audio.engines.kokoro.said import Place, Said, aligned, joined
from genie.audio.engines.kokoro_names import LANGUAGES

Phonemize = Callable[[str], Said]

WORDS_KEPT = 4_096
"""Pronunciations of single words that a front end remembers."""


class Front:
    """Say text in the language of a voice's first letter."""

    def __init__(self, letter: str) -> None:
        self._phonemize = _phonemizer(letter)
        self._english = letter in "ab"

    def __call__(self, text: str, phones: tuple[tuple[str, str], ...]) -> Said:
        """Return the phonemes of a text, in which these words sound as their IPA says."""
        wished = {word.casefold(): kokoro_phonemes(ipa, english=self._english) for word, ipa in phones}
        return joined(self._parts(text, {word: ipa for word, ipa in wished.items() if word and ipa}))

    def _parts(self, text: str, wished: dict[str, str]) -> Iterator[Said]:
        done = 0
        for match in _whole_words(wished).finditer(text) if wished else ():
            yield self._plain(text, done, match.start())
            yield Said(wished[match[0].casefold()], (Place(*match.span(), 0),))
            done = match.end()
        yield self._plain(text, done, len(text))

    def _plain(self, text: str, start: int, end: int) -> Said:
        part = text[start:end]
        return self._phonemize(part).of(range(start, end)) if part.strip() else Said("")


def _whole_words(words: dict[str, str]) -> re.Pattern[str]:
    some = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{some})(?!\w)", re.IGNORECASE)


def _phonemizer(letter: str) -> Phonemize:
    from misaki import en, espeak

    if letter not in "ab":
        rules = espeak.EspeakG2P(language=LANGUAGES[letter])
        return _by_rules(lambda text: rules(text)[0] or "")
    fallback = espeak.EspeakFallback(british=letter == "b")
    if english_model_installed():
        dictionary = en.G2P(trf=False, british=letter == "b", fallback=fallback, unk="")
        return lambda text: of_tokens(text, dictionary(text)[1])
    return _by_rules(lambda text: fallback(en.MToken(text=text, tag="", whitespace=""))[0] or "")


def _by_rules(rules: Callable[[str], str]) -> Phonemize:
    alone = lru_cache(WORDS_KEPT)(rules)
    return lambda text: aligned(text, rules(text), alone)


def of_tokens(text: str, tokens: list[Any]) -> Said:
    """Return what misaki's tokens say, each found in the text again."""
    phonemes, places, done = "", [], 0
    for token in tokens:
        start = text.find(token.text, done) if token.text else -1
        if start >= 0:
            done = start + len(token.text)
            if token.phonemes and any(letter.isalnum() for letter in token.text):
                places.append(Place(start, done, len(phonemes)))
        phonemes += (token.phonemes or "") + token.whitespace
    return Said(phonemes, tuple(places))
