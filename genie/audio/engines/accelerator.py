"""Where torch computes, and what is done when memory runs out there."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

from genie.audio.engine import Card
from genie.errors import GenieError, StageFailed

Q = TypeVar("Q")
R = TypeVar("R")

TOO_LARGE = "the accelerator has too little free memory for it, so it runs on the processor"


class Described(Protocol):
    """What every engine can do."""

    def describe(self) -> Card: ...


E = TypeVar("E", bound=Described)


def device(setting: str) -> str:
    """Return cuda or cpu for the setting auto, cuda or cpu; StageFailed `no_cuda` when it is asked for but absent."""
    import torch

    if setting == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if setting == "cuda":
        raise StageFailed("no_cuda", "device is set to cuda, but torch finds no CUDA device; set it to auto or cpu")
    return "cpu"


def processor_has(*features: str) -> bool:
    """Say whether the processor has one of the features, as torch calls them."""
    import torch

    has = torch.cpu.get_capabilities()
    return any(has.get(feature, False) for feature in features)


def names() -> list[str]:
    """Return the CUDA devices that torch sees."""
    import torch

    return [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]


def within_memory(call: Callable[[], R]) -> R:
    """Make the call; when the accelerator has no memory left, free what is cached and try once more.

    Raises StageFailed `out_of_memory` when that does not help.
    """
    import torch

    try:
        return call()
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
    with _last_try():
        return call()


def steps_within_memory(work: Callable[[], Generator[None, None, R]]) -> Generator[None, None, R]:
    """Do work that pauses as `within_memory` makes a call: from its beginning once more."""
    import torch

    try:
        return (yield from work())
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
    with _last_try():
        return (yield from work())


@contextmanager
def _last_try() -> Iterator[None]:
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise StageFailed("out_of_memory", "the accelerator has too little free memory; try again") from error


def each_within_memory(questions: list[Q], answer: Callable[[list[Q]], list[R]]) -> list[R | GenieError]:
    """Answer questions together; when the accelerator has no memory left, in halves, down to each alone.

    One that does not fit alone gets StageFailed `out_of_memory`; the others get their answers.
    """
    import torch

    if len(questions) <= 1:
        try:
            return [*within_memory(lambda: answer(questions))] if questions else []
        except StageFailed as error:
            return [error]
    try:
        return [*answer(questions)]
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
    half = len(questions) // 2
    return [*each_within_memory(questions[:half], answer), *each_within_memory(questions[half:], answer)]


def where_it_fits(setting: str, make: Callable[[str], E]) -> E:
    """Make an engine on the device of the setting; with auto on the processor when it does not fit elsewhere.

    Raises StageFailed `out_of_memory` when a device was named.
    """
    if (engine := _made(setting, make)) is not None:
        return engine
    if setting != "auto":
        raise StageFailed(
            "out_of_memory", "the accelerator has too little free memory for it; set device to auto, or a smaller model"
        )
    return cast(E, _Noted(make("cpu"), TOO_LARGE))


def _made(setting: str, make: Callable[[str], E]) -> E | None:
    """Make an engine; None when there was no memory, which is free again then: no error holds what was half made."""
    import torch

    try:
        return make(setting)
    except torch.OutOfMemoryError:
        pass
    except GenieError as error:
        if error.code != "out_of_memory":
            raise
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None


class _Noted:
    """An engine whose card says one thing more."""

    def __init__(self, engine: Described, note: str) -> None:
        self._engine = engine
        self._note = note

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def describe(self) -> Card:
        card = self._engine.describe()
        return replace(card, note="; ".join(filter(None, (self._note, card.note))))
