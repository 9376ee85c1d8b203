import pytest

from genie import config, messages
from genie.errors import Busy
from genie.rest.outbox import SLOW, Outbox
from genie.rest.session import MAX_CUT, MAX_TOPICS, Session

LIMITS = config.load(environment={}).server


def a_session() -> Session:
    return Session("local", "UTC", "en", history_limit=2)


async def test_a_transcript_that_waits_is_replaced_by_one_of_its_own_utterance_only():
    session, outbox = a_session(), Outbox(LIMITS)
    session.attach(outbox)
    for _ in range(SLOW):
        outbox.put("what waits")
    for utterance, text in ((1, "what"), (1, "what is"), (2, "and")):
        session.hear(messages.Transcript(utterance=utterance, committed="", tentative=text))
    waiting = [str(await outbox.take()) for _ in range(len(outbox))]
    told = [messages.decode_server(frame) for frame in waiting[SLOW:]]
    assert [(m.utterance, m.tentative) for m in told] == [(1, "what is"), (2, "and")]


def test_one_topic_too_many_is_refused_and_the_rest_stay():
    session = a_session()
    session.follow(f"job:{number}" for number in range(MAX_TOPICS - 2))
    with pytest.raises(Busy, match="too_many_topics"):
        session.follow(["job:x"])
    session.follow(["answers"])
    assert len(session.topics) == MAX_TOPICS


def test_a_language_that_is_to_be_detected_is_no_voices():
    session = Session("local", "UTC", "en", history_limit=0, language="auto")
    assert session.manner().language is None


def test_what_was_heard_of_an_answer_is_remembered_until_that_is_forgotten_whatever_others_hear():
    session = Session("local", "UTC", "en", history_limit=2)
    session.cut_short("a", "One")
    for number in range(MAX_CUT - 1):
        session.cut_short(f"early {number}", "Of another session")
    session.remember("a", "Count.", "One two three.")
    session.remember("b", "And more.", "Four five six.")
    session.cut_short("b", "Four")
    for number in range(3 * MAX_CUT):
        session.cut_short(f"{number}", "Of another session")
    assert session.history() == (("Count.", "One—"), ("And more.", "Four—"))
    session.cut_short("b", None)
    assert session.history()[1] == ("And more.", "Four five six.")
