"""What the names of Kokoro's voices say: `af_heart` is American English (a), female (f), and called Heart. Pure."""

from genie.audio.engine import Voice

NAME = "kokoro"

LANGUAGES = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr-fr", "h": "hi", "i": "it", "p": "pt-br"}
"""By a voice's first letter. Japanese (j) and Chinese (z) are not offered: their front ends may fetch dictionaries."""

TONGUES = {
    "a": "American English",
    "b": "British English",
    "e": "Spanish",
    "f": "French",
    "h": "Hindi",
    "i": "Italian",
    "p": "Brazilian Portuguese",
}

GENDERS = {"f": "female", "m": "male"}


def voice_of(name: str) -> Voice:
    """Return the voice of a name whose first letter is known."""
    title = name.partition("_")[2].replace("_", " ").title() or name
    gender = GENDERS.get(name[1:2], "")
    label = f"{title} ({', '.join(filter(None, (TONGUES[name[0]], gender)))})"
    return Voice(name=name, language=LANGUAGES[name[0]], gender=gender, engine=NAME, title=title, label=label)


def language_of(name: str) -> str | None:
    """Return the language that a voice of Kokoro's has by its name; None for a name of another kind."""
    return LANGUAGES.get(name[0]) if name[2:3] == "_" else None
