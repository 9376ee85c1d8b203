"""Every setting with its type and bounds; defaults, units and reasons stand in `conf/genie.toml`."""

from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from genie.audio.speed import FASTEST, SLOWEST
from genie.errors import BadInput
from genie.keys import Key, given_key
from genie.pronunciation import MAX_ENTRIES, Lexicon, parsed
from genie.quiet import quiet_hours
from genie.zone import is_known


class Table(BaseModel):
    """One table of settings; its defaults stand in `conf/genie.toml`, with unit and reason, and nowhere else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    if name and not is_known(name):
        raise ValueError(f"{name!r} is not an IANA time zone")
    return name


def _pronunciation(text: str) -> str:
    try:
        parsed(text)
    except BadInput as error:
        raise ValueError(error.message) from error
    return text


class ServerSettings(Table):
    host: str
    port: int = Field(ge=0, le=65_535)
    data: str
    root_path: Annotated[str, Field(pattern=r"^(/[^/?#]+)*$")]
    trusted_proxies: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    max_connections: int = Field(ge=1)
    max_connections_per_address: int = Field(ge=1)
    header_timeout_s: float = Field(gt=0)
    reading_timeout_s: float = Field(gt=0)
    hello_timeout_s: float = Field(gt=0)
    frame_bytes: int = Field(ge=1_024)
    text_bytes: int = Field(ge=1_024)
    outbox_events: int = Field(ge=8)
    outbox_bytes: int = Field(ge=65_536)
    outbox_age_s: float = Field(gt=0)
    ping_interval_s: float = Field(gt=0)
    resume_s: float = Field(ge=0)
    listen_resume_s: float = Field(ge=0)
    shutdown_s: float = Field(gt=0, le=60)
    upload_bytes: int = Field(ge=1)
    upload_seconds: float = Field(gt=0)
    recording_bytes: int = Field(ge=1)
    recording_hours: float = Field(gt=0, le=48)
    uploads_of_user: int = Field(ge=1)
    uploads: int = Field(ge=1)
    requests_per_s: float = Field(gt=0)
    messages_per_s: float = Field(gt=0)
    sound_bytes_per_s: float = Field(gt=0)
    log_level: Literal["debug", "info", "warning", "error"]
    log_format: Literal["text", "json"]

    @property
    def data_folder(self) -> Path:
        """The folder for everything genie keeps: the setting, else the platform's convention."""
        return Path(self.data).expanduser() if self.data else platformdirs.user_data_path("genie", appauthor=False)


