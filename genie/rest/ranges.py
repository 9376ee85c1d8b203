"""Which part of a reply is wanted, and whether it is known already (RFC 9110, sections 13 and 14). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from genie.errors import Unsatisfiable

ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII | re.IGNORECASE)
"""Several ranges at once are not served: they may be passed over, and the whole is sent."""

MAX_DIGITS = 20
"""Those of the largest number of 64 bits, which some clients take for the end."""


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to `end`, which is not one of them."""

    start: int
    end: int

    def of(self, size: int) -> str:
        """Return the Content-Range of these bytes out of so many."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Say whether who asks has this very reply already (If-None-Match)."""
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return "*" in known or etag.removeprefix("W/") in known


def wanted(headers: Mapping[str, str], size: int, etag: str) -> Span | None:
    """Return the part of `size` bytes that is wanted, None for the whole; raises Unsatisfiable `bad_range`.

    A range that cannot be read is passed over, and so is one for another version of the reply (If-Range).
    """
    match = ONE_RANGE.fullmatch(headers.get("range", ""))
    if match is None or headers.get("if-range", etag).strip() != etag or etag.startswith("W/"):
        return None
    first, last = match.groups()
    if max(len(first), len(last)) > MAX_DIGITS or not first + last:
        return None
    if not first:
        span = Span(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        span = Span(int(first), min(size, int(last) + 1) if last else size)
    if span.start >= span.end:
        raise Unsatisfiable("bad_range", f"there are {size} bytes, none of them in this range")
    return span
