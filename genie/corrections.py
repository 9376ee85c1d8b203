"""Names among the words that a user put right in what genie had heard. Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, pairwise

WORD = re.compile(r"\w+(?:['’.-]\w+)*")
"""A word: Anna, O'Brien, Jean-Luc, v1.2."""

POSSESSIVE = re.compile("['’]s$")

OPENING = re.compile(r"\W*[.!?:…]\s")
"""What stands before a word that is written with a capital because a sentence begins with it."""

MANY = 4
"""Words that are all written with capitals are a title, and letters of a word that can be told from others."""

ALIKE = 0.45
"""How much a name must resemble what was heard in its place (0 to 1): one that does not was meant instead of it."""

SAME = 0.4
"""How much of a question must stay (0 to 1): of one that is asked anew nothing was put right."""

LONGEST = 4
"""Words of one name."""

MAX_NAME = 50
"""Characters of a name and of what was heard in its place."""

MAX_CHARS = 200
"""Of a longer text nothing is learned: comparing takes the square of their length, and with some texts its cube."""

_COMMON = """
a about after again all am an and any are as at be because before but by can come could date day did do does down
find for from get give go good had has have he hello her here hi him his how i if in into is it its just know let
like many may me minutes month more most much must my name need never new next no not now of off on one only open
or our out over play please put say seconds set she should show so some start stop take tell than thank thanks that
the their them then there these they this those time to today tomorrow turn two up us want was we week were what
when where which while who whom whose why will with would yes you your
"""
COMMON = frozenset(_COMMON.split())
"""English words that are no names however they are written: those that questions begin with, above all."""


def corrected(heard: str, meant: str) -> tuple[str, ...]:
    """Return the names that stand in `meant` where `heard` has something that sounds like them.

    A name is written with a capital that no sentence asks for, with a digit, or as one word where several were heard.
    Scripts without capitals show no names.
    """
    if max(len(heard), len(meant)) > MAX_CHARS:
        return ()
    old = WORD.findall(heard)
    new = _Written(meant)
    changes = SequenceMatcher(None, _plain(old), _plain(new.words), autojunk=False)
    if changes.ratio() < SAME and not _alike(old, new.words):
        return ()
    names: dict[str, None] = {}
    for kind, first, last, start, end in changes.get_opcodes():
        if kind == "replace" and _alike(old[first:last], new.words[start:end]):
            names |= dict.fromkeys(new.names(start, end, heard=old[first:last]))
    return tuple(names)


class _Written:
    """A text as it is written, which shows what is a name."""

    def __init__(self, text: str) -> None:
        found = list(WORD.finditer(text))
        self.words = [match[0] for match in found]
        ahead = ["", *(text[one.end() : other.start()] for one, other in pairwise(found))]
        self._opening = [at == 0 or OPENING.match(between) is not None for at, between in enumerate(ahead)]
        titled = len(found) >= MANY and all(word[0].isupper() for word in self.words)
        self._tells = not titled and not text.isupper()

    def names(self, start: int, end: int, *, heard: Sequence[str]) -> Iterator[str]:
        """Yield the names among the words from `start` to `end`, which came in the place of those heard."""
        if end - start == 1 and _is_one_of_several(self.words[start], heard):
            yield self.words[start]
            return
        for is_name, group in groupby(range(start, end), self._is_name):
            if is_name and len(parts := [self.words[at] for at in group]) <= LONGEST:
                yield POSSESSIVE.sub("", " ".join(parts))

    def _is_name(self, at: int) -> bool:
        word = self.words[at]
        if re.split("['’]", word.casefold())[0] in COMMON or word.isdigit():
            return False
        inside = any(letter.isupper() for letter in word[1:]) and not word.isupper()
        mixed = any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word)
        return inside or mixed or (word[0].isupper() and self._tells and not self._opening[at])


def _is_one_of_several(word: str, heard: Sequence[str]) -> bool:
    """Say whether a word was heard as several that it is not put together from, as unknown ones are."""
    unknown = len(word) >= MANY and not word.isdigit() and word.casefold() not in COMMON
    return unknown and len(heard) > 1 and word.casefold() != "".join(_plain(heard))


def _plain(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    a, b = ("".join(_plain(words)) for words in (one, other))
    return max(len(a), len(b)) <= MAX_NAME and SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE
