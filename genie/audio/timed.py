"""The words of a segment with their times. Pure."""

import re

from genie.audio.engine import Segment, Word

SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff01-\uffef"
"""Letters of scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese."""

WORD = re.compile(rf"\s*(?:[{SPACELESS}]|[^\s{SPACELESS}]+)")


ENDS, BEGINS = re.compile(rf"[{SPACELESS}]\Z"), re.compile(rf"[{SPACELESS}]")


def joined(before: str, after: str) -> str:
    """Return two pieces of a text as one, with a space between them but where their script has none."""
    space = "" if ENDS.search(before) and BEGINS.match(after) else " "
    return f"{before}{space}{after}".strip()


def words_of(segment: Segment) -> tuple[Word, ...]:
    """Return a segment's words, each with the space before it: its own, or spread over it by their lengths.

    Where a script has no spaces each letter counts as a word: a text may be broken at any of them.
    """
    if segment.words:
        return segment.words
    texts = WORD.findall(segment.text.strip())
    a_letter_s = (segment.end_s - segment.start_s) / max(1, sum(map(len, texts)))
    found = list[Word]()
    at = segment.start_s
    for text in texts:
        found.append(Word(at, at + len(text) * a_letter_s, text))
        at = found[-1].end_s
    return tuple(found)
