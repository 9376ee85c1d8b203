"""Words of a spoken text as somebody wants them pronounced: said as other words, or with their IPA beside. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from genie.audio.spoken_text import spoken
from genie.pronunciation import Lexicon, Pronunciation

Phones = tuple[tuple[str, str], ...]

DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Letters of scripts that put no space between words."""

MOST_ADDED = 2_000
"""Characters by which entries may lengthen a text, and of its IPA; beyond that words are said as they are written.

A word that says a hundred digits, in every second place, would keep the voice busy for an hour.
"""


def pronounced(text: str, lexicon: Lexicon, language: str) -> tuple[str, Phones]:
    """Return a spoken text as the entries want it, and those of its words that have IPA, as they are written there.

    Whole words only, the longest first; the 's of Kimiko's stays. Many entries take a tenth of a second the first time.
    """
    if not lexicon:
        return text, ()
    pattern, entries = _compiled(lexicon, language)
    phones: dict[str, str] = {}
    room = ipa_room = MOST_ADDED

    def said(match: re.Match[str]) -> str:
        nonlocal room, ipa_room
        entry = entries.get(match[0]) or entries.get(match[0].casefold())
        if entry is None:
            return match[0]
        if not entry.ipa:
            says = _respelled(entry.says, language) or match[0]
            if (added := len(says) - len(match[0])) > room:
                return match[0]
            room -= max(0, added)
            return says
        phones[match[0]] = entry.ipa
        ipa_room -= len(entry.ipa)
        return match[0]

    words = pattern.sub(said, text)
    return words, tuple(phones.items()) if ipa_room >= 0 else ()


_respelled = lru_cache(maxsize=1_024)(spoken)


@lru_cache(maxsize=64)
def _compiled(lexicon: Lexicon, language: str) -> tuple[re.Pattern[str], Mapping[str, Pronunciation]]:
    """Return a pattern of all entries, and what its matches mean: exact spellings, and others in lower case.

    An entry stands for its word as it is written, and as it is said: SQL is S.Q.L by the time it comes here.
    """
    entries: dict[str, Pronunciation] = {}
    patterns: dict[str, str] = {}
    for entry in lexicon:
        spellings = (entry.word,) if entry.exact else (entry.word, entry.word.lower(), entry.word.upper())
        for form in (entry.word, *(spoken(spelling, language) for spelling in spellings)):
            key = form if entry.exact else form.casefold()
            if form and key not in entries:
                entries[key] = entry
                patterns[key] = _whole(form, exact=entry.exact)
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(patterns[key] for key in longest_first)), entries


def _whole(form: str, *, exact: bool) -> str:
    before = "" if DENSE.match(form[0]) or not form[0].isalnum() else r"(?<!\w)"
    after = "" if DENSE.match(form[-1]) or not form[-1].isalnum() else r"(?!\w)"
    return f"{before}{re.escape(form) if exact else f'(?i:{re.escape(form)})'}{after}"
