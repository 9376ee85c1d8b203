"""A model's thinking, taken out of a stream of text: what it thinks is not spoken. Pure."""

OPEN, CLOSE = "<think>", "</think>"


class ThoughtFilter:
    """Take text in pieces, give what stands outside `<think>…</think>`; a tag may be cut anywhere."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._begun = False

    def feed(self, text: str) -> str:
        """Return the speakable part of what is certain by now; the answer begins without white space."""
        self._held += text
        shown = ""
        while (cut := self._held.find(self._tag())) >= 0:
            shown += "" if self._thinking else self._held[:cut]
            self._held = self._held[cut + len(self._tag()) :]
            self._thinking = not self._thinking
        keep = _overlap(self._held, self._tag())
        certain = len(self._held) - keep
        shown += "" if self._thinking else self._held[:certain]
        self._held = self._held[certain:]
        return self._trim(shown)

    def end(self) -> str:
        """Return what was held back as the possible beginning of a tag."""
        rest, self._held = "" if self._thinking else self._held, ""
        return self._trim(rest)

    def _tag(self) -> str:
        return CLOSE if self._thinking else OPEN

    def _trim(self, shown: str) -> str:
        text = shown if self._begun else shown.lstrip()
        self._begun = self._begun or bool(text)
        return text


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may be the beginning of `tag`."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
