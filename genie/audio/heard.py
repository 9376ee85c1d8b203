"""Which words of a speech were heard, from the samples of it that were played. Pure."""

from collections.abc import Sequence
from typing import Protocol

from genie.audio.alignment import word_spans

BACK_S = 3.0
"""Seconds that are said again at most, so that what was cut goes on with the beginning of a clause."""

CLAUSE_ENDS = (*".,;:!?…—–", "\n")

CHARS_PER_S = 15.0
"""Letters that a voice speaks in a second, where its engine does not say when which word is spoken."""


class Caption(Protocol):
    """A text that is spoken from a sample on; `words` are its words: first and last character, and first sample."""

    @property
    def text(self) -> str: ...

    @property
    def first_sample(self) -> int: ...

    @property
    def words(self) -> Sequence[tuple[int, int, int]] | None: ...


def heard_text(captions: Sequence[Caption], played: int, sent: int, rate: int) -> str:
    """Return the text whose sound was played, up to sample `played` of `sent` at `rate` Hz, to the word.

    A word was heard when half of the time until the next one had passed.
    """
    heard: list[str] = []
    ends = [*(caption.first_sample for caption in captions[1:]), None]
    for caption, end in zip(captions, ends, strict=False):
        words = caption.words or _guessed(caption, end, sent, rate)
        starts = [sample for *_, sample in words]
        ending = max(sent, starts[-1]) if end is None else end
        count = sum(played >= (a + b) / 2 for a, b in zip(starts, [*starts[1:], ending], strict=True))
        if count < len(words):
            heard.append(caption.text[: words[count - 1][1]] if count else "")
            break
        heard.append(caption.text)
    return " ".join(filter(None, heard))


def goes_on_at(captions: Sequence[Caption], played: int, sent: int, rate: int) -> int:
    """Return the sample from which a speech is to be heard on that was cut at sample `played` of `sent` at `rate` Hz.

    That is where the clause begins in which it was cut, if that is no more than `BACK_S` ago, else where the word does.
    """
    if played >= sent:
        return sent
    word = clause = 0
    ends = [*(caption.first_sample for caption in captions[1:]), None]
    for caption, end in zip(captions, ends, strict=False):
        for start, _, sample in caption.words or _guessed(caption, end, sent, rate):
            if sample > played:
                break
            word = sample
            before = caption.text[:start].rstrip(" \"'»”’)]")
            if not before or before.endswith(CLAUSE_ENDS):
                clause = sample
    return clause if played - clause <= BACK_S * rate else word


def whole_text(captions: Sequence[Caption]) -> str:
    """Return what is heard in the end."""
    return " ".join(caption.text for caption in captions)


def _guessed(caption: Caption, end: int | None, sent: int, rate: int) -> list[tuple[int, int, int]]:
    """Return the words of a caption that has none as if each of its letters took as long."""
    spans = word_spans(caption.text) or [(0, len(caption.text))]
    length = len(caption.text)
    last = max(sent, caption.first_sample + round(length / CHARS_PER_S * rate)) if end is None else end
    room = last - caption.first_sample
    return [(start, stop, caption.first_sample + room * start // max(1, length)) for start, stop in spans]
