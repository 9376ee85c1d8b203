"""How long the next piece of a speech may be. Pure: it counts seconds of sound, and asks no clock.

With a first piece of d seconds, every later one may take d seconds to be made; while each is heard the lead grows, and
the pieces with it. The same text in the same voice is so cut in the same pieces, however fast it was made.
"""

LETTERS_S = 14.0
"""Letters that are spoken in a second at normal speed."""

FIRST_WORK_S = 1.2
FIRST_S = 7.0
"""Seconds of sound of the first piece at most, and of the work that may be waited for."""

LEAST = 12
"""Letters that a piece may always have: three short words."""

MOST = 300
"""Letters that no piece has more of: neural voices rush through longer ones."""

LEAD_S = 11.0
"""Seconds that are made ahead at most: what waits to be sent, and what was sent before it was heard."""

SURE = 0.75
"""Share of the lead that is counted on: the letters of a second vary, and pieces are stretched to a comma."""

COMPANY, SHARED = 2, 0.5
"""Speeches among which the time of a quick voice is shared, and the pace up to which it is: later pieces are a little
shorter, for the sake of whoever waits behind them."""

HURRY_S = 0.5
"""Seconds before the listener would hear nothing, beside the work, at which text that may go on is spoken as it is."""

SENTENCE_S = 5.0
"""Seconds of a sentence."""


class Growth:
    """Follow a speech that is made at `pace`: seconds of work for a second of sound, as bad as they are planned for."""

    def __init__(self, pace: float, speed: float) -> None:
        self._pace = pace
        self._letters_s = LETTERS_S * speed
        self._lead_s = 0.0
        self._sound_s = 0.0

    @property
    def begun(self) -> bool:
        return self._sound_s > 0

    @property
    def sound_s(self) -> float:
        """Seconds of sound that were made."""
        return self._sound_s

    def limit(self) -> int:
        """Return how many letters the next piece may have."""
        lead_s = min(self._lead_s, LEAD_S) * SURE
        shared = max(self._pace, min(COMPANY * self._pace, SHARED))
        seconds = lead_s / shared if self.begun else min(FIRST_S, FIRST_WORK_S / self._pace)
        return round(min(max(seconds * self._letters_s, LEAST), MOST))

    def add(self, seconds: float) -> None:
        """Note that a piece was made, which is so long."""
        work_s = self._pace * seconds if self.begun else 0.0
        self._lead_s = max(0.0, min(self._lead_s, LEAD_S) - work_s) + seconds
        self._sound_s += seconds

    def patience_s(self, elapsed_s: float) -> float | None:
        """Return how long text may be waited for, so long after the first sound; None: as long as it takes."""
        if not self.begun:
            return None
        return max(0.0, self._sound_s - elapsed_s - HURRY_S - self._pace * SENTENCE_S)
