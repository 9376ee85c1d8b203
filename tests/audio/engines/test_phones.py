import pytest

from genie.audio.engines.phones import phones


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("genie", "JH IY N IY"),
        ("church", "CH ER CH"),
        ("yellow", "Y EH L OW"),
        ("water", "W AO T ER"),
        ("siobhan", "SH IH V AO N"),
        ("factorial", "F AE K T AO R IH AH L"),
    ],
)
def test_a_word_sounds_as_espeak_says_it(word: str, sound: str) -> None:
    assert phones(word) == sound


@pytest.mark.parametrize("nothing", ["", "...", " "])
def test_what_cannot_be_said_has_no_sound(nothing: str) -> None:
    assert phones(nothing) == ""
