import pytest

from genie.audio.speed import checked_speed
from genie.errors import BadInput


@pytest.mark.parametrize("speed", [0.5, 1, "1.25", 2.0, "2"])
def test_a_speed_between_the_bounds_is_one(speed: object):
    assert checked_speed(speed) == float(str(speed))


@pytest.mark.parametrize(
    "speed", [0, 0.49, 2.01, -1, "fast", "", None, True, [1.0], "nan", float("nan"), "inf", 10**400, "1" * 5_000]
)
def test_anything_else_is_refused_with_the_bounds(speed: object):
    with pytest.raises(BadInput, match=r"bad_speed: .* 0\.5 to 2\.0") as raised:
        checked_speed(speed)
    assert raised.value.field == "speed"
