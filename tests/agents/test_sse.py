import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.agents.sse import MAX_LINE, EventReader, NoEvents

STREAM = ": hi\r\n\r\ndata: für\n\ndata:a\ndata: b\nid: 7\n\n".encode()


@given(st.lists(st.integers(0, len(STREAM))))
def test_events_are_the_same_however_the_bytes_are_cut(cuts):
    reader, places = EventReader(), [0, *sorted(cuts), len(STREAM)]
    pairs = itertools.pairwise(places)
    assert [event for start, end in pairs for event in reader.feed(STREAM[start:end])] == ["für", "a\nb"]


@pytest.mark.parametrize(
    "data", [b"x" * (MAX_LINE + 1), b"data: x\n" * (MAX_LINE // 7 + 1), b"<html>\n", b"data: \xff\n"]
)
def test_what_is_no_event_stream_is_refused_at_once(data):
    with pytest.raises(NoEvents):
        EventReader().feed(data)


def test_a_line_may_be_as_long_as_the_bound():
    assert EventReader().feed(b"data:" + b"x" * (MAX_LINE - 5) + b"\n\n") == ["x" * (MAX_LINE - 5)]
