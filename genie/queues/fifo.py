"""An observable FIFO: every change calls its observers, so no caller ever emits by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What happened to one item; `size` is how many items of its owner there are afterwards."""

    change: Literal["added", "removed", "changed"]
    item: T
    size: int


Observer = Callable[[Change[T]], None]


class Fifo(Generic[T]):
    """Keep items by owner and key, in the order they came. The caller bounds it (the board refuses the newest)."""

    def __init__(self, key: Callable[[T], str], owner: Callable[[T], str]) -> None:
        self._key = key
        self._owner = owner
        self._items: dict[str, dict[str, T]] = {}
        self._size = 0
        self._observers: list[Observer[T]] = []

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        """Yield all items, those of one owner in the order they came."""
        for items in list(self._items.values()):
            yield from list(items.values())

    def owners(self) -> list[str]:
        """Return who has items here."""
        return list(self._items)

    def of(self, owner: str) -> MappingProxyType[str, T]:
        """Return an owner's items by key in the order they came, without copying them."""
        return MappingProxyType(self._items.get(owner, {}))

    def get(self, key: str, owner: str) -> T | None:
        return self._items.get(owner, {}).get(key)

    def known(self, key: str) -> T | None:
        """Return an item whoever owns it."""
        return next((items[key] for items in self._items.values() if key in items), None)

    def push(self, item: T) -> None:
        """Add an item at the end; its key must be new."""
        key, items = self._key(item), self._items.setdefault(self._owner(item), {})
        if key in items:
            raise KeyError(f"{key} is in this queue already")
        items[key] = item
        self._size += 1
        self._tell(Change("added", item, len(items)))

    def remove(self, last: T) -> None:
        """Take one item out, wherever it stands; observers are shown this, its `last` state."""
        key, owner = self._key(last), self._owner(last)
        items = self._items.get(owner, {})
        del items[key]
        self._size -= 1
        if not items:
            del self._items[owner]
        self._tell(Change("removed", last, len(items)))

    def replace(self, item: T) -> None:
        """Put a new state of an item where the old one stands."""
        key, items = self._key(item), self._items.get(self._owner(item), {})
        if key not in items:
            raise KeyError(key)
        items[key] = item
        self._tell(Change("changed", item, len(items)))

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
