"""Which words of successive hypotheses can be trusted. Pure: what was said until when is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han."""

REWIND_S = 0.5
"""Seconds that a word may look back behind the one before: a model that looks back further is lost."""

LONGEST_PHRASE = 12
"""Words."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A word of a hypothesis, with the space before it; `at_s` is when it was spoken, None where that is not known."""

    text: str
    at_s: float | None = None

    @property
    def key(self) -> str:
        """Return what is compared: letters and digits, or the whole where there are none."""
        return "".join(filter(str.isalnum, self.text)).casefold() or self.text.strip()


class Hypothesis:
    """Count the words that stay; the count only ever grows.

    A word whose sound lies well before the end of what was heard stays (AlignAtt, Papi et al. 2023). Where no times
    are known, one stays on which two hypotheses in a row agree (LocalAgreement-2, Liu et al. 2020), but for case and
    punctuation. What is said a third time in a row waits until something else follows: it may be a loop.
    """

    def __init__(self) -> None:
        self._before: list[str] = []

    def settled(self, words: Sequence[Uttered], count: int, until_s: float, *, whole: bool) -> int:
        """Return how many words of the newest hypothesis stay, of which `count` did before.

        Words after `until_s` may change; so may the last one unless the hypothesis is `whole`: it may go on.
        """
        keys = [word.key for word in words]
        known = all(word.at_s is not None for word in words[count:])
        found = _heard_until(words, count, until_s) if known else count + _agreed(self._before, keys[count:])
        if not whole:
            found = min(found, len(words) - 1)
        found = max(count, min(found, _loop_start(keys)))
        self._before = keys[found:]
        return found

    def moved(self) -> None:
        """Forget the last hypothesis: the next one is about other sound."""
        self._before = []


def _heard_until(words: Sequence[Uttered], count: int, until_s: float) -> int:
    last_s = words[count - 1].at_s if count else None
    for word in words[count:]:
        assert word.at_s is not None
        if word.at_s > until_s or (last_s is not None and word.at_s < last_s - REWIND_S):
            break
        last_s, count = word.at_s, count + 1
    return count


def _agreed(before: Sequence[str], now: Sequence[str]) -> int:
    count = 0
    while count < min(len(before), len(now)) and before[count] == now[count]:
        count += 1
    return count


def _loop_start(keys: Sequence[str]) -> int:
    """Return where the third of the phrases begins that end the hypothesis, its length where it ends with no loop."""
    start = len(keys)
    for length in range(1, LONGEST_PHRASE + 1):
        rounds = 1
        last = keys[len(keys) - length :]
        while len(keys) >= length * (rounds + 1) and keys[len(keys) - length * (rounds + 1) :][:length] == last:
            rounds += 1
        if rounds > 2:
            start = min(start, len(keys) - length * (rounds - 2))
    return start
