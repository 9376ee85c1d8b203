"""What is wished of a hearing, by whoever may say so, and what that comes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from genie.audio.engine import Spoken
from genie.settings import SttSettings

DETECTED = ("", "auto")
"""Languages that stand for one that is to be detected."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client or a request says of what will be said; None where it says nothing."""

    language: str | None = None
    languages: Sequence[str] | None = None
    """Those to choose among; a wish for a list without a language is one for detecting it."""
    prompt: str | None = None
    translate: bool | None = None


def listed(text: str | None) -> list[str] | None:
    """Return the languages of a text in which they stand between commas."""
    return None if text is None else [tag.strip() for tag in text.split(",") if tag.strip()]


def spoken(settings: SttSettings, words: Sequence[str], *wishes: Wish) -> Spoken:
    """Return what is known of what will be said; a later wish wins over an earlier one, each over the settings.

    `words` are the user's own and come before those of the settings.
    """
    language, languages = settings.language, settings.languages
    prompt, translate = settings.prompt, settings.translate
    for wish in wishes:
        if wish.languages is not None:
            language, languages = "", tuple(wish.languages)
        language = language if wish.language is None else wish.language
        prompt = prompt if wish.prompt is None else wish.prompt
        translate = translate if wish.translate is None else wish.translate
    return Spoken(
        language=None if language.lower() in DETECTED else language,
        languages=languages,
        prompt=prompt,
        vocabulary=tuple(dict.fromkeys((*words, *settings.vocabulary))),
        translate=translate,
    )
