import pytest

from genie.audio.timed import joined


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("I need milk", "and bread", "I need milk and bread"),
        ("", "and bread", "and bread"),
        ("I need milk", "", "I need milk"),
        ("明日は。", "雨です", "明日は。雨です"),
        ("明日は", "Tokyo", "明日は Tokyo"),
        ("ต่อ", "ไป", "ต่อไป"),
    ],
)
def test_what_is_said_in_two_pieces_is_written_as_its_script_is(before, after, together):
    assert joined(before, after) == together
