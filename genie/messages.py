"""The closed set of messages on `/ws`, their encoding, and the header of binary audio frames.

Text frames are flat JSON objects with a `type`. Binary frames are sound: from the client bare PCM16 mono, from the
server `<speech u32><first sample u32>` and PCM16 mono, all little-endian.
"""

import struct
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from genie.audio.speed import FASTEST, SLOWEST, checked_speed
from genie.errors import BadInput, TooLarge
from genie.notification import SoundName, Urgency
from genie.queues.job import Job, Priority, QueueName, Timeline

PROTOCOL = 1
MAX_NAME = 200
"""Characters of an identifier, a language tag, a zone name and the like."""

MAX_PROMPT = 1_000
"""Characters of what a transcriber is to take for said before."""

Name = Annotated[str, Field(max_length=MAX_NAME)]
Speed = Annotated[float, Field(ge=SLOWEST, le=FASTEST), BeforeValidator(checked_speed)]
"""How fast a voice speaks; anything else than a number within the bounds is `bad_speed`."""

Topic = Annotated[str, Field(pattern=r"^(todo|run|done|dead|answers|speech|notifications|time|job:[0-9A-Za-z]{1,64})$")]


class Message(BaseModel):
    """What every message is: frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(Message):
    """What a client says; `ref` comes back in `accepted` or `error`."""

    ref: Name | None = None


class Hello(Request):
    """Open or resume a session; it must come first.

    `voice`, `language` and `speed` (0.5 to 2.0) win over what the user chose for all clients (`/api/preferences`). A
    voice that the present engine lacks is stood in for, as `audio_update` tells.
    `language` is what this client's user speaks and hears; `auto`: it is detected, and answers have the voice's own.
    `speech` says whether this client plays answers: `now` (the default), `later` (once it subscribes to the topic
    `speech`: browsers play nothing before a tap), or `never` (its questions are answered as text alone).
    """

    type: Literal["hello"] = "hello"
    protocol: int
    session: Name | None = None
    epoch: Name | None = None
    after_seq: Annotated[int, Field(ge=0)] | None = None
    token: Name | None = None
    sample_rate: int | None = None
    voice: Name | None = None
    language: Name | None = None
    speed: Speed | None = None
    timezone: Name | None = None
    locale: Name | None = None
    speech: Literal["now", "later", "never"] | None = None


class Subscribe(Request):
    """Ask for events of these topics; answered by `subscribed` with their present state."""

    type: Literal["subscribe"] = "subscribe"
    topics: Annotated[list[Topic], Field(min_length=1, max_length=32)]


class Unsubscribe(Request):
    """Ask for no more events of these topics."""

    type: Literal["unsubscribe"] = "unsubscribe"
    topics: Annotated[list[Topic], Field(min_length=1, max_length=32)]


class ListenStart(Request):
    """Begin to listen: until `listen_stop` (push to talk), or to one utterance after the other (hands-free).

    What it says of what will be spoken wins over `hello`, and that over the server's settings. A language is a BCP 47
    tag, of which the first part counts (de-AT is de); `auto` has it detected, among `languages` where they are given.
    A language that the ear does not know is `unsupported_language`.
    """

    type: Literal["listen_start"] = "listen_start"
    mode: Literal["push_to_talk", "hands_free"] = "push_to_talk"
    sample_rate: int | None = None
    language: Name | None = None
    languages: Annotated[list[Name], Field(min_length=1, max_length=100)] | None = None
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] | None = Field(
        default=None, description="what was said before, or the style of what will be"
    )
    translate: bool | None = Field(default=None, description="write English, whatever is spoken")


class ListenStop(Request):
    """The button was released: what was said is the question; `accepted` names its job, or none if nothing was said."""

    type: Literal["listen_stop"] = "listen_stop"


class ListenCancel(Request):
    """Forget what is being said."""

    type: Literal["listen_cancel"] = "listen_cancel"


class Ask(Request):
    """Ask by text; the same `key` again is the same job, and a higher priority goes before your lower ones."""

    type: Literal["ask"] = "ask"
    text: str
    key: Name | None = None
    priority: Priority = "normal"


class JobCancel(Request):
    """Stop a job in any unfinished state."""

    type: Literal["job_cancel"] = "job_cancel"
    job: Name


class JobRetry(Request):
    """Put a dead job back into todo."""

    type: Literal["job_retry"] = "job_retry"
    job: Name


class JobDelete(Request):
    """Remove a finished job."""

    type: Literal["job_delete"] = "job_delete"
    job: Name


class JobReplay(Request):
    """Speak a job's answer again."""

    type: Literal["job_replay"] = "job_replay"
    job: Name


