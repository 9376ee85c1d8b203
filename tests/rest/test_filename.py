"""The names under which browsers keep replies."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.rest.filename import named


def kept_as(title: str, suffix: str = "mp3") -> tuple[str, str]:
    """Return the name for browsers, and the one for those that know only ASCII."""
    header = named(title, suffix)["Content-Disposition"]
    plain, _, full = header.removeprefix('inline; filename="').partition("\"; filename*=UTF-8''")
    return unquote(full), plain


@pytest.mark.parametrize(
    ("title", "full", "plain"),
    [
        ("what is two plus two?", "what is two plus two.mp3", "what is two plus two.mp3"),
        ("Wie spät ist es?", "Wie spät ist es.mp3", "Wie sp_t ist es.mp3"),
        ("3/4 of 50%\r\nX-Evil: 1", "3 4 of 50% X-Evil 1.mp3", "3 4 of 50_ X-Evil 1.mp3"),
        ("../../etc/passwd", "etc passwd.mp3", "etc passwd.mp3"),
        ('say "hi"; a\\b', "say hi ; a b.mp3", "say hi ; a b.mp3"),
        ("gpj\u202e.exe", "gpj .exe.mp3", "gpj .exe.mp3"),
        ("¿?", "¿.mp3", "_.mp3"),
        ("???", "genie.mp3", "genie.mp3"),
        ("\ud800", "genie.mp3", "genie.mp3"),
    ],
)
def test_a_reply_is_named_after_its_question(title: str, full: str, plain: str):
    assert kept_as(title) == (full, plain)


@given(st.text(max_size=400))
def test_any_title_makes_a_header_and_a_name_that_file_systems_take(title: str):
    full, plain = kept_as(title)
    named(title, "mp3")["Content-Disposition"].encode("ascii")
    assert plain.isprintable() and '"' not in plain and len(full.encode()) <= 184
    assert not set(full) & set('/\\:*?"<>|') and not full.startswith(".")
