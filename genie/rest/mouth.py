"""What genie says to a session while that is listened to, and how it is silenced."""

from dataclasses import dataclass

from genie.audio.pcm import Float32
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.session import Session


@dataclass(frozen=True, slots=True)
class SessionMouth:
    """The loudspeaker of a session, for whoever hears what is said into it."""

    session: Session
    loudspeaker: Loudspeaker

    def sounds(self, at: float) -> bool:
        return self.session.connected and self.loudspeaker.sounds(at)

    def levels(self, at: float, steps: int) -> Float32:
        return self.loudspeaker.levels(at, steps)

    def said(self) -> str:
        return self.loudspeaker.said()

    def hold(self) -> None:
        self.loudspeaker.hold()

    def go_on(self) -> None:
        self.loudspeaker.go_on()

    def stop(self) -> None:
        """Silence it, as `speech_stop` does; where nothing is left to be silenced, let the client out of its pause."""
        ends = self.session.silence()
        self.loudspeaker.go_on(tell=not ends)
