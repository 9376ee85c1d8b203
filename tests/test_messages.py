"""Every message survives the wire, and what is no message is refused with a reason."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from genie import messages
from genie.errors import BadInput, GenieError, TooLarge
from genie.messages import BadMessage, ClientMessage, Message, ServerMessage
from genie.queues.job import Job, QueueName

LIMIT = 65_536
ROOT = Path(__file__).parent.parent
CLIENT, SERVER = messages.kinds(ClientMessage), messages.kinds(ServerMessage)
JOB = Job(id="01J", question="What time is it?", created_at=datetime(2025, 6, 1, 12, tzinfo=UTC))


def filled(kind: type[BaseModel]) -> Any:
    """Return a message with every field set to something."""
    if kind is Job:
        return JOB
    return kind(**{name: value(name, field.annotation) for name, field in kind.model_fields.items() if name != "type"})


def value(name: str, annotation: Any) -> Any:
    if name == "topics":
        return ["todo", "job:01J"]
    inner = [choice for choice in get_args(annotation) if choice is not type(None)]
    match get_origin(annotation):
        case origin if origin is Literal:
            return inner[-1]
        case origin if origin is list:
            return [value(name, inner[0])]
        case origin if origin is tuple:
            return tuple(value(name, part) for part in inner)
        case origin if origin is dict:
            return {"todo": value(name, inner[1])}
        case None:
            return plain(annotation)
        case _:
            return value(name, inner[0])


def plain(annotation: type) -> Any:
    if issubclass(annotation, BaseModel):
        return filled(annotation)
    samples: dict[type, Any] = {str: "é\n\"'\u2028😀", int: 7, float: 1.5, datetime: JOB.created_at, bool: True}
    return samples[annotation]


def refusal(text: str, limit: int = LIMIT) -> GenieError:
    with pytest.raises(GenieError) as caught:
        messages.decode_client(text, limit)
    return caught.value


@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.__name__)
def test_every_client_message_survives_the_wire(kind: type[Message]):
    message = filled(kind)
    assert messages.decode_client(messages.encode(message), LIMIT) == message


@pytest.mark.parametrize("kind", SERVER, ids=lambda kind: kind.__name__)
def test_every_server_message_survives_the_wire(kind: type[Message]):
    message = filled(kind)
    assert messages.decode_server(messages.encode(message)) == message


@pytest.mark.parametrize("kind", CLIENT + SERVER, ids=lambda kind: kind.__name__)
def test_every_message_has_one_type_and_one_sentence(kind: type[Message]):
    name = kind.model_fields["type"].default
    assert name == "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)[1:] or (
        kind is messages.ErrorMessage and name == "error"
    )
    assert kind.__doc__
    assert kind.__doc__.strip().endswith(".")


def derived(kind: type) -> set[type]:
    return {kind}.union(*map(derived, kind.__subclasses__()))


def test_every_message_is_in_the_closed_set_and_found_by_its_name():
    found = {kind for kind in derived(Message) if "type" in kind.model_fields}
    assert found == set(CLIENT + SERVER)
    assert [kind for kind in found if getattr(messages, kind.__name__, None) is not kind] == []


def test_no_two_messages_share_a_type():
    names = [kind.model_fields["type"].default for kind in CLIENT + SERVER]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", CLIENT, ids=lambda kind: kind.__name__)
def test_every_request_may_carry_a_ref(kind: type[Message]):
    assert "ref" in kind.model_fields


def test_fields_that_are_null_are_left_out():
    assert json.loads(messages.encode(messages.Accepted(ref="a"))) == {"type": "accepted", "ref": "a"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "hello", "{'type': 'ping'}", '{"type": "ping",}', "\x00", '"\ud800"', '{"type": "pi\ud800ng"}',
     '{"type": "speech_played", "speech": NaN, "samples": 1}', '{"a": Infinity}', "[" * 100_000, '{"a":' * 100_000,
     "[" * 30_000 + "]" * 30_000],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_what_is_not_json_is_refused(text: str):
    error = refusal(text, limit=1_000_000)
    assert isinstance(error, BadInput)
    assert error.code == "bad_json"


@pytest.mark.parametrize(
    "text",
    ["null", "1", "[]", '"ping"', "{}", "true", '{"type": null}', '{"type": 1}', '{"type": "pong"}', '{"type": "Ping"}',
     '{"type": ["ping"]}', '{"type": {}}'],
)  # fmt: skip
def test_what_is_no_known_message_is_refused(text: str):
    assert refusal(text).code in ("unknown_type", "bad_message")


@pytest.mark.parametrize("speed", ["0", "0.4", "-1", "2.1", '"fast"', '"nan"', "true", "[]"])
def test_a_speed_outside_its_bounds_is_refused_with_them(speed: str):
    error = refusal(f'{{"type": "hello", "protocol": 1, "ref": "r", "speed": {speed}}}')
    assert isinstance(error, BadMessage)
    assert (error.code, error.field, error.ref) == ("bad_speed", "speed", "r")
    assert "0.5 to 2.0" in error.message


def test_an_unknown_type_is_told_the_known_ones():
    error = refusal('{"type": "sing", "ref": "r"}')
    assert isinstance(error, BadMessage)
    assert (error.code, error.field, error.ref) == ("unknown_type", "type", "r")
    assert "listen_start" in error.message


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"type": "ask"}', "text"),
        ('{"type": "ask", "text": 5}', "text"),
        ('{"type": "ask", "text": null}', "text"),
        ('{"type": "ask", "text": "a", "tone": "kind"}', "tone"),
        ('{"type": "ask", "text": "a", "ref": 5}', "ref"),
        (json.dumps({"type": "ask", "text": "a", "key": "k" * 201}), "key"),
        ('{"type": "hello"}', "protocol"),
        ('{"type": "hello", "protocol": "one"}', "protocol"),
        ('{"type": "hello", "protocol": 1.5}', "protocol"),
        ('{"type": "hello", "protocol": 1, "after_seq": -1}', "after_seq"),
        ('{"type": "speech_played", "speech": -1, "samples": 1}', "speech"),
        ('{"type": "listen_start", "mode": "whisper"}', "mode"),
        ('{"type": "subscribe", "topics": []}', "topics"),
        ('{"type": "subscribe", "topics": "todo"}', "topics"),
        ('{"type": "subscribe", "topics": ["todo", "secrets"]}', "topics.1"),
        ('{"type": "subscribe", "topics": ["todo\\n"]}', "topics.0"),
        ('{"type": "subscribe", "topics": ["job:"]}', "topics.0"),
        (json.dumps({"type": "subscribe", "topics": ["todo"] * 33}), "topics"),
    ],
)  # fmt: skip
def test_a_message_with_a_wrong_field_is_told_which(text: str, field: str):
    error = refusal(text)
    assert (error.code, error.field) == ("bad_message", field)


def test_a_ref_is_given_back_with_the_refusal_where_it_can_be():
    assert getattr(refusal('{"type": "ask", "ref": "r7"}'), "ref", None) == "r7"
    assert getattr(refusal('{"type": "ask", "ref": 7, "text": "a"}'), "ref", "none") is None


def test_the_limit_is_kept():
    text = messages.encode(messages.Ask(text="x" * 100))
    assert messages.decode_client(text, len(text)) == messages.Ask(text="x" * 100)
    error = refusal(text, len(text) - 1)
    assert isinstance(error, TooLarge)
    assert error.code == "too_large"


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(repr))
def test_any_text_is_a_message_or_a_coded_error(text: str):
    try:
        messages.decode_client(text, LIMIT)
    except GenieError as error:
        assert error.code
        assert error.message


@given(st.fixed_dictionaries({"type": st.sampled_from([kind.model_fields["type"].default for kind in CLIENT])},
       optional={name: st.none() | st.integers() | st.text() | st.lists(st.text()) for kind in CLIENT
                 for name in kind.model_fields if name != "type"}))  # fmt: skip
def test_any_fields_are_a_message_or_a_coded_error(fields: dict[str, Any]):
    try:
        messages.decode_client(json.dumps(fields), LIMIT)
    except GenieError as error:
        assert error.code in ("bad_message", "bad_json", "bad_speed")


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary())
def test_an_audio_frame_survives_the_wire(speech: int, first_sample: int, pcm: bytes):
    assert messages.decode_audio(messages.encode_audio(speech, first_sample, pcm)) == (speech, first_sample, pcm)


def test_the_header_of_a_frame_is_eight_bytes_little_endian():
    assert messages.encode_audio(1, 258, b"\x07\x08") == b"\x01\0\0\0\x02\x01\0\0\x07\x08"


@pytest.mark.parametrize("queue", list(QueueName))
def test_each_queue_has_its_update(queue: QueueName):
    update = messages.queue_update(queue, seq=1, change="added", job=JOB, size=1)
    assert update.type == f"{queue}_update"


def test_what_the_client_says_on_the_page_about_the_protocol_is_understood():
    page = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    said = [line.removeprefix("→ ") for line in page.splitlines() if line.startswith("→ {")]
    kinds = [messages.decode_client(text, LIMIT).type for text in said]
    assert kinds == ["hello", "listen_start", "listen_stop", "speech_played"]


def test_the_page_about_the_protocol_is_what_the_script_makes():
    made = subprocess.run([sys.executable, ROOT / "scripts/protocol"], capture_output=True, text=True, check=True)
    page = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    assert page == made.stdout, "run scripts/protocol > docs/protocol.md"
