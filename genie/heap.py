"""The heap of the C library: kept as small as what is in use."""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3)."""

LARGE = 256 * 1_024
"""Bytes from which a block is the system's own, and goes back to it when it is freed."""


def stay_small() -> bool:
    """Let this process give back what it frees; return False where the C library is not glibc.

    Left alone, glibc takes for large only what is larger than all that was ever freed, up to 32 MiB: sound and uploads
    come to lie between small things, which hold the heap open when they are gone. Threads share two heaps.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    values = {MMAP_THRESHOLD: LARGE, TRIM_THRESHOLD: LARGE // 2, ARENA_MAX: 2}
    return all(mallopt(parameter, value) == 1 for parameter, value in values.items())
