"""A line on the terminal that says how far a slow thing has come."""

import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

PATIENCE_S = 1.0
"""What takes less than this shows nothing."""

REDRAW_S = 0.2
BAR = 24


class Progress:
    """Show a bar, or the seconds gone where the end is not known, while the body of `with` runs.

    It draws only on a terminal, only after a second, and wipes itself away at the end.
    """

    def __init__(
        self,
        label: str,
        *,
        total: float | None = None,
        note: Callable[[], str] | None = None,
        stream: TextIO | None = None,
    ) -> None:
        """`note` returns what there is to say at the moment beside the label."""
        self._label = label
        self._note = note
        self._total = total
        self._stream = stream or sys.stderr
        self._done = 0.0
        self._start = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw_on, name="progress", daemon=True)

    def reach(self, done: float) -> None:
        """Say how much of the total is done."""
        self._done = done

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _draw_on(self) -> None:
        if self._ended.wait(PATIENCE_S):
            return
        while True:
            label = f"{self._label}: {self._note()}" if self._note else self._label
            self._stream.write(f"\r\x1b[K{line(label, self._done, self._total, self._seconds())}")
            self._stream.flush()
            if self._ended.wait(REDRAW_S):
                break
        self._stream.write("\r\x1b[K")
        self._stream.flush()

    def _seconds(self) -> float:
        return time.monotonic() - self._start


def line(label: str, done: float, total: float | None, seconds: float) -> str:
    """Return the text of a progress line, no wider than the terminal."""
    if total:
        share = min(done / total, 1.0)
        filled = round(share * BAR)
        left = f", {seconds * (1 / share - 1):.0f} s left" if 0 < share < 1 else ""
        text = f"{label} [{'#' * filled}{'.' * (BAR - filled)}] {share:4.0%} {seconds:.0f} s{left}"
    else:
        text = f"{label} … {seconds:.0f} s"
    return text[: shutil.get_terminal_size().columns - 1]
