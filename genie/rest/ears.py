"""What a session is heard with: the engines and settings in force, its user's words, and where its questions go."""

from functools import partial

from ulid import ULID

from genie import conversation, messages
from genie.audio.listening import Listening, Said
from genie.audio.overlap import Overlap
from genie.audio.pcm import check_rate
from genie.audio.transcription import Ears
from genie.audio.wish import Wish, spoken
from genie.queues.job import Timeline
from genie.reopening import take_back
from genie.rest.hearing import Hearing
from genie.rest.house import House
from genie.rest.mouth import SessionMouth
from genie.rest.session import Session


def hearing_of(house: House, session: Session) -> Hearing:
    """Return a hearing for a session, which keeps it: nothing here knows a socket."""
    return Hearing(
        session,
        partial(_listen, house, session),
        partial(_heard, house, session),
        lambda job: take_back(house.talk, job, session.user, house.worker.cancel),
        lambda: house.settings.server.listen_resume_s,
    )


def _listen(house: House, session: Session, start: messages.ListenStart) -> Listening:
    rate = session.sample_rate if start.sample_rate is None else check_rate(start.sample_rate)
    if start.mode == "push_to_talk":
        session.silence()

    def hear(message: messages.Message) -> None:
        if isinstance(message, messages.ErrorMessage):
            house.meters.refused("socket", message.code)
        session.hear(message)

    name = f"{session.session}-{next(session.listenings)}"
    wish = Wish(start.language, start.languages, start.prompt, start.translate)
    overlap = _overlap(house, session, start.language) if start.mode == "hands_free" else None
    return Listening(start.mode, rate, lambda: _ears(house, session, wish), hear, name, session.utterances, overlap)


def _overlap(house: House, session: Session, language: str | None) -> Overlap | None:
    """Return who knows what to make of what is said into an answer, where the session can hear one."""
    if session.loudspeaker is None:
        return None
    tongue = language or session.language or house.settings.stt.language
    return Overlap(SessionMouth(session, session.loudspeaker), house.settings.barge_in, tongue)


def _ears(house: House, session: Session, wish: Wish) -> Ears:
    stt = house.engines.stt
    return Ears(
        transcriber=stt.lane,
        detector=house.engines.vad.lane,
        stt=house.settings.stt,
        vad=house.settings.vad,
        spoken=spoken(house.settings.stt, house.vocabularies.of(session.user), Wish(session.language), wish),
    )


async def _heard(house: House, session: Session, said: Said, timeline: Timeline) -> str:
    """Ask what was said; its sound is kept beside the job from the moment at which the job is."""
    named = str(ULID())
    async with house.sounds.keeping(named, said.sound):
        job = await conversation.ask(house.talk, said.text, session, timeline=timeline, named=named)
    return job.id
