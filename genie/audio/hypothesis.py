"""Which words of successive hypotheses can be trusted. Pure."""


class Hypothesis:
    """Commit words on which two hypotheses in a row agree (LocalAgreement-2, Liu et al. 2020); never take one back.

    The words of an engine that is not `steady` are all tentative until the end.
    """

    def __init__(self, *, steady: bool) -> None:
        self._steady = steady
        self._committed: list[str] = []
        self._last: list[str] = []

    def update(self, text: str) -> tuple[str, str]:
        """Take the next hypothesis of the whole utterance; return committed words and the tentative tail."""
        words = text.split()
        if self._steady:
            count = len(self._committed)
            while count < min(len(words), len(self._last)) and words[count] == self._last[count]:
                count += 1
            self._committed += words[len(self._committed) : count]
        self._last = words
        return " ".join(self._committed), " ".join(words[len(self._committed) :])

    def final(self, text: str) -> str:
        """Return the whole text: what was committed, and the rest as it was heard at last."""
        return " ".join((*self._committed, *text.split()[len(self._committed) :]))
