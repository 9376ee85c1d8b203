"""Which words of an edited question are names that were misheard."""

import pytest

from genie.corrections import MAX_CHARS, corrected


@pytest.mark.parametrize(
    ("heard", "meant", "names"),
    [
        ("call merry", "call Mary", ("Mary",)),
        ("call merry", "Call Mary", ("Mary",)),
        ("who is shiv on", "who is siobhan", ("siobhan",)),
        ("shiv on", "Siobhan", ("Siobhan",)),
        ("Shiv on is coming", "Siobhan is coming", ("Siobhan",)),
        ("ring shiv on oh brian now", "ring Siobhan O'Brien now", ("Siobhan O'Brien",)),
        ("when is ann's birthday", "when is Anne's birthday", ("Anne",)),
        ("tell me about cue burn eddies", "tell me about kubernetes", ("kubernetes",)),
        ("play abbey", "play ABBA", ("ABBA",)),
        ("ask gemma three", "ask Gemma3", ("Gemma3",)),
        ("what is an i phone", "what is an iPhone", ("iPhone",)),
        ("rufe maier und schmitt an", "rufe Meyer und Schmidt an", ("Meyer", "Schmidt")),
        ("hello. merry knows tim", "hello. Mary knows Jim", ("Jim",)),
    ],
)
def test_a_name_that_was_misheard_is_learned(heard: str, meant: str, names: tuple[str, ...]) -> None:
    assert corrected(heard, meant) == names


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("call merry", "call Peter"),  # another one is meant
        ("call merry", "call mary"),  # nothing says that it is a name
        ("call merry", "CALL MARY"),  # nor here, where all is written so
        ("call merry and tom now", "Call Mary And Tom Now"),
        ("call mary", "call Mary"),  # it was understood
        ("what is the whether", "what is the weather"),
        ("turn of the light", "turn off the light"),
        ("term off the light", "Turn off the light"),
        ("hi am here", "I'm here"),
        ("i think any one", "i think anyone"),
        ("add ten to it", "add 10 to it"),
        ("what time is it", "who wrote Faust"),  # another question
        ("call", "call Mary"),
        ("", "Mary"),
        ("x", ""),
        ("给我打电话", "给你打电话"),
    ],
)
def test_grammar_and_changes_of_mind_teach_nothing(heard: str, meant: str) -> None:
    assert corrected(heard, meant) == ()


def test_of_a_long_text_nothing_is_learned() -> None:
    rest = " and so on" * (MAX_CHARS // 10)
    assert corrected(f"call merry{rest}", f"call Mary{rest}") == ()
