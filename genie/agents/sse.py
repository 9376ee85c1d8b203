"""Server-sent events, read incrementally. Pure.

Source: the HTML standard, "Server-sent events", without the parts that a completion stream never uses.
"""

MAX_LINE = 65_536
"""Bytes of one line: a token's event has a few hundred; an endless line must not fill memory."""

_FIELDS = frozenset({"data", "event", "id", "retry", ""})


class NoEvents(ValueError):
    """The bytes are no event stream."""


class EventReader:
    """Take bytes as they come, give the data of whole events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[str]:
        """Return the data of every event that these bytes complete, or raise `NoEvents`.

        Lines are decoded whole, so a character that is cut in two waits for its other half.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > MAX_LINE:
            raise NoEvents("a line without an end")
        return [event for line in lines if (event := self._line(line.removesuffix(b"\r"))) is not None]

    def _line(self, line: bytes) -> str | None:
        if not line:
            event, self._data, self._size = "\n".join(self._data), [], 0
            return event or None
        self._size += len(line)
        if self._size > MAX_LINE:
            raise NoEvents("an event that is too long")
        try:
            field, _, value = line.decode("utf-8").removeprefix("\ufeff").partition(":")
        except UnicodeDecodeError as error:
            raise NoEvents("bytes that are no UTF-8") from error
        if field not in _FIELDS:
            raise NoEvents("a line that is no field")
        if field == "data":
            self._data.append(value.removeprefix(" "))
        return None
