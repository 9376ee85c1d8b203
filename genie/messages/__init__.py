"""The closed set of messages on `/ws`: each stands with what it is about, and all of them are found here."""

from genie.messages.jobs import (
    Answer,
    AnswerDelta,
    Ask,
    JobCancel,
    JobDelete,
    JobEdit,
    JobMove,
    JobReplay,
    JobRetry,
    Progress,
)
from genie.messages.listening import (
    MAX_PROMPT,
    ListenCancel,
    ListenStart,
    ListenStop,
    Transcript,
    UtteranceEnded,
    UtteranceStarted,
)
from genie.messages.message import MAX_NAME, Message, Name, Request, Speed
from genie.messages.notifications import InboxUpdate, NotificationSoundUpdate
from genie.messages.queues import (
    DeadUpdate,
    DoneUpdate,
    QueuePause,
    QueueResume,
    QueueState,
    QueueUpdate,
    RunUpdate,
    TodoUpdate,
    queue_update,
)
from genie.messages.session import (
    PROTOCOL,
    Accepted,
    Connect,
    Disconnect,
    Engines,
    EngineState,
    ErrorMessage,
    Hello,
    Ping,
    Pong,
)
from genie.messages.speech import (
    AudioEnd,
    AudioHold,
    AudioUpdate,
    Caption,
    SpeechPlayed,
    SpeechStop,
    decode_audio,
    encode_audio,
)
from genie.messages.topics import Resync, Subscribe, Subscribed, TimeUpdate, Topic, Unsubscribe
from genie.messages.wire import (
    BadMessage,
    ClientMessage,
    ServerMessage,
    decode_client,
    decode_server,
    encode,
    kinds,
)

__all__ = (
    "MAX_NAME", "MAX_PROMPT", "PROTOCOL", "Accepted", "Answer", "AnswerDelta", "Ask", "AudioEnd", "AudioHold",
    "AudioUpdate", "BadMessage", "Caption", "ClientMessage", "Connect", "DeadUpdate", "Disconnect", "DoneUpdate",
    "EngineState", "Engines", "ErrorMessage", "Hello", "InboxUpdate", "JobCancel", "JobDelete", "JobEdit",
    "JobMove", "JobReplay", "JobRetry", "ListenCancel", "ListenStart", "ListenStop", "Message", "Name",
    "NotificationSoundUpdate", "Ping", "Pong", "Progress", "QueuePause", "QueueResume", "QueueState", "QueueUpdate",
    "Request", "Resync", "RunUpdate", "ServerMessage", "SpeechPlayed", "SpeechStop", "Speed", "Subscribe",
    "Subscribed", "TimeUpdate", "TodoUpdate", "Topic", "Transcript", "Unsubscribe", "UtteranceEnded",
    "UtteranceStarted", "decode_audio", "decode_client", "decode_server", "encode", "encode_audio", "kinds",
    "queue_update",
)  # fmt: skip
