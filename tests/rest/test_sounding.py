"""What a client has heard of a speech, where it says so and where it never does."""

import pytest

from genie.messages import AudioUpdate
from genie.rest.sounding import GATHERED_S, Sounding

RATE = 1_000


@pytest.mark.parametrize(
    ("reported", "after_s", "heard"),
    [
        (None, 0.05, 0),
        (None, 0.5, round((0.5 - GATHERED_S) * RATE)),
        (None, 9.0, 2 * RATE),
        (500, 0.0, 500),
    ],
)
def test_a_client_that_never_reports_is_taken_to_gather_a_little_sound_first(
    reported: int | None, after_s: float, heard: int
):
    sounding = Sounding("j", AudioUpdate(speech=1, job="j", sample_rate=RATE, voice="fake"))
    sounding.keep(0, bytes(2 * 2 * RATE), 0.0)
    if reported is not None:
        sounding.report(reported)
    sounding.played.hold(sounding.sent_at + after_s)
    assert sounding.heard().samples == pytest.approx(heard, abs=30)
