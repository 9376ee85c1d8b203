"""How somebody wants to be spoken to: by which voice, in which language, how fast. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user, one of their clients or a single request says of the voice; None where it says nothing."""

    voice: str | None = None
    language: str | None = None
    speed: float | None = None

    def over(self, others: "Preferences") -> "Preferences":
        """Return these, and what they leave open as others want it.

        Whoever names a voice leaves no language open: that of the voice is meant.
        """
        return Preferences(
            voice=self.voice or others.voice,
            language=self.language if self.voice or self.language else others.language,
            speed=others.speed if self.speed is None else self.speed,
        )
