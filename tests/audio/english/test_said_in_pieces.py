"""A text that comes in parts, and is spoken in pieces, is said as if it had come whole."""

import re
from collections.abc import Iterator

from genie.audio.sentences import SentenceSplitter
from genie.audio.spoken_text import spoken
from tests.audio.english import test_said_amounts as amounts
from tests.audio.english import test_said_names as names
from tests.audio.english import test_said_numbers as numbers
from tests.audio.english import test_said_times as times
from tests.audio.test_spoken_text import CODE, MARKUP

LIMITS = (60, 120)
"""Letters of the first piece and of the others: less than any answer is cut into."""

ROWS = [
    *MARKUP,
    *CODE,
    *(amounts.MONEY + amounts.UNITS + amounts.MATHEMATICS),
    *(names.ROMAN + names.ABBREVIATIONS + names.ACRONYMS + names.ADDRESSES + names.FILES + names.VERSIONS),
    *(names.CODES + names.NOTATION + times.TIMES + times.DATES + times.TELEPHONES),
    *(numbers.NUMBERS + numbers.DECIMALS + numbers.ORDINALS + numbers.YEARS + numbers.PERCENT + numbers.FRACTIONS),
    *(numbers.RANGES + numbers.SCORES + numbers.DIGITS),
]


def pieces(text: str, size: int) -> Iterator[str]:
    """Yield what is spoken of a text that comes in parts of `size` characters."""
    splitter, count = SentenceSplitter(), 0
    for at in range(0, len(text) + 1, size):
        splitter.push(text[at : at + size])
        if at + size > len(text):
            splitter.close()
        while piece := splitter.take(LIMITS[min(count, 1)]):
            count += 1
            yield spoken(piece.text, "en-US")


def words(said: str) -> list[str]:
    return re.findall(r"[\w']+", said)


def test_what_is_said_is_the_same_however_the_text_came():
    for written, _ in ROWS:
        assert list(pieces(written, 1)) == list(pieces(written, 1_000)), written


def test_what_is_said_in_pieces_is_what_is_said_of_the_whole():
    for written, said in ROWS:
        assert words(" ".join(pieces(written, 3))) == words(said), written
