"""When weights that could not be had are tried again: after growing pauses, and as soon as their files change."""

from dataclasses import dataclass
from pathlib import Path

PASSING = frozenset({"fetch_failed", "no_room", "out_of_memory"})
"""Codes of failures that may pass by themselves."""

Stamp = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds from a failure to the next try: `first_s`, then twice as long each time, up to `longest_s`.

    Every `look_s` seconds the files are looked at, so that what another process fetched is noticed.
    """

    first_s: float = 15.0
    longest_s: float = 900.0
    look_s: float = 2.0

    def after(self, tries: int) -> float:
        """Return the pause after so many tries in a row that failed."""
        return float(min(self.first_s * 2.0 ** min(tries, 30), self.longest_s))


def stamp(place: str) -> Stamp:
    """Return what changes when a model is fetched to, or mended in, its place in the cache or a folder of its own."""
    top = Path(place).expanduser()
    files = (top, *top.glob("*.*"), *top.glob("refs/*"), *top.glob("snapshots/*")) if place else ()
    seen = set()
    for file in files:
        try:
            seen.add((file.name, file.stat().st_mtime_ns))
        except OSError:
            continue  # it went, or was never there
    return frozenset(seen)


def span(seconds: float) -> str:
    """Return a time to wait in words."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
