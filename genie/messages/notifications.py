"""There is a notification, and how many of them nobody has read or heard."""

from datetime import datetime
from typing import Literal

from genie.messages.message import Message
from genie.notification import SoundName, Urgency


class NotificationSoundUpdate(Message):
    """There is a notification; to followers of `notifications`.

    One client of the user, which follows `notifications` and plays speeches, hears it: the chime and then, unless its
    priority is `low`, the text come as a speech of no job. `sound` names the chime, `none` where nothing is to be
    heard; a client that plays no speeches finds it at `/api/sounds/{sound}`.
    """

    type: Literal["notification_sound_update"] = "notification_sound_update"
    id: str
    sound: SoundName
    text: str
    priority: Urgency
    at: datetime


class InboxUpdate(Message):
    """How many notifications nobody has read, and how many wait to be heard; at once, and when the inbox changes.

    It is told to followers of `notifications`.

    They are listed, read, removed and replayed over HTTP, below `/api/notifications`.
    """

    type: Literal["inbox_update"] = "inbox_update"
    unread: int
    unheard: int = 0
