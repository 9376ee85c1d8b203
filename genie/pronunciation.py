"""How somebody wants a word or a name pronounced: as other words, or in IPA. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from genie.errors import BadInput

MAX_ENTRIES = 200
"""Entries of one user that are kept; the oldest go."""

MAX_WORD = 50
MAX_SAYS = 100

IPA = re.compile(r"[a-zæçðøħŋœβθχ\u0250-\u02ff\u0300-\u036f\u1d00-\u1dbf .‿|‖]+")
"""Signs of the International Phonetic Alphabet: letters, marks of stress and length, diacritics, ties and pauses."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A word or a phrase, and what to say for it: other words, or IPA between slashes (/ˈkɪmikoʊ/)."""

    word: str
    says: str

    @property
    def ipa(self) -> str:
        """The IPA of the word, empty where it is said as other words."""
        return self.says[1:-1].strip() if self.says.startswith("/") else ""

    @property
    def exact(self) -> bool:
        """Whether only this spelling is meant: one with capitals inside is, such as McKay or SQL."""
        return any(letter.isupper() for letter in self.word[1:])


Lexicon: TypeAlias = tuple[Pronunciation, ...]


def checked(word: str, says: str) -> Pronunciation:
    """Return an entry without outer space; raises `bad_pronunciation` or `bad_ipa`."""
    entry = Pronunciation(" ".join(word.split()), " ".join(says.split()))
    _check(entry.word, "word", MAX_WORD)
    if "=" in entry.word:
        raise BadInput("bad_pronunciation", "a word may have no = inside", field="word")
    _check(entry.says, "says", MAX_SAYS)
    if entry.says.startswith("/"):
        _check_ipa(entry.says)
    return entry


def _check(text: str, field: str, limit: int) -> None:
    if not any(letter.isalnum() for letter in text):
        raise BadInput("bad_pronunciation", f"{text!r} holds no letter", field=field)
    if len(text) > limit or not text.isprintable():
        raise BadInput("bad_pronunciation", f"this may have {limit} characters, all of which show", field=field)


def _check_ipa(says: str) -> None:
    if len(says) < 3 or not says.endswith("/"):
        raise BadInput("bad_ipa", "IPA stands between two slashes, such as /ˈkɪmikoʊ/", field="says")
    if unknown := [sign for sign in dict.fromkeys(says[1:-1]) if not IPA.fullmatch(sign)]:
        raise BadInput("bad_ipa", f"{' '.join(unknown)} is no sign of IPA; write words without slashes", field="says")


def parsed(text: str) -> Pronunciation:
    """Return the entry that is written as word=what to say; raises as `checked` does."""
    word, sign, says = text.partition("=")
    if not sign:
        raise BadInput("bad_pronunciation", f"{text!r} has no =, as in nginx=engine x", field="says")
    return checked(word, says)


def extended(known: Sequence[Pronunciation], new: Iterable[Pronunciation]) -> Lexicon:
    """Return the entries with new ones before them; a word that was known takes on what the new entry says."""
    entries: dict[str, Pronunciation] = {}
    for entry in (*new, *known):
        entries.setdefault(entry.word.casefold(), entry)
    return tuple(entries.values())[:MAX_ENTRIES]


def without(known: Sequence[Pronunciation], unwanted: Iterable[str]) -> Lexicon:
    """Return the entries whose words are not among the unwanted ones, in whichever case those are written."""
    gone = {" ".join(word.split()).casefold() for word in unwanted}
    return tuple(entry for entry in known if entry.word.casefold() not in gone)
