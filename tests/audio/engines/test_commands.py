from genie.audio.engines.commands import Commands

SOUNDS = {"read": ["R EH D", "R IY D"], "it": ["IH T"]}


def pronounce(word: str) -> list[str]:
    return SOUNDS.get(word, [])


def test_every_pronunciation_of_a_word_has_its_line() -> None:
    commands = Commands.of(["Read it"], pronounce)
    assert commands and commands.dictionary == "it IH T\nread R EH D\nread(2) R IY D\n"


def test_a_phrase_with_a_word_nobody_can_pronounce_is_left_out() -> None:
    commands = Commands.of(["read it", "read zyzzyva"], pronounce)
    assert commands and commands.size == 1 and "zyzzyva" not in commands.model


def test_no_phrases_make_no_commands() -> None:
    assert Commands.of(["", "zyzzyva"], pronounce) is None
