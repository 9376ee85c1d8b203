"""Where the requests of sockets are carried out."""

from collections.abc import Callable, Sequence
from functools import partial

from genie import conversation, messages
from genie.audio.pcm import check_rate
from genie.audio.speech_line import SpeechLine
from genie.errors import BadInput, Conflict
from genie.queues.job import Job
from genie.queues.journal import QueueEvent
from genie.rest import control
from genie.rest.ears import hearing_of
from genie.rest.hearing import Hearing
from genie.rest.house import House
from genie.rest.hub import followed_by, update_of
from genie.rest.loudspeaker import Loudspeaker
from genie.rest.outbox import Outbox
from genie.rest.session import NOTIFICATIONS, SPEECH, Session, checked_zone
from genie.settings import ServerSettings

Who = Callable[[str | None], str]
"""Return the user behind a socket, given the token of its `hello`; raise when there is none."""


class Desk:
    """Carry out what one client asks."""

    def __init__(self, house: House, who: Who) -> None:
        self._house = house
        self._who = who

    def hello(self, hello: messages.Hello, outbox: Outbox) -> Session:
        """Open a session, or resume one that is remembered, and answer with `connect`."""
        if hello.protocol != messages.PROTOCOL:
            raise BadInput("bad_protocol", f"this server speaks protocol {messages.PROTOCOL}", field="protocol")
        user = self._who(hello.token)
        known = self._house.hub.find(hello.session, user)
        session = known or self._new_session(user, plays=hello.speech != "never")
        _adopt(session, hello)
        self._house.hub.join(session, outbox)
        session.send(self._connect(session, hello))
        if hello.after_seq is not None:
            self._catch_up(session, hello.epoch, hello.after_seq, known=known is not None)
        if session.loudspeaker is not None:
            session.loudspeaker.resume()
        self._house.mailbox.deliver(session)
        self._house.announcer.welcome(session)
        return session

    def hearing(self, session: Session) -> Hearing:
        """Return the hearing of a session, which may still wait for it to speak on."""
        session.hearing = session.hearing or hearing_of(self._house, session)
        return session.hearing

    def bye(self, session: Session, outbox: Outbox) -> None:
        self._house.hub.leave(session, outbox)

    async def act(self, session: Session, request: messages.Request) -> messages.Message | None:
        """Carry out a request that is neither hello nor about listening; return what the client is told."""
        ref = request.ref
        match request:
            case messages.Ping():
                return messages.Pong(ref=ref)
            case messages.Subscribe():
                return self._follow(session, request)
            case messages.Unsubscribe():
                session.topics -= set(request.topics)
                return messages.Accepted(ref=ref)
            case messages.Ask():
                job = await self._ask(session, request)
                return messages.Accepted(ref=ref, job=job.id, seq=self._house.board.seq(session.user))
            case messages.SpeechStop():
                _silence(session, request)
                return messages.Accepted(ref=ref)
            case messages.SpeechPlayed():
                if session.loudspeaker is not None:
                    session.loudspeaker.played(request.speech, request.samples)
                return None
            case messages.QueuePause() | messages.QueueResume():
                await self._house.board.pause(session.user, paused=isinstance(request, messages.QueuePause))
                return messages.Accepted(ref=ref)
            case messages.JobEdit():
                job, learned = await control.edit(self._house, session, request)
                seq = self._house.board.seq(session.user)
                return messages.Accepted(ref=ref, job=job.id, seq=seq, learned=list(learned) or None)
            case _ if isinstance(request, control.JobRequest):
                job = await control.act(self._house, session, request)
                return messages.Accepted(ref=ref, job=job.id, seq=self._house.board.seq(session.user))
            case _:
                raise BadInput("unknown_type", f"{type(request).__name__} cannot be asked here")

    def _follow(self, session: Session, request: messages.Subscribe) -> messages.Subscribed:
        """Follow topics: what waited for a client that follows them is told, or heard, now."""
        session.follow(request.topics)
        if SPEECH in request.topics:
            self._house.mailbox.deliver(session)
        if {SPEECH, NOTIFICATIONS} & set(request.topics):
            self._house.announcer.welcome(session)
        return self._house.hub.state(session, request.topics).model_copy(update={"ref": request.ref})

    async def _ask(self, session: Session, request: messages.Ask) -> Job:
        """Ask a question; where newer ones stop older ones, a new one ends what is being said."""
        house = self._house
        if house.settings.tts.newer == "stops" and not house.board.has_key(session.user, request.key):
            session.silence()
        return await conversation.ask(house.talk, request.text, session, key=request.key, priority=request.priority)

    def _new_session(self, user: str, *, plays: bool) -> Session:
        house, talk = self._house, self._house.talk
        session = Session(
            user=user,
            timezone=talk.nobody(user).timezone,
            locale=house.settings.user.locale,
            history_limit=house.settings.llm.history,
            prefers=partial(house.preferences, user),
            lexicon=partial(house.lexicon, user),
        )
        if plays:
            session.loudspeaker = Loudspeaker(
                session,
                partial(conversation.claim, talk),
                partial(conversation.disclaim, talk),
                talk.notes.add,
                house.hub.cut_short,
            )
            session.speeches = SpeechLine(
                session.loudspeaker,
                house.studio,
                house.settings.tts.ahead_s,
                house.sounds,
                house.engines.tts.ready,
            )
        return session

    def _connect(self, session: Session, hello: messages.Hello) -> messages.Connect:
        house = self._house
        limits = house.settings.server
        return messages.Connect(
            session=session.session,
            epoch=house.board.epoch,
            seq=house.board.seq(session.user),
            user=session.user,
            engines=house.engines.states(),
            limits={
                "frame_bytes": limits.frame_bytes,
                "text_bytes": limits.text_bytes,
                "question_chars": house.settings.queue.question_chars,
                "utterance_s": house.settings.stt.max_utterance_s,
            },
            paused=house.board.is_paused(session.user),
            ref=hello.ref,
        )

    def _catch_up(self, session: Session, epoch: str | None, after_seq: int, *, known: bool) -> None:
        """Tell what a client missed of what it follows, in order; where that is not known any more it must resync."""
        board = self._house.board
        missed = board.since(session.user, after_seq) if known and epoch == board.epoch else None
        wanted = [event for event in missed or () if session.topics & followed_by(event)]
        if missed is None or not _fit(wanted, self._house.settings.server):
            session.send(messages.Resync(epoch=board.epoch, seq=board.seq(session.user)))
            return
        for event in wanted:
            session.send(update_of(event))


