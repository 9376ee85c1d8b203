"""Something that each user has of their own and may change, such as the words they taught."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from genie.changes import Changes

T = TypeVar("T")


class Owned(Generic[T]):
    """Every user's own, as it is kept; what cannot be kept is not known either."""

    def __init__(
        self, load: Callable[[], Awaitable[dict[str, T]]], keep: Callable[[str, T], Awaitable[None]], nothing: T
    ) -> None:
        """`load` returns what is kept by user, `keep` keeps what a user has now; `nothing` is what others have."""
        self._load = load
        self._keep = keep
        self._nothing = nothing
        self._owned: dict[str, T] = {}
        self._changes = Changes()

    async def restore(self) -> None:
        """Take over what was kept; call it once, before anything else."""
        self._owned = await self._load()

    def of(self, user: str) -> T:
        """Return what a user has."""
        return self._owned.get(user, self._nothing)

    async def change(self, user: str, change: Callable[[T], T]) -> T:
        """Change what a user has and return what it was; a change that was begun is made, whoever is gone."""
        return await self._changes.make(self._change(user, change))

    async def _change(self, user: str, change: Callable[[T], T]) -> T:
        old = self.of(user)
        new = change(old)
        if new != old:
            await self._keep(user, new)
            self._owned[user] = new
        return old
