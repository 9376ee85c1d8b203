import pytest
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from genie.rest.frame import packed


def received(packet: bytes):
    """Return the frames that a client of websockets reads."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN, max_size=None)
    client.receive_data(packet)
    return client.events_received()


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_a_client_reads_what_was_packed(size):
    text, sound = "x" * size, b"\x7f" * size
    one, other = received(packed(text) + packed(sound))
    assert (one.opcode, bytes(one.data), one.fin) == (Opcode.TEXT, text.encode(), True)
    assert (other.opcode, bytes(other.data), other.fin) == (Opcode.BINARY, sound, True)


def test_text_is_sent_as_utf_8():
    (frame,) = received(packed("grüße 🧞"))
    assert bytes(frame.data).decode() == "grüße 🧞"
