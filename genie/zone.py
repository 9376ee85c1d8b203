"""Time zones by their IANA names."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo


def is_known(name: str) -> bool:
    """Say whether a name is one of the zones this system knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def local() -> str:
    """Return the name of the server's own time zone, "UTC" where it has none."""
    named = os.environ.get("TZ", "").lstrip(":")
    _, _, linked = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    return next((name for name in (named, linked) if name and is_known(name)), "UTC")
