"""Notifications over HTTP: told, listed, read, removed, heard again."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie.messages import Name
from genie.notification import Notification, SoundName, Urgency
from genie.rest.announcer import Announcement
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.questions import key_of
from genie.rest.reply import json_reply


class NotifyParams(Params):
    """What to tell: `low` is never spoken, `high` goes before what has not begun, `urgent` interrupts.

    It is heard on `session`, or where genie sounds already, or on the user's newest client; such a one follows
    `notifications` and plays sound. Without `speak` only the chime is. The same `key` (or
    `Idempotency-Key` header) again is the same notification.
    """

    text: str
    priority: Urgency = "normal"
    sound: SoundName | None = None
    speak: bool = True
    key: Name | None = None
    session: Name | None = None


class Notified(BaseModel):
    """The notification is recorded."""

    status: Literal["recorded"] = "recorded"
    id: str


class InboxParams(Params):
    """Which notifications: those that are older than the one with the id `before`, or only unread ones."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    before: Name | None = None
    unread: bool = False


class Inbox(BaseModel):
    """Notifications, newest first; `next` is the `before` of the following page. The sizes count all there are."""

    total: int
    unread: int
    notifications: list[Notification]
    next: str | None = None


class NamedParams(Params):
    """Which notification."""

    notification: Name


class ReplayParams(NamedParams):
    """Which notification, and on which client it is to be heard."""

    session: Name | None = None


class Counts(BaseModel):
    """How many notifications there are, and how many nobody has read."""

    total: int
    unread: int


class QuietParams(Params):
    """When only what is urgent is heard: what is not given stays as it was.

    `hours` are such as "22:00-07:00" by the listener's clock, "" for none, null for those of the server's settings;
    `muted`: from now on, until it is taken back.
    """

    hours: Name | None = None
    muted: bool = False


class QuietReply(BaseModel):
    """When only what is urgent is heard; `otherwise` are the hours of the server's settings."""

    hours: str | None
    muted: bool
    otherwise: str


async def notify(house: House, request: Request, params: NotifyParams) -> Response:
    """Tell the caller's clients something, once it is recorded; who is absent finds it in the inbox."""
    key = params.key or key_of(request)
    wanted = Announcement(params.text, params.priority, params.sound, params.speak, key, params.session)
    kept = await house.announcer.announce(house.door.user_of(request), wanted)
    return json_reply(Notified(id=kept.id), 202)


async def get_notifications(house: House, request: Request, params: InboxParams) -> Response:
    """Return the caller's notifications, page by page."""
    user = house.door.user_of(request)
    known = house.announcer.notifications.of(user)
    wanted = [
        one for one in known if not (params.unread and one.read) and (params.before is None or one.id < params.before)
    ]
    page = wanted[: params.limit]
    following = page[-1].id if len(wanted) > len(page) else None
    unread = house.announcer.notifications.unread(user)
    return json_reply(Inbox(total=len(known), unread=unread, notifications=page, next=following))


async def read_notification(house: House, request: Request, params: NamedParams) -> Response:
    """Note that a notification was read; if it still waits to be heard, it is not."""
    user = house.door.user_of(request)
    house.announcer.notifications.find(params.notification, user)
    return await _read(house, user, [params.notification])


async def read_notifications(house: House, request: Request, params: Params) -> Response:
    """Note that all notifications were read; what of them still waits to be heard is not."""
    return await _read(house, house.door.user_of(request), None)


async def replay_notification(house: House, request: Request, params: ReplayParams) -> Response:
    """Say a notification again, before all that has not begun."""
    return json_reply(house.announcer.replay(house.door.user_of(request), params.notification, params.session))


async def remove_notification(house: House, request: Request, params: NamedParams) -> Response:
    """Forget a notification; if it still waits to be heard, it is not."""
    user = house.door.user_of(request)
    house.announcer.notifications.find(params.notification, user)
    return await _remove(house, user, [params.notification])


async def remove_notifications(house: House, request: Request, params: Params) -> Response:
    """Forget all notifications."""
    return await _remove(house, house.door.user_of(request), None)


async def get_quiet(house: House, request: Request, params: Params) -> Response:
    """Return when the caller wants to hear only what is urgent."""
    return _quiet(house, house.door.user_of(request))


async def set_quiet(house: House, request: Request, params: QuietParams) -> Response:
    """Let the caller hear only what is urgent at certain hours, or from now on."""
    user = house.door.user_of(request)
    known = house.announcer.notifications.quiet(user)
    wanted = replace(known, **params.model_dump(include=params.model_fields_set))
    await house.announcer.notifications.be_quiet(user, wanted)
    house.announcer.inherit(user)
    return _quiet(house, user)


def _quiet(house: House, user: str) -> Response:
    quiet = house.announcer.notifications.quiet(user)
    return json_reply(QuietReply(hours=quiet.hours, muted=quiet.muted, otherwise=house.settings.notify.quiet))


async def _read(house: House, user: str, names: list[str] | None) -> Response:
    await house.announcer.notifications.read(user, names)
    return _counted(house, user)


async def _remove(house: House, user: str, names: list[str] | None) -> Response:
    gone = names or [one.id for one in house.announcer.notifications.of(user)]
    await house.announcer.notifications.remove(user, gone)
    for name in gone:
        house.announcer.silence(user, name)
    return _counted(house, user)


def _counted(house: House, user: str) -> Response:
    house.announcer.recount(user)
    kept = house.announcer.notifications
    return json_reply(Counts(total=len(kept.of(user)), unread=kept.unread(user)))


ENDPOINTS = (
    Endpoint("/api/notify", ("POST",), notify, NotifyParams, Notified, status=202),
    Endpoint("/api/notifications", ("GET",), get_notifications, InboxParams, Inbox),
    Endpoint("/api/notifications", ("DELETE",), remove_notifications, reply=Counts),
    Endpoint("/api/notifications/read", ("POST",), read_notifications, reply=Counts),
    Endpoint("/api/notifications/quiet", ("GET",), get_quiet, reply=QuietReply),
    Endpoint("/api/notifications/quiet", ("POST",), set_quiet, QuietParams, QuietReply),
    Endpoint("/api/notifications/{notification}/read", ("POST",), read_notification, NamedParams, Counts),
    Endpoint("/api/notifications/{notification}/replay", ("POST",), replay_notification, ReplayParams, Notification),
    Endpoint("/api/notifications/{notification}", ("DELETE",), remove_notification, NamedParams, Counts),
)
