"""Copies of a process that answer requests: each answers one, so that none knows more than the process did."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NoReturn

READY = 4
"""Copies that are ready for requests: as many may come at once without waiting for one to be made (5 ms)."""

PR_SET_PDEATHSIG = 1
"""Option of prctl(2)."""


def answer_by_copies(pipe: Connection, answer: Callable[[Any], Any], rehearse: Callable[[], None]) -> None:
    """Answer each request that comes over a pipe by a copy of this process that has answered none.

    Copies are made, and rehearse, before there is anything to do for them. Whose turn it is listens: it has read the
    byte of a pipe, and writes it back for the next one as soon as it has heard a request. Returns, and takes the other
    copies along, when one ended without an answer: the other side let go, or else it is to see that nobody answers.
    """
    turn, passing = os.pipe()
    os.write(passing, b".")
    parent, copies = os.getpid(), set[int]()

    def listen() -> Any:
        os.read(turn, 1)
        try:
            return pipe.recv()
        finally:
            os.write(passing, b".")

    def answer_one() -> NoReturn:
        ended = 1
        try:
            _end_with(parent)
            rehearse()
            pipe.send(answer(listen()))
            ended = 0
        finally:
            os._exit(ended)

    try:
        while True:
            while len(copies) < READY:
                copy = os.fork()
                if not copy:
                    answer_one()
                copies.add(copy)
            copy, status = os.wait()
            copies.remove(copy)
            if status:
                return
    finally:
        for copy in copies:
            os.kill(copy, signal.SIGKILL)
        for copy in copies:
            os.waitpid(copy, 0)


def _end_with(parent: int) -> None:
    """Have this process end with its parent, whatever it does: in native code it hears of nothing. Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before
            os._exit(1)
