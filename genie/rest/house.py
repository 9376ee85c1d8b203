"""The parts of a running genie, as its routes and sockets see them."""

from dataclasses import dataclass

from genie.audio.engines.choose import Engines
from genie.audio.speech import Manner, manner_of
from genie.audio.studio import Studio, Studios
from genie.choices import Choices
from genie.conversation import Conversation
from genie.live import LiveSettings
from genie.memory.sounds import Sounds
from genie.memory.takes import Takes
from genie.meters import Meters
from genie.preferences import Preferences
from genie.pronunciation import Lexicon
from genie.pronunciations import Pronunciations
from genie.queues.board import Board
from genie.queues.journal import Journal
from genie.queues.worker import Worker
from genie.rest.announcer import Announcer
from genie.rest.door import Door
from genie.rest.hub import Hub
from genie.rest.mailbox import Mailbox
from genie.rest.rates import Rates
from genie.settings import Settings
from genie.transcribing import Transcribing
from genie.vocabulary import Vocabularies


@dataclass(frozen=True, slots=True)
class House:
    """Built once by the composition root and handed to everything that serves clients."""

    live: LiveSettings
    engines: Engines
    journal: Journal
    board: Board
    worker: Worker
    hub: Hub
    mailbox: Mailbox
    announcer: Announcer
    talk: Conversation
    scribe: Transcribing
    meters: Meters
    rates: Rates
    door: Door
    sounds: Sounds
    takes: Takes
    studios: Studios
    vocabularies: Vocabularies
    choices: Choices
    pronunciations: Pronunciations

    @property
    def settings(self) -> Settings:
        """The settings that count at present: read them where they are used, and keep no copy."""
        return self.live.now

    def preferences(self, user: str) -> Preferences:
        """Return how a user wants to be spoken to where neither a client nor a request says so."""
        return self.choices.of(user).over(Preferences(speed=self.settings.tts.speed))

    def lexicon(self, user: str) -> Lexicon:
        """Return how words are pronounced for a user: as they want it, then as the settings say."""
        return self.pronunciations.of(user) + self.settings.tts.lexicon

    def manner(self, user: str, wished: Preferences | None = None) -> Manner:
        """Return how a user is spoken to: as this request wishes, then as the user does."""
        return manner_of((wished or Preferences()).over(self.preferences(user)), self.lexicon(user))

    async def voice(self) -> Studio:
        """Return who speaks, once the first engine is loaded; raises why nobody does."""
        await self.engines.tts.ready()
        return self.studio()

    def studio(self) -> Studio:
        """Return who speaks now; raises why nobody does."""
        tts = self.engines.tts
        return self.studios.of(tts.lane, tts.card)
