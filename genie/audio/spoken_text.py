"""Written text to speakable text: markup goes in every language; signs become words in English. Pure."""

from genie.audio.english import in_words
from genie.audio.markup import plain


def spoken(text: str, language: str = "en") -> str:
    """Return what a voice should be given for this text, empty when nothing can be said; `language` is a BCP 47 tag."""
    words = plain(text)
    if language.lower().startswith("en"):
        words = in_words(words)
    return words if any(letter.isalnum() for letter in words) else ""