def _fit(events: Sequence[QueueEvent], limits: ServerSettings) -> bool:
    """Say whether a client can be told all of this at once: half of its outbox is for what happens meanwhile."""
    text = sum(len(event.job.question) + len(event.job.answer or "") for event in events)
    return len(events) <= limits.outbox_events // 2 and text <= limits.outbox_bytes // 2


def _adopt(session: Session, hello: messages.Hello) -> None:
    """Take over what a client says of itself; of a hello that is refused nothing."""
    rate = session.sample_rate if hello.sample_rate is None else check_rate(hello.sample_rate)
    zone = session.timezone if hello.timezone is None else checked_zone(hello.timezone)
    session.sample_rate, session.timezone = rate, zone
    session.locale = hello.locale or session.locale
    session.voice = hello.voice or session.voice
    session.language = hello.language or session.language
    session.speed = hello.speed or session.speed
    if hello.speech is not None:
        session.topics = session.topics - {SPEECH} | ({SPEECH} if hello.speech == "now" else set())


def _silence(session: Session, request: messages.SpeechStop) -> None:
    if session.loudspeaker is None:
        raise Conflict("cannot_listen", "this client cannot play sound")
    if request.speech is not None and request.samples is not None:
        session.loudspeaker.stops(request.speech, request.samples)
    session.silence()
