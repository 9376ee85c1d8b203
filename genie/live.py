"""The settings that count at present, and how they are read again while genie serves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genie.settings import Settings

LIVE = frozenset(
    {
        "server.allowed_hosts",
        "server.allowed_origins",
        "server.hello_timeout_s",
        "server.listen_resume_s",
        "server.text_bytes",
        "server.outbox_events",
        "server.outbox_bytes",
        "server.outbox_age_s",
        "server.upload_bytes",
        "server.upload_seconds",
        "server.recording_bytes",
        "server.recording_hours",
        "server.uploads_of_user",
        "server.uploads",
        "server.requests_per_s",
        "server.messages_per_s",
        "server.sound_bytes_per_s",
        "server.log_level",
        "auth.logins_per_minute",
        "user.timezone",
        "user.locale",
        "stt.language",
        "stt.languages",
        "stt.prompt",
        "stt.vocabulary",
        "stt.translate",
        "stt.interval_s",
        "stt.max_utterance_s",
        "stt.backlog_s",
        "tts.speed",
        "tts.pronunciations",
        "tts.ahead_s",
        "tts.newer",
        "tts.acknowledge_s",
        "tts.text_chars",
        "tts.speeches_of_user",
        "vad.threshold",
        "vad.floor_db",
        "vad.min_speech_s",
        "vad.soft_silence_s",
        "vad.short_silence_s",
        "vad.silence_s",
        "vad.long_silence_s",
        "vad.reopen_s",
        "vad.pre_roll_s",
        "barge_in.hold_s",
        "barge_in.min_speech_s",
        "barge_in.resume_s",
        "barge_in.echo",
        "llm.base_url",
        "llm.model",
        "llm.api_key",
        "llm.system",
        "llm.max_tokens",
        "llm.history",
        "llm.connect_s",
        "llm.first_token_s",
        "llm.gap_s",
        "llm.total_s",
        "memory.speech_bytes",
        "queue.questions_per_minute",
        "queue.question_chars",
        "queue.answer_chars",
        "notify.quiet",
        "notify.text_chars",
        "notify.per_minute",
        "notify.kept",
        "notify.days",
    }
)
"""Settings that are read where they are used, so that new requests, sessions and jobs go by a new value.

The others are built into something at the start. They keep their value until a restart, also for whoever reads them.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a reload came to: names of settings that count now, and of those that wait for a restart."""

    changed: tuple[str, ...]
    needs_restart: tuple[str, ...]


class LiveSettings:
    """Hold the settings of a running server; `again` reads its files, environment and flags as its start did."""

    def __init__(self, settings: Settings, again: Callable[[], Settings]) -> None:
        self.now = settings
        self._again = again

    def read(self) -> Settings:
        """Read the settings again, or raise what is wrong with them; it reads files."""
        return self._again()

    def take(self, wanted: Settings) -> Change:
        """Let those of the wanted settings that can count from now on."""
        different = [name for name in names(wanted) if value(wanted, name) != value(self.now, name)]
        changed = tuple(name for name in different if name in LIVE)
        self.now = _with(self.now, wanted, changed)
        return Change(changed, tuple(name for name in different if name not in LIVE))


def names(settings: Settings) -> list[str]:
    """Return the dotted name of every setting."""
    return [f"{table}.{field}" for table, fields in settings for field in type(fields).model_fields]


def value(settings: Settings, name: str) -> Any:
    """Return the value of a setting by its dotted name."""
    table, _, field = name.partition(".")
    return getattr(getattr(settings, table), field)


def _with(settings: Settings, wanted: Settings, changed: tuple[str, ...]) -> Settings:
    """Return the settings with those that are named taken from the wanted ones."""
    tables: dict[str, dict[str, Any]] = {}
    for name in changed:
        table, _, field = name.partition(".")
        tables.setdefault(table, {})[field] = value(wanted, name)
    fresh = {table: getattr(settings, table).model_copy(update=fields) for table, fields in tables.items()}
    return settings.model_copy(update=fresh)
