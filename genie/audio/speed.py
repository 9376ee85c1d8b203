"""How fast a voice speaks: 1.0 is normal. Pure."""

from genie.errors import BadInput

SLOWEST, FASTEST = 0.5, 2.0


def checked_speed(speed: object) -> float:
    """Return a speed, which may come as a text, or raise BadInput `bad_speed`."""
    try:
        number = float(speed) if isinstance(speed, int | float | str) and not isinstance(speed, bool) else 0.0
    except (ValueError, OverflowError):
        number = 0.0
    if not SLOWEST <= number <= FASTEST:  # nor is what is no number between them
        raise BadInput("bad_speed", f"the speed is a number from {SLOWEST} to {FASTEST}; 1.0 is normal", field="speed")
    return number
