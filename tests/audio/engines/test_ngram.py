from collections import defaultdict

import pytest

from genie.audio.engines.ngram import arpa

SENTENCES = [("what", "time", "is", "it"), ("what", "day", "is", "it"), ("help",)]

Grams = dict[tuple[str, ...], tuple[float, float]]


def read(text: str) -> Grams:
    """Read ARPA text as {words: (probability, weight of the shorter history)}."""
    grams: Grams = {}
    size = 0
    for line in text.splitlines():
        if line.endswith("-grams:"):
            size = int(line[1])
        elif size and line and not line.startswith("\\"):
            fields = line.split()
            weight = float(fields[size + 1]) if len(fields) > size + 1 else 0.0
            grams[tuple(fields[1 : size + 1])] = (10 ** float(fields[0]), 10**weight)
    return grams


def probability(grams: Grams, history: tuple[str, ...], word: str) -> float:
    """Look a probability up as a decoder does: the longest gram, else the shorter one with its weight."""
    if (gram := (*history, word)) in grams:
        return grams[gram][0]
    return (
        grams[history][1] * probability(grams, history[1:], word)
        if history in grams
        else probability(grams, history[1:], word)
    )


@pytest.mark.parametrize("history", [(), ("<s>",), ("what",), ("is", "it"), ("<s>", "what"), ("time", "is")])
def test_what_may_follow_a_history_adds_up_to_one(history: tuple[str, ...]) -> None:
    grams = read(arpa(SENTENCES))
    words = {gram[0] for gram in grams if len(gram) == 1} - {"<s>"}
    assert sum(probability(grams, history, word) for word in words) == pytest.approx(1.0, abs=0.002)


def test_what_was_seen_is_likelier_than_what_was_not() -> None:
    grams = read(arpa(SENTENCES))
    assert probability(grams, ("time", "is"), "it") > 2 * probability(grams, ("time", "is"), "day") > 0


def test_the_head_counts_the_grams_of_each_size() -> None:
    text = arpa(SENTENCES)
    sizes: dict[int, int] = defaultdict(int)
    for gram in read(text):
        sizes[len(gram)] += 1
    assert [f"ngram {size}={count}" for size, count in sorted(sizes.items())] == text.splitlines()[1:4]


def test_the_same_sentences_make_the_same_text() -> None:
    assert arpa(SENTENCES) == arpa(list(SENTENCES))
