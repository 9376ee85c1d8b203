"""An observable FIFO: every change calls its observers, so no caller ever emits by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What happened to one item; `size` is the length of the queue afterwards."""

    change: Literal["added", "removed", "changed"]
    item: T
    size: int


Observer = Callable[[Change[T]], None]


class Fifo(Generic[T]):
    """Keep items by key in the order they came. The caller bounds it (the board refuses the newest when full)."""

    def __init__(self, key: Callable[[T], str]) -> None:
        self._key = key
        self._items: dict[str, T] = {}
        self._observers: list[Observer[T]] = []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._items.values()))

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def get(self, key: str) -> T | None:
        return self._items.get(key)

    def push(self, item: T, *, first: bool = False) -> None:
        """Add an item at the end, or before all others; its key must be new."""
        key = self._key(item)
        if key in self._items:
            raise KeyError(f"{key} is in this queue already")
        self._items[key] = item
        if first:
            self._items = {key: item, **self._items}
        self._tell(Change("added", item, len(self._items)))

    def remove(self, key: str, last: T | None = None) -> T:
        """Take one item out, wherever it stands; observers are shown its `last` state where one is given."""
        item = self._items.pop(key)
        self._tell(Change("removed", last or item, len(self._items)))
        return item

    def replace(self, item: T) -> None:
        """Put a new state of an item where the old one stands."""
        key = self._key(item)
        if key not in self._items:
            raise KeyError(key)
        self._items[key] = item
        self._tell(Change("changed", item, len(self._items)))

    def move(self, key: str, before: str | None) -> None:
        """Put an item before another one, or last."""
        item = self._items[key]
        keys = [k for k in self._items if k != key]
        place = len(keys) if before is None else keys.index(before)
        keys.insert(place, key)
        self._items = {k: self._items[k] for k in keys}
        self._tell(Change("changed", item, len(self._items)))

    @contextmanager
    def observed(self, observer: Observer[T]) -> Iterator[None]:
        """Call `observer` after every change for as long as the context lasts."""
        self._observers.append(observer)
        try:
            yield
        finally:
            self._observers.remove(observer)

    def _tell(self, change: Change[T]) -> None:
        for observer in list(self._observers):
            observer(change)
