"""What a recognizer must know of the sentences it is to understand best: a language model and a lexicon. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from genie.audio.engines.ngram import arpa

Pronounce = Callable[[str], list[str]]
"""Return every pronunciation of a word (phones with spaces between), none for an unknown word."""


@dataclass(frozen=True, slots=True)
class Commands:
    """A language model (ARPA text) and its pronunciations (dictionary text) for `size` sentences."""

    model: str
    dictionary: str
    size: int

    @classmethod
    def of(cls, phrases: Iterable[str], pronounce: Pronounce) -> "Commands | None":
        """Learn the phrases whose every word can be pronounced; return None when there is none."""
        sentences = [tuple(phrase.lower().split()) for phrase in phrases]
        sounds = {word: pronounce(word) for word in sorted({word for words in sentences for word in words})}
        known = [words for words in sentences if words and all(sounds[word] for word in words)]
        if not known:
            return None
        used = {word: sounds[word] for word in sorted({word for words in known for word in words})}
        return cls(arpa(known), dictionary(used), len(known))


def dictionary(sounds: dict[str, list[str]]) -> str:
    """Return one line for each pronunciation; the second of a word is written word(2)."""
    lines = [
        f"{word} {phones}\n" if number == 1 else f"{word}({number}) {phones}\n"
        for word, several in sounds.items()
        for number, phones in enumerate(several, 1)
    ]
    return "".join(lines)
