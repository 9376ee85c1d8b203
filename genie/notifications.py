"""What users are to know, each user's own: kept until it is removed, too old, or too much."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from genie.changes import Changes
from genie.errors import NotFound
from genie.keepsakes import Keepsakes
from genie.notification import Notification
from genie.owned import Owned
from genie.quiet import Quiet, quiet_hours
from genie.settings import NotifySettings

MAX_UNHEARD = 10
"""Notifications of one user that wait to be spoken, or rung: the most urgent and newest; the others are only read."""


class Notifications:
    """Every user's notifications, as they are kept; what cannot be kept is not known either."""

    def __init__(self, keepsakes: Keepsakes, settings: Callable[[], NotifySettings]) -> None:
        self._keepsakes = keepsakes
        self._settings = settings
        self._known: dict[str, dict[str, Notification]] = {}
        self._quiets = Owned(keepsakes.quiets, keepsakes.keep_quiet, Quiet())
        self._changes = Changes()

    async def restore(self) -> None:
        """Take over what was kept; call it once, before anything else."""
        for notification in await self._keepsakes.notifications():
            self._known.setdefault(notification.user, {})[notification.id] = notification
        await self._quiets.restore()

    def of(self, user: str) -> list[Notification]:
        """Return a user's notifications, newest first."""
        return sorted(self._known.get(user, {}).values(), key=lambda one: one.id, reverse=True)

    def unread(self, user: str) -> int:
        """Return how many of a user's notifications nobody has read."""
        return sum(not one.read for one in self._known.get(user, {}).values())

    def unheard(self, user: str) -> list[Notification]:
        """Return what is to be spoken to a user and was not yet, the most urgent first."""
        waiting = [one for one in self._known.get(user, {}).values() if one.unheard]
        return sorted(waiting, key=lambda one: (-one.weight, one.id))

    def quiet(self, user: str) -> Quiet:
        """Return when a user wants to hear only what is urgent."""
        return self._quiets.of(user)

    async def be_quiet(self, user: str, quiet: Quiet) -> None:
        """Let a user hear only what is urgent at these times, or raise `bad_hours`."""
        quiet_hours(quiet.hours or "")
        await self._quiets.change(user, lambda _: quiet)

    def is_unread(self, name: str, user: str) -> bool:
        """Say whether a user's notification is still kept, and nobody has read it."""
        one = self._known.get(user, {}).get(name)
        return one is not None and not one.read

    def find(self, name: str, user: str) -> Notification:
        """Return a user's notification, or raise `no_such_notification`."""
        try:
            return self._known.get(user, {})[name]
        except KeyError:
            raise NotFound("no_such_notification", "there is no such notification") from None

    async def add(self, new: Notification) -> Notification:
        """Keep a notification; return it, or the one that is kept under the same key."""
        return await self._changes.make(self._add(new))

    async def claim(self, name: str, user: str) -> bool:
        """Say whether a notification is still to be spoken; whoever asked is the one that does, once it is written."""
        return await self._changes.make(self._claim(name, user))

    async def read(self, user: str, names: Sequence[str] | None = None) -> None:
        """Note that a user has read some notifications, or all: none is spoken any more; pass over what is gone."""
        await self._changes.make(self._read(user, names))

    async def remove(self, user: str, names: Sequence[str] | None = None) -> None:
        """Forget some of a user's notifications, or all."""
        await self._changes.make(self._remove(user, names))

    async def forget_old(self, now: datetime) -> None:
        """Forget what is too old."""
        before = now - timedelta(days=self._settings().days)
        for user, known in list(self._known.items()):
            if old := [one.id for one in known.values() if one.at < before]:
                await self.remove(user, old)

    async def _add(self, new: Notification) -> Notification:
        known = list(self._known.get(new.user, {}).values())
        same = next((one for one in known if one.key == new.key is not None), None)
        if same is not None:
            return same
        oldest_first = sorted(known, key=lambda one: one.id)  # the new one is not among them, whatever the clock says
        surplus = oldest_first[: max(0, len(known) + 1 - self._settings().kept)]
        too_many = surplus_of(one for one in [*known, new] if one.unheard)
        hushed = [one.model_copy(update={"unheard": False}) for one in too_many]
        await self._write(new.user, [new, *hushed], surplus)
        return self.find(new.id, new.user)

    async def _claim(self, name: str, user: str) -> bool:
        one = self._known.get(user, {}).get(name)
        if one is None or not one.unheard:
            return False
        await self._write(user, [one.model_copy(update={"unheard": False})])
        return True

    async def _read(self, user: str, names: Sequence[str] | None) -> None:
        unread = [one for one in self._named(user, names) if not one.read]
        if unread:
            await self._write(user, [one.model_copy(update={"read": True, "unheard": False}) for one in unread])

    async def _remove(self, user: str, names: Sequence[str] | None) -> None:
        if gone := self._named(user, names):
            await self._write(user, [], gone)

    def _named(self, user: str, names: Sequence[str] | None) -> list[Notification]:
        known = self._known.get(user, {})
        return list(known.values()) if names is None else [known[name] for name in names if name in known]

    async def _write(self, user: str, kept: Sequence[Notification], gone: Sequence[Notification] = ()) -> None:
        """Keep a change of a user's notifications, then know of it."""
        await self._keepsakes.keep_notifications(user, kept, [one.id for one in gone])
        known = self._known.setdefault(user, {})
        known.update({one.id: one for one in kept})
        for one in gone:
            known.pop(one.id, None)
        if not known:
            del self._known[user]


def surplus_of(waiting: Iterable[Notification]) -> list[Notification]:
    """Return those that are not to be heard any more, as too many wait: the least urgent and oldest of them."""
    return sorted(waiting, key=lambda one: (one.weight, one.id), reverse=True)[MAX_UNHEARD:]
