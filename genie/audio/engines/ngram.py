"""A small language model in ARPA form, made from sentences."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

ORDER = 3
START, END = "<s>", "</s>"
NEVER = -99.0

DAMPING = 0.5
"""Power of every count: templates are written out for many numbers and places, but are not asked that much oftener."""

Gram = tuple[str, ...]
Kinds = Mapping[Gram, tuple[float, int]]
"""For each history the weight of what followed it, and how many different words did."""


def arpa(sentences: Iterable[tuple[str, ...]]) -> str:
    """Return a trigram model of these sentences (tuples of words) as ARPA text.

    Interpolated Witten-Bell smoothing (Chen and Goodman 1998, section 2.5): the more different words were seen after a
    history, the more of its probability goes to the shorter history.
    """
    counts = {gram: count**DAMPING for gram, count in _counts(sentences).items()}
    kinds = _kinds(counts)
    logs = _probabilities(counts, kinds)
    sections = [_section(n, logs, kinds) for n in range(1, ORDER + 1)]
    sizes = [f"ngram {n}={len(lines)}" for n, lines in enumerate(sections, 1)]
    body = [line for n, lines in enumerate(sections, 1) for line in ("", f"\\{n}-grams:", *lines)]
    return "\n".join(["\\data\\", *sizes, *body, "", "\\end\\", ""])


def _counts(sentences: Iterable[tuple[str, ...]]) -> Counter[Gram]:
    counts: Counter[Gram] = Counter()
    for words in sentences:
        padded = (START, *words, END)
        for end in range(2, len(padded) + 1):
            counts.update(padded[max(0, end - n) : end] for n in range(1, ORDER + 1) if n <= end)
    return counts


def _kinds(counts: Mapping[Gram, float]) -> Kinds:
    followed: dict[Gram, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for gram, count in counts.items():
        total, different = followed[gram[:-1]]
        followed[gram[:-1]] = (total + count, different + 1)
    return dict(followed)


def _probabilities(counts: Mapping[Gram, float], kinds: Kinds) -> dict[Gram, float]:
    """Return the probability of each gram's last word after the words before it."""
    even = 1.0 / kinds[()][1]
    probabilities: dict[Gram, float] = {}
    for gram in sorted(counts, key=len):
        total, different = kinds[gram[:-1]]
        shorter = probabilities[gram[1:]] if len(gram) > 1 else even
        probabilities[gram] = (counts[gram] + different * shorter) / (total + different)
    return probabilities


def _section(n: int, probabilities: Mapping[Gram, float], kinds: Kinds) -> list[str]:
    """Return the lines of the grams of `n` words."""
    lines = [
        f"{math.log10(probability):.4f} {' '.join(gram)}{_backoff(gram, kinds)}"
        for gram, probability in sorted(probabilities.items())
        if len(gram) == n
    ]
    return lines if n > 1 else [f"{NEVER} {START}{_backoff((START,), kinds)}", *lines]


def _backoff(gram: Gram, kinds: Kinds) -> str:
    """Return the weight of the shorter history, where a longer gram may follow this one."""
    if gram not in kinds or len(gram) == ORDER:
        return ""
    total, different = kinds[gram]
    return f" {math.log10(different / (total + different)):.4f}"
