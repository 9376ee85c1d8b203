"""Which words of successive hypotheses can be trusted. Pure."""

import re
from collections.abc import Sequence

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han."""

UNIT = re.compile(f" ?(?:[{UNSPACED}]|[^ {UNSPACED}]+)")
"""What is committed at once: a word with the space before it, or one character of an unspaced script."""

ENDING = re.compile(r"\W+$")


class Hypothesis:
    """Commit words on which two hypotheses in a row agree (LocalAgreement-2, Liu et al. 2020); never take one back.

    Words agree when they differ in case or punctuation only.
    """

    def __init__(self) -> None:
        self._committed: list[str] = []
        self._tail: list[str] = []

    def update(self, text: str) -> tuple[str, str]:
        """Take the next hypothesis of the whole utterance; return committed words and the tentative tail."""
        units = _units(text)
        tail = units[_end_of(self._committed, units) :]
        agreed = _agreed(self._tail, tail)
        self._committed += tail[:agreed]
        self._tail = tail[agreed:]
        return _text(self._committed), _text(self._tail)

    def final(self, text: str) -> str:
        """Return the whole text: what was committed, as it was, and the rest as it was heard at last."""
        units = _units(text)
        end = _end_of(self._committed, units)
        return _text([*self._committed, _late_ending(self._committed, units[:end]), *units[end:]])


def _units(text: str) -> list[str]:
    return UNIT.findall(" ".join(text.split()))


def _text(units: Sequence[str]) -> str:
    return "".join(units).strip()


def _key(unit: str) -> str:
    """Return what is compared of a unit: its letters and digits, or the whole where it has none."""
    return "".join(filter(str.isalnum, unit)).casefold() or unit.strip()


def _agreed(before: list[str], now: list[str]) -> int:
    """Count the leading units that agree; a sentence's end is not yet trusted where the hypothesis ends too."""
    count = 0
    while count < min(len(before), len(now)) and _key(before[count]) == _key(now[count]):
        count += 1
    ends_sentence = count > 0 and count == len(now) and ENDING.search(now[-1]) is not None
    return count - 1 if ends_sentence else count


def _end_of(committed: list[str], units: list[str]) -> int:
    """Return how many units of a hypothesis stand for the committed words: the cut with the fewest edits.

    The last row of Levenshtein's table; between equals, the cut that gives one unit for each committed one.
    """
    wanted, heard = [_key(unit) for unit in committed], [_key(unit) for unit in units]
    if heard[: len(wanted)] == wanted:
        return len(wanted)
    row = list(range(len(heard) + 1))
    for number, key in enumerate(wanted, 1):
        above, row = row, [number]
        for place, other in enumerate(heard, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (key != other)))
    return min(range(len(row)), key=lambda end: (row[end], abs(end - len(wanted))))


def _late_ending(committed: list[str], heard: list[str]) -> str:
    """Return the punctuation that the last committed word was given only now."""
    if not committed or not heard or ENDING.search(committed[-1]) or _key(committed[-1]) != _key(heard[-1]):
        return ""
    ending = ENDING.search(heard[-1])
    return ending[0] if ending else ""
