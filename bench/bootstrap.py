"""How sure a word error rate is: files are drawn again and again, with replacement (Bisani and Ney 2004)."""

from collections.abc import Sequence

import numpy as np

DRAWS = 2_000
SEED = 4

Interval = tuple[float, float]


def interval(errors: Sequence[int], words: Sequence[int]) -> Interval:
    """Return between which rates 95 of 100 draws lie; each position is a file."""
    wrong, said = _draws(errors, words)
    return _middle(wrong / said)


def difference(errors: Sequence[int], others: Sequence[int], words: Sequence[int]) -> Interval:
    """Return the same for the rate of `errors` less that of `others`, made on the same files."""
    wrong, said = _draws([mine - other for mine, other in zip(errors, others, strict=True)], words)
    return _middle(wrong / said)


def _draws(errors: Sequence[int], words: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    chosen = np.random.default_rng(SEED).integers(0, len(words), (DRAWS, len(words)))
    return np.array(errors)[chosen].sum(1), np.maximum(np.array(words)[chosen].sum(1), 1)


def _middle(rates: np.ndarray) -> Interval:
    low, high = np.percentile(rates, (2.5, 97.5))
    return float(low), float(high)
