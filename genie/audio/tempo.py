"""How fast a voice is on this machine at present, in steps: answers are cut alike until it has truly changed. Pure."""

from collections import deque
from collections.abc import Iterable
from math import ceil

SLOWER = 1.25
"""How much slower a voice may become before speech runs dry: the machine has other things to do."""

SLOWEST = 8
"""Tenths of a second for a second of sound: pieces are planned for no slower voice, as they would be too short."""

SURE = 1.1
"""How much faster than it is planned for a voice has to be."""

SHORT_S = 2.0
"""Seconds of sound that tell nothing: what any passage costs, however short it is, is too large a share of them."""

RECENT, LONG = 4, 20
"""Passages that tell that a voice became slower, and faster: all but two of them, as one may meet a hiccup."""


class Tempo:
    """Follow what the passages of one voice took, in seconds of work for a second of sound, their wait left out."""

    def __init__(self) -> None:
        self._followed: float | None = None
        self._met: deque[float] = deque(maxlen=LONG)

    def planned(self, told: float) -> float:
        """Return the pace to plan for, in tenths: by what the voice has `told` of itself, until that is found wrong."""
        return self._followed or _spared(told)

    def note(self, work_s: float, sound_s: float, told: float) -> bool:
        """Note how long a passage took (0: nobody knows), and say whether another pace is planned for from now on."""
        if not work_s or sound_s < SHORT_S:
            return False
        self._met.append(work_s / sound_s)
        planned = self.planned(told)
        if (pace := self._found(planned)) == planned:
            return False
        self._followed = pace
        self._met.clear()
        return True

    def _found(self, planned: float) -> float:
        """Return the pace to plan for by what was met, where another one was planned until now."""
        if (slow := _third(list(self._met)[-RECENT:])) * SURE > planned:
            return max(planned, _spared(slow))
        return min(planned, _spared(_third(self._met))) if len(self._met) == LONG else planned


def _third(met: Iterable[float]) -> float:
    """Return the third slowest of some paces; 0 where there are only two."""
    return sorted((0.0, 0.0, *met))[-3]


def _spared(pace: float) -> float:
    """Return a pace in tenths at which a voice has some time to spare; it is the same after a restart."""
    return min(max(1, ceil(10 * SLOWER * pace)), SLOWEST) / 10
