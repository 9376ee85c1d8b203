"""Who asks a question, and how they want it answered."""

from dataclasses import dataclass
from typing import Protocol

from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine


class Asker(Protocol):
    """Who asks a question, and how they want it answered; `speeches` is None for one who cannot listen."""

    @property
    def user(self) -> str: ...

    @property
    def session(self) -> str | None: ...

    @property
    def timezone(self) -> str: ...

    @property
    def locale(self) -> str: ...

    @property
    def speeches(self) -> SpeechLine | None: ...

    def manner(self) -> Manner: ...

    def silence(self, job: str) -> object: ...

    def history(self) -> tuple[tuple[str, str], ...]: ...

    def remember(self, job: str, question: str, answer: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Nobody:
    """The asker of a question whose client is gone, or never had a session."""

    user: str
    timezone: str
    locale: str
    session: None = None
    speeches: None = None

    def manner(self) -> Manner:
        return Manner()

    def silence(self, job: str) -> None:
        return None

    def history(self) -> tuple[tuple[str, str], ...]:
        return ()

    def remember(self, job: str, question: str, answer: str) -> None:
        return None