class JobEdit(Request):
    """Change what a waiting job asks; one that was started is `not_waiting`."""

    type: Literal["job_edit"] = "job_edit"
    job: Name
    text: str


class JobMove(Request):
    """Put a waiting job before another one of yours, or last; nobody else's job changes its place."""

    type: Literal["job_move"] = "job_move"
    job: Name
    before: Name | None = None


class QueuePause(Request):
    """Start none of your jobs from now on, whichever client asks them; those that run go on."""

    type: Literal["queue_pause"] = "queue_pause"


class QueueResume(Request):
    """Start your jobs again."""

    type: Literal["queue_resume"] = "queue_resume"


class SpeechStop(Request):
    """Silence genie now; no more of that answer is written.

    A client that knows it says which speech it was playing, and how many samples of it had been heard.
    """

    type: Literal["speech_stop"] = "speech_stop"
    speech: Annotated[int, Field(ge=0)] | None = None
    samples: Annotated[int, Field(ge=0)] | None = None


class SpeechPlayed(Request):
    """Say how many samples of a speech came out of the loudspeaker, at the latest when it was played to its end."""

    type: Literal["speech_played"] = "speech_played"
    speech: Annotated[int, Field(ge=0)]
    samples: Annotated[int, Field(ge=0)]


class Ping(Request):
    """Ask for a `pong`."""

    type: Literal["ping"] = "ping"


class EngineState(Message):
    """Which engine serves, and why; `progress` is how much of a better one's weights is on disk while they come."""

    name: str
    device: str
    state: Literal["loading", "ready", "failed"]
    reason: str
    model: str = ""
    progress: float | None = None


class Engines(Message):
    """The three engines in use."""

    stt: EngineState
    tts: EngineState
    vad: EngineState


class Connect(Message):
    """Answer `hello`: the session, where its event stream stands, the engines in use and the limits in force."""

    type: Literal["connect"] = "connect"
    protocol: int = PROTOCOL
    session: str
    epoch: str
    seq: int
    user: str
    engines: Engines
    limits: dict[str, float]
    paused: bool = False
    ref: str | None = None


class Accepted(Message):
    """A request was carried out, or its job was queued; `seq` is where the user's events stood then."""

    type: Literal["accepted"] = "accepted"
    ref: str | None = None
    job: str | None = None
    seq: int | None = None
    learned: list[str] | None = Field(
        default=None, description="names that came to your vocabulary because you put them right"
    )


class Subscribed(Message):
    """Answer `subscribe`: the queues asked for as they stood at `seq`, with their sizes.

    Of a long queue only a part is told: the first jobs of todo and run, the newest of done and dead.
    `paused` says whether your jobs wait until you resume them.
    """

    type: Literal["subscribed"] = "subscribed"
    topics: list[str]
    state: dict[str, list[Job]]
    sizes: dict[str, int]
    seq: int
    paused: bool = False
    ref: str | None = None


class Resync(Message):
    """The events since `after_seq` are gone: subscribe again for the present state."""

    type: Literal["resync"] = "resync"
    epoch: str
    seq: int


class UtteranceStarted(Message):
    """The user began to speak, or pressed the button.

    With `continues`, hands-free: somebody spoke on before that utterance's question was answered. The question is taken
    back (its job is cancelled with the code `reopened`), and what is said now begins with its text.
    """

    type: Literal["utterance_started"] = "utterance_started"
    utterance: int
    continues: int | None = None


class UtteranceEnded(Message):
    """The user ended; the final transcript follows."""

    type: Literal["utterance_ended"] = "utterance_ended"
    utterance: int


