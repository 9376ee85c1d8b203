"""Which part of a reply is wanted, by the rules of RFC 9110."""

import pytest

from genie.errors import Unsatisfiable
from genie.rest.ranges import Span, is_known, wanted

ETAG = '"a1-wav"'


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-99", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=900-", Span(900, 1_000)),
        ("bytes=900-5000", Span(900, 1_000)),
        ("bytes=-1", Span(999, 1_000)),
        ("bytes=-5000", Span(0, 1_000)),
        (f"bytes=10-{2**64 - 1}", Span(10, 1_000)),
        ("Bytes = 5 - 9", Span(5, 10)),
        ("bytes=0-", Span(0, 1_000)),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes=1-2x", None),
        ("seconds=0-1", None),
        ("bytes=²-3", None),
        ("bytes=" + "9" * 5_000 + "-", None),
        ("", None),
    ],
)
def test_one_range_of_bytes_is_served_and_everything_else_is_passed_over(header: str, span: Span | None):
    assert wanted({"range": header}, 1_000, ETAG) == span


@pytest.mark.parametrize(("header", "size"), [("bytes=1000-", 1_000), ("bytes=-0", 1_000), ("bytes=0-5", 0)])
def test_a_range_without_a_byte_cannot_be_served(header: str, size: int):
    with pytest.raises(Unsatisfiable) as caught:
        wanted({"range": header}, size, ETAG)
    assert (caught.value.code, caught.value.status) == ("bad_range", 416)


@pytest.mark.parametrize(
    ("condition", "etag", "applies"),
    [(ETAG, ETAG, True), ('"other"', ETAG, False), ("Fri, 20 Nov 2026 19:00:00 GMT", ETAG, False),
     ('W/"a1"', 'W/"a1"', False)],
)  # fmt: skip
def test_a_range_is_served_only_of_the_very_version_it_is_for(condition: str, etag: str, applies: bool):
    assert (wanted({"range": "bytes=0-9", "if-range": condition}, 1_000, etag) is not None) == applies


@pytest.mark.parametrize(
    ("known", "answer"), [(ETAG, True), (f'"b", W/{ETAG}', True), ("*", True), ('"b"', False), ("", False)]
)
def test_what_is_known_is_not_sent_again(known: str, answer: bool):
    assert is_known({"if-none-match": known}, ETAG) == answer


def test_a_span_says_which_bytes_it_is():
    assert Span(0, 100).of(1_000) == "bytes 0-99/1000"
