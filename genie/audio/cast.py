"""Who speaks: the voices of an engine, against what is wished of them. Pure."""

from dataclasses import dataclass, replace
from difflib import get_close_matches

from genie.audio.blend import is_blend, parse
from genie.audio.engine import Card, Voice
from genie.audio.engines import kokoro_names
from genie.errors import BadInput
from genie.tag import plain, primary

MAX_TAGS = 12
"""Languages that an error tells in full; of more it tells what their tags begin with."""

LIKE = 0.6
"""How much of a name must be as in another one (0 to 1) for that to be what was meant."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who speaks, and what: without a voice whoever speaks the language best, without either the engine's own voice."""

    voice: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """The voices of an engine; one that names none is left to know by itself."""

    card: Card

    def exact(self, wished: Role) -> Role:
        """Return a role as the engine has it, or raise `unknown_voice`, `bad_blend`, `unsupported_language`."""
        if not self.card.voices:
            return wished
        if not wished.voice:
            return self._without_voice(wished)
        voice = self.find(wished.voice)
        if wished.language and not _speaks(voice, wished.language):
            raise self._unspoken(f"the voice {voice.name} speaks {voice.language}, not {wished.language}")
        return Role(voice.name, voice.language)

    def suited(self, wished: Role) -> Role:
        """Return a role that this engine can play: another voice where it lacks the wished one.

        It speaks the language that is wished for, else that of the wished voice, else its own. What somebody asked for
        and nobody here speaks is `unsupported_language`: the wrong voice never speaks it.
        """
        if not wished.voice or not self.card.voices:
            return self.exact(wished)
        voice = self._known(wished.voice)
        if voice is not None and (not wished.language or _speaks(voice, wished.language)):
            return Role(voice.name, voice.language)
        return self.exact(Role(language=wished.language or self._spoken(wished.voice)))

    def speaker(self, wished: Role) -> str:
        """Return the name of whoever plays a role, in which a voice may be lacking."""
        try:
            role = self.suited(wished)
        except BadInput:
            role = wished
        return role.voice or role.language or self.card.voice

    def lacks(self, voice: str | None) -> bool:
        """Say whether a voice is wished for that is not here."""
        return bool(voice and self.card.voices) and self._known(voice or "") is None

    def find(self, name: str) -> Voice:
        """Return a voice by its name in any case, or a blend of several; raises `unknown_voice` or `bad_blend`."""
        if is_blend(name):
            return self._blended(name)
        if (voice := self._single(name)) is None:
            raise self._unknown(name)
        return voice

    def speakers(self, language: str | None = None) -> list[Voice]:
        """Return the voices of a language, or of all."""
        return [voice for voice in self.card.voices if not language or _listed(voice, language)]

    def _single(self, name: str) -> Voice | None:
        wanted = plain(name.strip())
        return next((voice for voice in self.card.voices if plain(voice.name) == wanted), None)

    def _known(self, name: str) -> Voice | None:
        try:
            return self.find(name)
        except BadInput:
            return None

    def _blended(self, name: str) -> Voice:
        """Return a blend as one voice; it speaks the language of its largest part, and all parts speak that one."""
        if not self.card.blends:
            told = f"{self.card.name} cannot blend voices; name one of them"
            raise BadInput("unknown_voice", told, field="voice")
        parts = [self.find(part) for part, _ in parse(name)]
        first = parts[0]
        if other := next((part for part in parts if not _speaks(part, first.language)), None):
            told = f"{first.name} speaks {first.language} and {other.name} {other.language}"
            raise BadInput("bad_blend", f"{told}: a blend has voices of one language", field="voice")
        title = " and ".join(part.title or part.name for part in parts)
        gender = first.gender if all(part.gender == first.gender for part in parts) else ""
        return replace(first, name=name.strip(), gender=gender, title=title, label=title)

    def _without_voice(self, wished: Role) -> Role:
        if wished.language:
            if not any(_speaks(voice, wished.language) for voice in self.card.voices):
                raise self._unspoken(f"{self.card.name} does not speak {wished.language}")
            return wished
        own = self._known(self.card.voice)
        return wished if own is None else Role(own.name, own.language)

    def _spoken(self, voice: str) -> str | None:
        """Return the language of a voice that is not here, if somebody here speaks it."""
        language = kokoro_names.language_of(voice.strip()) if "_" in voice else voice  # eSpeak's names are languages
        return language if language and any(_speaks(one, language) for one in self.card.voices) else None

    def _unknown(self, name: str) -> BadInput:
        """Return the error for a wrong name: which voices it may mean, or where to find some."""
        voices = self.card.voices
        titled = {plain(voice.title): voice.name for voice in voices if plain(voice.title) != voice.engine}
        called = titled | {plain(voice.name): voice.name for voice in voices}
        near = list(dict.fromkeys(called[text] for text in get_close_matches(plain(name), called, 3, LIKE)))
        some = ", ".join(voice.name for voice in voices[:3])
        meant = f"did you mean {' or '.join(near)}?" if near else f"such as {some}; /voices lists all"
        return BadInput("unknown_voice", f"there is no voice {name}; {meant}", field="voice", known=near)

    def _unspoken(self, why: str) -> BadInput:
        tags = sorted({voice.language for voice in self.card.voices})
        told = f"{why}; there are voices for {', '.join(_few(tags))}"
        return BadInput("unsupported_language", told, field="language", known=tags)


def _few(tags: list[str]) -> list[str]:
    """Return tags; of many, only what they begin with."""
    return tags if len(tags) <= MAX_TAGS else list(dict.fromkeys(map(primary, tags)))


def _speaks(voice: Voice, language: str) -> bool:
    """Say whether a voice speaks a language, in whichever way that is spoken elsewhere."""
    return primary(language) in {primary(tag) for tag in (voice.language, *voice.further)}


def _listed(voice: Voice, language: str) -> bool:
    """Say whether a voice speaks just this: en is all English, en-gb that of Great Britain."""
    return any(f"{tag}-".startswith(f"{plain(language)}-") for tag in (voice.language, *voice.further))