class Transcript(Message):
    """What was heard: committed words never change, the tentative tail may.

    Between the two stands a space, but not before a comma and the like, and not in scripts that have none.
    `language` is the one that was heard, once that is known; it stays for the rest of the utterance.
    """

    type: Literal["transcript"] = "transcript"
    utterance: int
    committed: str
    tentative: str = ""
    final: bool = False
    language: str | None = None
    dropped: Literal["backchannel", "noise", "stop", "echo"] | None = Field(
        default=None, description="why this final text is no question: it was said into an answer, hands-free"
    )


class QueueUpdate(Message):
    """One change of one queue, with the job as it is now."""

    seq: int
    change: Literal["added", "removed", "changed"]
    job: Job
    size: int


class TodoUpdate(QueueUpdate):
    """A change of todo."""

    type: Literal["todo_update"] = "todo_update"


class RunUpdate(QueueUpdate):
    """A change of run."""

    type: Literal["run_update"] = "run_update"


class DoneUpdate(QueueUpdate):
    """A change of done."""

    type: Literal["done_update"] = "done_update"


class DeadUpdate(QueueUpdate):
    """A change of dead."""

    type: Literal["dead_update"] = "dead_update"


class QueueState(Message):
    """Your jobs wait from now on, or are started again; to followers of todo."""

    type: Literal["queue_state"] = "queue_state"
    paused: bool


class Progress(Message):
    """How far a running job has come, to followers of run or of the job; a few times a second at most.

    `done` and `total` count seconds of its recording; `total` is missing until it is known, `eta` is in seconds.
    """

    type: Literal["progress"] = "progress"
    job: str
    done: float
    total: float | None = None
    note: Literal["reading", "hearing"]
    eta: float | None = None


class AnswerDelta(Message):
    """The next piece of an answer's text."""

    type: Literal["answer_delta"] = "answer_delta"
    job: str
    text: str


class Answer(Message):
    """The whole answer, and when each of its stages was reached."""

    type: Literal["answer"] = "answer"
    job: str
    text: str
    timeline: Timeline


class AudioUpdate(Message):
    """A speech begins: binary frames with its number follow.

    `instead_of` is the voice that was chosen, where the present engine lacks it: `voice` speaks, and the choice stays.
    """

    type: Literal["audio_update"] = "audio_update"
    speech: int
    job: str | None = None
    url: str | None = None
    sample_rate: int
    voice: str
    instead_of: str | None = None


class Caption(Message):
    """The text of one spoken piece and the sample at which it starts.

    `words` are its words as `[start, end, sample]`: their characters in `text` (Unicode code points) and the sample of
    the speech from which each is heard. A piece of which more words are known later is captioned again, with the same
    `first_sample` and all the words.
    """

    type: Literal["caption"] = "caption"
    speech: int
    text: str
    first_sample: int
    words: list[tuple[int, int, int]] | None = None


class AudioEnd(Message):
    """A speech has ended after this many samples; when it was stopped, drop what was not played.

    One that was sent whole and is silenced before it was played ends again, as `stopped`.
    """

    type: Literal["audio_end"] = "audio_end"
    speech: int
    samples: int
    reason: Literal["completed", "stopped", "failed"]


class AudioHold(Message):
    """Pause what is played, or go on where it was paused: somebody speaks into it, who may want to interrupt.

    It ends with `on: false`, when a speech is stopped (`audio_end`), and with the connection.
    """

    type: Literal["audio_hold"] = "audio_hold"
    on: bool


class TimeUpdate(Message):
    """The server's clock, each second, to subscribers of `time`."""

    type: Literal["time_update"] = "time_update"
    now: datetime


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


class ErrorMessage(Message):
    """A request, a job or a stage failed; the socket stays open."""

    type: Literal["error"] = "error"
    code: str
    message: str
    field: str | None = None
    retry_after: float | None = Field(default=None, description="seconds after which the same may succeed")
    ref: str | None = None


class Pong(Message):
    """Answer `ping`."""

    type: Literal["pong"] = "pong"
    ref: str | None = None


class Disconnect(Message):
    """The server is about to close the socket."""

    type: Literal["disconnect"] = "disconnect"
    code: int
    reason: str
    retry_after: float | None = None


