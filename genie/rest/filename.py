"""The name under which a browser keeps a reply. Pure."""

import unicodedata
from urllib.parse import quote

FORBIDDEN = frozenset('/\\:*?"<>|')
"""What no name of a file may hold on some system."""

STEM_BYTES = 180
"""Of the 255 that file systems take, before the suffix."""


def named(title: str, suffix: str) -> dict[str, str]:
    """Return the header that names a reply after its title (RFC 6266): in full, and in ASCII for who knows no more."""
    shown = "".join(" " if _is_forbidden(letter) else letter for letter in title)
    stem = " ".join(shown.split()).encode()[:STEM_BYTES].decode(errors="ignore").strip(" .!,;")
    name = f"{stem or 'genie'}.{suffix}"
    plain = "".join(letter if letter.isascii() and letter != "%" else "_" for letter in name)
    return {"Content-Disposition": f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}


def _is_forbidden(letter: str) -> bool:
    """Say whether a letter may not stand in names: a sign of the file system, or one that nobody sees."""
    return letter in FORBIDDEN or unicodedata.category(letter).startswith("C")
