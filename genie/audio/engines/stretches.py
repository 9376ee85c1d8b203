"""Hear a recording window by window, whatever its length; every transcriber does it this way."""

from collections.abc import Callable, Iterable, Iterator

from genie.audio.engine import Segment, Stretch
from genie.audio.engines.stitch import Stitcher
from genie.audio.engines.windows import Cuts, windows
from genie.audio.pcm import Int16
from genie.audio.recording import RATE, Sound

Hear = Callable[[Int16, float], Iterable[Segment | None]]
"""Hear one window, shape (n,), that begins at so many seconds; None: others may use the engine for a moment."""

Speaks = Callable[[Int16], bool]
"""Say whether anybody speaks in a window: what nobody speaks in is not decoded, as engines invent words for it."""


def stretches(recording: Sound, cuts: Cuts, hear: Hear, speaks: Speaks, start_s: float = 0.0) -> Iterator[Stretch]:
    """Yield what is said from `start_s` on, in order, at least one stretch a window.

    Where windows overlap their words are joined; what a later window may still change is held back.
    """
    stitcher = Stitcher()
    settled_s = start_s
    for window in windows(recording, cuts, round(start_s * RATE)):
        begin_s, end_s, next_s = window.first / RATE, window.end / RATE, window.next / RATE
        heard = list[Segment]()
        if not window.silent and speaks(samples := recording.read(window.first, window.end - window.first)):
            for segment in hear(samples, begin_s):
                if segment is None:
                    yield Stretch(settled_s)
                else:
                    heard.append(segment)
        settled = list(stitcher.push(heard, begin_s, end_s))
        if window.next == window.end:
            settled += stitcher.finish()
        settled_s = min(next_s, stitcher.held_from_s(next_s))
        yield Stretch(settled_s, tuple(settled))
    yield Stretch(len(recording) / RATE, tuple(stitcher.finish()))
