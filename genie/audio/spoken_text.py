"""Written text to speakable text: markup goes in every language; signs become words in English. Pure."""

from genie.audio.english import code, formulas
from genie.audio.english.reading import in_words
from genie.audio.markup import plain
from genie.tag import primary


def spoken(text: str, language: str = "en") -> str:
    """Return what a voice should be given for this text, empty when nothing can be said; `language` is a BCP 47 tag."""
    if primary(language) == "en":
        words = in_words(plain(formulas.in_words(text), code.inline, code.block), language)
    else:
        words = plain(text)
    return words if any(letter.isalnum() for letter in words) else ""
