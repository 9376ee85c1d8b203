"""Find a model's weights on disk, or fetch them, in a process of its own that can be ended at any moment.

`python -m genie.audio.engines.fetch whisper MODEL auto` says what happens in JSON lines on standard output: the model,
the progress, and in the end its folder or an error. Nothing of the hub's library is loaded into the server.
"""

import argparse
import asyncio
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import genie
from genie.audio.engines import cache, hub
from genie.audio.engines.kinds import WEIGHTS, Kind, wanted
from genie.errors import GenieError, Unavailable

TELL_EACH_S = 1.0

RATE_OVER = 10
"""Tellings over which the rate is taken."""

HOPELESS = {
    "GatedRepoError": "its owner wants terms accepted on the model's page first, and then a token in HF_TOKEN",
    "RepositoryNotFoundError": "the model hub has no such model, or it is private and wants a token in HF_TOKEN",
}
"""What errors of the hub's library mean that no second attempt can mend, by the names of their classes."""

PASSING = {
    "ConnectError": "the model hub cannot be reached",
    "ConnectTimeout": "the model hub does not answer",
    "ReadTimeout": "the model hub does not answer",
    "ReadError": "the model hub broke off",
    "RemoteProtocolError": "the model hub broke off",
}

SURE = 3
"""Tellings before a rate is told."""

TOO_MANY = 429
SERVERS_OWN = 500


@dataclass(frozen=True, slots=True)
class Found:
    """A model and the folder that holds it."""

    model: str
    folder: str


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a fetch is: bytes on disk, of how many, and bytes a second; `place` is where the model will lie."""

    model: str
    place: str = ""
    done: int = 0
    total: int = 0
    rate: float = 0.0

    def __str__(self) -> str:
        if not self.total:
            return f"looking for {self.model}"
        text = f"fetching {self.model}: {self.share:.0%} of {self.total / 1e6:.0f} MB"
        if self.rate < 1:
            return text
        return f"{text}, {self.rate / 1e6:.1f} MB/s, {_span((self.total - self.done) / self.rate)} left"

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0


async def find(
    kind: Kind,
    model: str,
    device: str,
    tell: Callable[[Fetching], None],
    *,
    thoroughly: bool = False,
    fetch: bool = True,
) -> Found:
    """Return where the model lies, fetching it when it is not on disk; an empty `model` is the default for `device`.

    `tell` hears how far it is; `thoroughly` compares what is on disk with its checksums. Raises Unavailable:
    `no_weights` when there are none to be had, `no_room`, or `fetch_failed` when a later attempt may succeed.
    Cancelling ends a fetch at once; the next continues it.
    """
    options = [name for name, is_wanted in (("--thoroughly", thoroughly), ("--here", not fetch)) if is_wanted]
    process = await _started(kind, model, device, *options)
    assert process.stdout is not None
    where = ""
    try:
        async for line in process.stdout:
            match json.loads(line):
                case {"model": str(named), "place": str(where)}:
                    model = named
                    tell(Fetching(model, where))
                case {"done": int(done), "total": int(total), "rate": float(rate)}:
                    tell(Fetching(model, where, done, total, rate))
                case {"folder": str(folder)}:
                    return Found(model, folder)
                case {"error": str(message), "code": str(code)}:
                    raise Unavailable(code, message)
        raise Unavailable("fetch_failed", f"the search for {model or kind} ended without a result")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _started(*arguments: str) -> asyncio.subprocess.Process:
    """Start this module as a process of its own, which says on its standard output how far it is."""
    path = os.pathsep.join(filter(None, (str(Path(genie.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def main(arguments: list[str]) -> None:
    """Run one search and say what comes of it."""
    parser = argparse.ArgumentParser(prog="python -m genie.audio.engines.fetch", description=__doc__)
    parser.add_argument("kind", choices=list(WEIGHTS))
    parser.add_argument("model")
    parser.add_argument("device", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--thoroughly", action="store_true")
    parser.add_argument("--here", action="store_true", help="fetch nothing")
    chosen = parser.parse_args(arguments)
    model = wanted(chosen.kind, chosen.model, chosen.device)
    try:
        _say(model=model, place=str(cache.place(model)))
        lying = cache.look(chosen.kind, model, thoroughly=chosen.thoroughly)
        _say(folder=str(lying.folder or _fetched(lying, allowed=not chosen.here)))
    except GenieError as error:
        _say(error=error.message, code=error.code)
    except ValueError as error:  # the hub's library, about a name that can be no model's
        _say(error=str(error).partition("\n")[0], code="no_weights")


def _fetched(lying: cache.Lying, *, allowed: bool) -> Path:
    """Fetch what is missing or damaged of a model and return its folder."""
    from huggingface_hub import constants

    where = "not on disk" if lying.state == "absent" else f"{lying.state} on disk ({lying.why})"
    told = f"{lying.model} is {where}"
    if not allowed:
        raise Unavailable("no_weights", f"{told}; to fetch it: genie models pull {lying.model}")
    if constants.HF_HUB_OFFLINE:
        raise Unavailable("no_weights", f"{told}, and HF_HUB_OFFLINE forbids to fetch it")
    try:
        plan = hub.plan(WEIGHTS[lying.kind], lying.model)
        threading.Thread(target=_tell_growth, args=(plan,), daemon=True).start()
        hub.bring(plan, thoroughly=lying.state == "broken")
    except Exception as error:  # the edge of the stage: what the hub's library, the network and the disk raise
        code, reason = _meaning(error)
        raise Unavailable(code, f"{told}, and cannot be fetched: {reason}") from error
    fetched = cache.look(lying.kind, lying.model)
    if fetched.folder is None:
        raise Unavailable("no_weights", f"{lying.model} was fetched, but cannot be used: {fetched.why}")
    return fetched.folder


def _tell_growth(plan: hub.Plan) -> None:
    """Say each second how much is on disk, and how fast it comes."""
    seen: deque[int] = deque(maxlen=RATE_OVER + 1)
    pause = threading.Event()
    while True:
        seen.append(plan.done())
        rate = (seen[-1] - seen[0]) / (TELL_EACH_S * (len(seen) - 1)) if len(seen) > SURE else 0.0
        _say(done=seen[-1], total=plan.total, rate=rate)
        pause.wait(TELL_EACH_S)


def _meaning(error: BaseException | None) -> tuple[str, str]:
    """Return a code and words for why a fetch failed, from an error and its causes."""
    line = ""
    if isinstance(error, GenieError):
        return error.code, error.message
    while error is not None:
        line = str(error).strip().partition("\n")[0] or type(error).__name__
        name, status = type(error).__name__, getattr(getattr(error, "response", None), "status_code", 0)
        if name in HOPELESS:
            return "no_weights", HOPELESS[name]
        if name in PASSING:
            return "fetch_failed", PASSING[name]
        if status == TOO_MANY:
            return "fetch_failed", "the model hub is asked too much at present (429)"
        if status:
            hint = f"the model hub answers {status}"
            return "fetch_failed" if status >= SERVERS_OWN else "no_weights", hint
        if isinstance(error, ValueError):  # a name that can be no model's
            return "no_weights", line
        error = error.__cause__
    return "fetch_failed", line


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _say(**words: object) -> None:
    """Tell the parent in one piece, as two threads speak; end when it has gone."""
    try:
        os.write(sys.stdout.fileno(), f"{json.dumps(words)}\n".encode())
    except BrokenPipeError:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
