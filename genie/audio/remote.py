"""An engine in a process of its own: right where a native call keeps the GIL, or may crash."""

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from genie.audio.copies import answer_by_copies
from genie.errors import GenieError, StageFailed

E = TypeVar("E")

Request = tuple[str, tuple[Any, ...], dict[str, Any]]


@runtime_checkable
class Apart(Protocol):
    """What works in a process of its own."""

    @property
    def ended(self) -> bool:
        """Whether its process has ended, so that nothing can be asked of it any more."""

    def kill(self) -> None:
        """End its process, whatever that does."""


def restarted() -> StageFailed:
    """Return the error of a request that waited for an engine, or came to it, when it had ended."""
    return StageFailed("engine_restarted", "the engine was restarted; ask again")


def in_process(factory: Callable[[], E]) -> Callable[[], E]:
    """Return a factory whose engine runs in a process of its own. `factory` must be picklable.

    The stand-in answers the engine's methods, one request at a time: a lane calls it from one thread.
    """
    return lambda: cast(E, Remote(factory))


class Remote:
    """Stand for an engine in another process: each method call is one request over a pipe.

    Of one that is asked `afresh` every request is answered by a copy of the process that has answered none before: it
    has a method `rehearse`, which the copy calls first, and no generators. Where no process can be copied it is as any.
    """

    def __init__(self, factory: Callable[[], Any], *, afresh: bool = False) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, child = context.Pipe()
        self._process = context.Process(target=_serve, args=(child, afresh), daemon=True)
        with _interrupts_held():
            self._process.start()
        child.close()
        self._lost = False
        self._send(factory)  # not with the process: a parent that ends meanwhile leaves half of it, and a traceback
        self._receive()

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            kind, value = self._ask(method, *args, **kwargs)
            return self._items(value) if kind == "generator" else value

        return call

    def _items(self, number: int) -> Iterator[Any]:
        """Fetch one item per request; closing tells the other side to close its generator."""
        try:
            while (reply := self._ask("next", number))[0] == "item":
                yield reply[1]
        finally:
            with contextlib.suppress(GenieError):
                self._ask("stop", number)

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        if self._lost:
            raise restarted()
        self._send((method, args, kwargs))
        return self._receive()

    def _send(self, value: object) -> None:
        try:
            self._pipe.send(value)
        except OSError as error:
            raise self._died() from error

    def _receive(self) -> tuple[str, Any]:
        try:
            kind, value = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._died() from error
        if kind == "error":
            raise value
        return kind, value

    def _died(self) -> StageFailed:
        self._lost = True
        return StageFailed("engine_died", "the engine's process ended while it worked; a new one starts, so try again")

    @property
    def ended(self) -> bool:
        return self._lost or self._process.exitcode is not None

    def kill(self) -> None:
        """End the process, and the copies of it."""
        if self._process.exitcode is None and hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):  # it has only just begun
                os.killpg(cast(int, self._process.pid), signal.SIGKILL)
        self._process.kill()

    def close(self) -> None:
        self._pipe.close()
        self._process.join(timeout=1.0)
        self.kill()


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let a process that starts inherit that SIGINT waits: Ctrl+C reaches it before it can say that it ignores it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, afresh: bool) -> None:
    """Run one engine until the pipe closes (the parent let go) or the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # whoever ends this process ends its copies, too
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        try:
            engine = pipe.recv()()
        except Exception as error:  # the edge of the process: what the engine raised is its caller's to see
            pipe.send(("error", _portable(error)))
            return
        if copied := afresh and hasattr(os, "fork"):
            engine.rehearse()  # what it reads from files for that no copy has to read again
        pipe.send(("value", None))
        requests = _Requests(engine)
        if copied:
            answer_by_copies(pipe, requests.answer, engine.rehearse)
        else:
            while True:
                pipe.send(requests.answer(pipe.recv()))


def _end_with_parent() -> None:
    """End this process with its parent, whatever it does: an engine that loads reads its pipe only when it is done."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGTERM)


class _Requests:
    """Answer requests to one engine, keeping its open generators by number."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._numbers = itertools.count()
        self._generators: dict[int, Iterator[Any]] = {}

    def answer(self, request: Request) -> tuple[str, Any]:
        method, args, kwargs = request
        try:
            if method == "next":
                return next((("item", item) for item in self._generators[args[0]]), ("end", None))
            if method == "stop":
                close_quietly(self._generators.pop(args[0], None))
                return "value", None
            result = getattr(self._engine, method)(*args, **kwargs)
            if isinstance(result, Iterator):
                return self._keep(result)
            return "value", _portable_items(result) if isinstance(result, list) else result
        except Exception as error:  # the edge of the process: what the engine raised is its caller's to see
            return "error", _portable(error)

    def _keep(self, generator: Iterator[Any]) -> tuple[str, int]:
        number = next(self._numbers)
        self._generators[number] = generator
        return "generator", number


def _portable(error: Exception) -> GenieError:
    """Return an error that can cross a pipe."""
    kind = error if isinstance(error, GenieError) else None
    if kind is None:
        return _Carried("engine_failed", f"{type(error).__name__}: {error}", 502, None)
    return _Carried(kind.code, kind.message, kind.status, kind.field)


def _portable_items(items: list[Any]) -> list[Any]:
    return [_portable(item) if isinstance(item, Exception) else item for item in items]


class _Carried(GenieError):
    """A coded error from the other side, with its status."""

    def __init__(self, code: str, message: str, status: int, field: str | None) -> None:
        super().__init__(code, message, field=field)
        self.status = status

    def __reduce__(self) -> tuple[type["_Carried"], tuple[str, str, int, str | None]]:
        return _Carried, (self.code, self.message, self.status, self.field)


def close_quietly(thing: object) -> None:
    """Close a generator or an engine that can be closed; what it raises then concerns nobody."""
    close = getattr(thing, "close", None)
    if callable(close):
        with contextlib.suppress(Exception):
            close()
