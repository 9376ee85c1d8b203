"""An observable FIFO: every change calls its observers, so no caller ever emits by hand."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from genie.observers import Observers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What happened to one item; `size` is how many items of its owner there are afterwards."""

    change: Literal["added", "removed", "changed"]
    item: T
    size: int


Observer = Callable[[Change[T]], None]


Entry = tuple[str, str]
"""Where an item stands, as text that sorts, and its key."""


class _Part(Generic[T]):
    """The items of one owner, in the order they came."""

    def __init__(self) -> None:
        self.items: dict[str, T] = {}
        self.order: list[Entry] = []
        self.entries: dict[str, Entry] = {}
        self._last = 0

    def add(self, key: str, item: T, at: int) -> None:
        self._last = max(at, self._last + 1)
        self.items[key] = item
        self.entries[key] = entry = (f"{self._last:017d}", key)
        self.order.append(entry)

    def take_out(self, key: str) -> None:
        del self.items[key]
        del self.order[bisect_left(self.order, self.entries.pop(key))]


class Fifo(Generic[T]):
    """Keep items by owner and key, in the order they came. The caller bounds it (the board refuses the newest).

    `at` numbers an item by when it came, so that its place is the same after a restart.
    """

    def __init__(self, key: Callable[[T], str], owner: Callable[[T], str], at: Callable[[T], int]) -> None:
        self._key = key
        self._owner = owner
        self._at = at
        self._parts: dict[str, _Part[T]] = {}
        self._size = 0
        self._observers: Observers[[Change[T]]] = Observers()

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        """Yield all items, those of one owner in the order they came."""
        for part in list(self._parts.values()):
            yield from list(part.items.values())

    def owners(self) -> list[str]:
        """Return who has items here."""
        return list(self._parts)

    def of(self, owner: str) -> MappingProxyType[str, T]:
        """Return an owner's items by key in the order they came, without copying them."""
        part = self._parts.get(owner)
        return MappingProxyType(part.items if part is not None else {})

    def order(self, owner: str) -> Sequence[Entry]:
        """Return where an owner's items stand, without copying; it changes as they do."""
        part = self._parts.get(owner)
        return part.order if part is not None else ()

    def entry(self, key: str, owner: str) -> Entry | None:
        """Return where an item stands, None when it is not here."""
        part = self._parts.get(owner)
        return part.entries.get(key) if part is not None else None

    def get(self, key: str, owner: str) -> T | None:
        part = self._parts.get(owner)
        return part.items.get(key) if part is not None else None

    def known(self, key: str) -> T | None:
        """Return an item whoever owns it."""
        return next((part.items[key] for part in self._parts.values() if key in part.items), None)

    def push(self, item: T) -> None:
        """Add an item at the end; its key must be new."""
        key, owner = self._key(item), self._owner(item)
        part = self._parts.get(owner) or _Part()
        if key in part.items:
            raise KeyError(f"{key} is in this queue already")
        self._parts[owner] = part
        part.add(key, item, self._at(item))
        self._size += 1
        self._observers.tell(Change("added", item, len(part.items)))

    def remove(self, last: T) -> None:
        """Take one item out, wherever it stands; observers are shown this, its `last` state."""
        key, owner = self._key(last), self._owner(last)
        part = self._parts.get(owner) or _Part()
        part.take_out(key)
        self._size -= 1
        if not part.items:
            del self._parts[owner]
        self._observers.tell(Change("removed", last, len(part.items)))

    def replace(self, item: T) -> None:
        """Put a new state of an item where the old one stands."""
        key, part = self._key(item), self._parts.get(self._owner(item))
        if part is None or key not in part.items:
            raise KeyError(key)
        part.items[key] = item
        self._observers.tell(Change("changed", item, len(part.items)))

    def observed(self, observer: Observer[T]) -> AbstractContextManager[None]:
        """Call `observer` after every change for as long as the context lasts."""
        return self._observers.joined(observer)