def _tokens(tokens: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    digests = {given_key(token.get_secret_value()).digest for token in tokens}
    if len(digests) < len(tokens):
        raise ValueError("each token may be given once: it says which user comes")
    return tokens


class AuthSettings(Table):
    tokens: Annotated[tuple[SecretStr, ...], AfterValidator(_tokens)]
    login_days: float = Field(gt=0)
    logins_per_minute: int = Field(ge=1)

    @property
    def login_s(self) -> float:
        """Seconds that a login lasts."""
        return self.login_days * 86_400

    @property
    def keys(self) -> tuple[Key, ...]:
        """Who may come in by a token of the environment."""
        return tuple(given_key(token.get_secret_value()) for token in self.tokens)


class UserSettings(Table):
    timezone: Annotated[str, AfterValidator(_zone)]
    locale: str
    language: str


class SttSettings(Table):
    engine: Literal["auto", "embedded", "whisper", "pocketsphinx"]
    model: str
    device: Literal["auto", "cpu", "cuda"]
    language: str
    languages: tuple[str, ...]
    prompt: Annotated[str, Field(max_length=1_000)]
    vocabulary: Annotated[tuple[Annotated[str, Field(max_length=50)], ...], Field(max_length=200)]
    translate: bool
    interval_s: float = Field(gt=0)
    max_utterance_s: float = Field(gt=1)
    backlog_s: float = Field(gt=1)
    guard_s: float = Field(ge=0)
    threads: int = Field(ge=1)
    precision: Literal["auto", "float32", "bfloat16", "int8", "float16"]
    crop_s: float = Field(gt=0)
    deadline_s: float = Field(gt=0)


class TtsSettings(Table):
    engine: Literal["auto", "embedded", "kokoro", "espeak"]
    model: str
    device: Literal["auto", "cpu", "cuda"]
    voice: str
    language: str
    speed: float = Field(ge=SLOWEST, le=FASTEST)
    ahead_s: float = Field(gt=0)
    acknowledge_s: float = Field(ge=0)
    newer: Literal["waits", "stops"]
    threads: int = Field(ge=1)
    deadline_s: float = Field(gt=0)
    pronunciations: Annotated[tuple[Annotated[str, AfterValidator(_pronunciation)], ...], Field(max_length=MAX_ENTRIES)]
    text_chars: int = Field(ge=1)
    speeches_of_user: int = Field(ge=1)
    precision: Literal["auto", "float32", "bfloat16", "float16"]

    @property
    def lexicon(self) -> Lexicon:
        """How words are pronounced for everybody."""
        return tuple(parsed(text) for text in self.pronunciations)


class VadSettings(Table):
    threshold: float = Field(gt=0, lt=1)
    floor_db: float = Field(le=0)
    min_speech_s: float = Field(ge=0)
    soft_silence_s: float = Field(gt=0)
    short_silence_s: float = Field(gt=0)
    silence_s: float = Field(gt=0)
    long_silence_s: float = Field(gt=0)
    pre_roll_s: float = Field(ge=0, le=2)
    reopen_s: float = Field(ge=0, le=30)


class BargeInSettings(Table):
    hold_s: float = Field(gt=0)
    min_speech_s: float = Field(gt=0)
    resume_s: float = Field(gt=0)
    echo: float = Field(gt=0, le=1)


class LlmSettings(Table):
    base_url: str
    model: str
    api_key: SecretStr
    system: str
    max_tokens: int = Field(ge=1)
    history: int = Field(ge=0)
    connect_s: float = Field(gt=0)
    first_token_s: float = Field(gt=0)
    gap_s: float = Field(gt=0)
    total_s: float = Field(gt=0)


class QueueSettings(Table):
    todo_limit: int = Field(ge=1)
    questions_per_minute: int = Field(ge=1)
    done_limit: int = Field(ge=1)
    done_days: float = Field(gt=0)
    questions_at_once: int = Field(ge=1)
    narrations_at_once: int = Field(ge=1)
    transcriptions_at_once: int = Field(ge=1)
    question_chars: int = Field(ge=1)
    answer_chars: int = Field(ge=1)
    job_timeout_s: float = Field(gt=0)
    unheard_s: float = Field(ge=0)


class MemorySettings(Table):
    synchronous: Literal["FULL", "NORMAL"]
    events: int = Field(ge=100)
    keep_audio: bool
    audio_bytes: int = Field(ge=0)
    audio_days: float = Field(gt=0)
    speech_bytes: int = Field(ge=0)
    recordings_bytes: int = Field(ge=1)


def _hours(text: str) -> str:
    try:
        quiet_hours(text)
    except BadInput as error:
        raise ValueError(error.message) from error
    return text


class NotifySettings(Table):
    quiet: Annotated[str, AfterValidator(_hours)]
    text_chars: int = Field(ge=1)
    per_minute: int = Field(ge=1)
    kept: int = Field(ge=1)
    days: float = Field(gt=0)


class Settings(Table):
    server: ServerSettings
    auth: AuthSettings
    user: UserSettings
    stt: SttSettings
    tts: TtsSettings
    vad: VadSettings
    barge_in: BargeInSettings
    llm: LlmSettings
    queue: QueueSettings
    memory: MemorySettings
    notify: NotifySettings