ClientMessage = Annotated[
    Hello
    | Subscribe
    | Unsubscribe
    | ListenStart
    | ListenStop
    | ListenCancel
    | Ask
    | JobCancel
    | JobRetry
    | JobDelete
    | JobReplay
    | JobEdit
    | JobMove
    | QueuePause
    | QueueResume
    | SpeechStop
    | SpeechPlayed
    | Ping,
    Field(discriminator="type"),
]

ServerMessage = Annotated[
    Connect
    | Accepted
    | Subscribed
    | Resync
    | UtteranceStarted
    | UtteranceEnded
    | Transcript
    | TodoUpdate
    | RunUpdate
    | DoneUpdate
    | DeadUpdate
    | QueueState
    | Progress
    | AnswerDelta
    | Answer
    | AudioUpdate
    | Caption
    | AudioEnd
    | AudioHold
    | TimeUpdate
    | NotificationSoundUpdate
    | InboxUpdate
    | ErrorMessage
    | Pong
    | Disconnect,
    Field(discriminator="type"),
]


def kinds(union: Any) -> tuple[type[Message], ...]:
    """Return the classes of `ClientMessage` or `ServerMessage`."""
    return get_args(get_args(union)[0])


@cache
def _adapter(union: Any) -> TypeAdapter[Any]:
    return TypeAdapter(union)


def encode(message: Message) -> str:
    """Return the JSON text of a message; fields that are null are left out."""
    return message.model_dump_json(exclude_none=True)


def decode_client(text: str, limit: int) -> ClientMessage:
    """Read a client's message, or raise a coded error that names what is wrong with it."""
    if len(text) > limit:
        raise TooLarge("too_large", f"a JSON message may have {limit} characters")
    try:
        plain = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput("bad_json", f"not valid JSON: {error}") from error
    ref = plain.get("ref") if isinstance(plain, dict) and isinstance(plain.get("ref"), str) else None
    try:
        return cast(ClientMessage, _adapter(ClientMessage).validate_python(plain))
    except ValidationError as error:
        raise _explain(error, ref) from error
    except BadInput as error:  # a value that has a code of its own
        raise BadMessage(error.code, error.message, field=error.field, ref=ref) from error


def decode_server(text: str) -> ServerMessage:
    """Read a server's message; for clients written in Python, and for tests."""
    return cast(ServerMessage, _adapter(ServerMessage).validate_json(text))


class BadMessage(BadInput):
    """A message that is JSON, but not one of the closed set."""

    def __init__(self, code: str, message: str, *, field: str | None, ref: str | None) -> None:
        super().__init__(code, message, field=field)
        self.ref = ref


def _explain(error: ValidationError, ref: str | None) -> BadMessage:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        known = ", ".join(kind.model_fields["type"].default for kind in kinds(ClientMessage))
        return BadMessage("unknown_type", f"type must be one of {known}", field="type", ref=ref)
    field = ".".join(str(part) for part in first["loc"][1:]) or None
    return BadMessage("bad_message", f"{field or 'message'}: {first['msg']}", field=field, ref=ref)


_AUDIO = struct.Struct("<II")


def encode_audio(speech: int, first_sample: int, pcm: bytes) -> bytes:
    """Return a server's audio frame: header, then PCM16 mono."""
    return _AUDIO.pack(speech, first_sample) + pcm


def decode_audio(frame: bytes) -> tuple[int, int, bytes]:
    """Return speech, first sample and PCM16 of a server's audio frame."""
    speech, first_sample = _AUDIO.unpack_from(frame)
    return speech, first_sample, frame[_AUDIO.size :]


def queue_update(queue: QueueName, **fields: Any) -> TodoUpdate | RunUpdate | DoneUpdate | DeadUpdate:
    """Return the update message of this queue."""
    match queue:
        case QueueName.TODO:
            return TodoUpdate(**fields)
        case QueueName.RUN:
            return RunUpdate(**fields)
        case QueueName.DONE:
            return DoneUpdate(**fields)
        case QueueName.DEAD:
            return DeadUpdate(**fields)
