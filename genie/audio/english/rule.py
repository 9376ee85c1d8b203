"""One way of putting signs into words, and a line of them. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def applied(rules: Iterable[Rule], text: str) -> str:
    """Return a text after each of the rules, in their order."""
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def any_of(words: Mapping[str, object] | Iterable[str]) -> str:
    """Return a pattern of all these words, the longest first, so that none hides another."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())
