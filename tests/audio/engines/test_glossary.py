import pytest

from genie.audio.engines.glossary import alike, context, may_echo


def letters(text: str) -> list[int]:
    return [ord(letter) for letter in text]


def read(words: tuple[str, ...], text: str, room: int) -> str:
    return "".join(map(chr, context(letters, words, text, room)))


def test_names_are_a_glossary_before_what_was_said():
    assert read(("Siobhan", "Anke"), "Hello.", 100) == " Glossary: Siobhan, Anke. Hello."
    assert read((), " Hello. ", 100) == " Hello."
    assert read(("Siobhan",), "", 100) == " Glossary: Siobhan."
    assert read((), "", 100) == ""


def test_there_is_never_more_than_there_is_room_for():
    words = tuple(f"name{number}" for number in range(50))
    for room in range(80):
        for text in ("", "x" * 20, "x" * 200):
            assert len(context(letters, words, text, room)) <= room


def test_of_many_names_the_first_ones_are_read_and_of_a_long_text_its_end():
    words = ("Siobhan", "Anke", "Zoë")
    text = "0123456789" * 10
    assert read(words, text, 58) == " Glossary: Siobhan, Anke." + text[-33:]
    assert read(words, "abc", 30) == " Glossary: Siobhan, Anke. abc"


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("Siobhan", True),
        ("Siobhan, Anke.", True),
        ("Glossary: Siobhan, Anke", True),
        ("What time is it? Siobhan, Anke, Zoë", True),
        ("anke zoë", True),
        ("Siobhan Zoë", False),
        ("call Siobhan", False),
        ("call Anke, Zoë", False),
        ("Zoë. Turn", True),
        ("the lights", True),
        ("and the lights", False),
        ("", False),
        ("…", False),
    ],
)
def test_what_stands_in_what_was_read_may_be_its_echo(text: str, echo: bool):
    assert may_echo(text, "Glossary: Siobhan, Anke, Zoë. Turn on the lights.") is echo


def test_two_ways_to_write_one_sound_are_alike():
    assert alike("Siobhan", "shiv on") and alike("Kubernetes", "Cue burn eddies.")
    assert not alike("Siobhan, Anke", "Thank you.") and not alike("Siobhan", "")
