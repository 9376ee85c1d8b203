from hypothesis import given
from hypothesis import strategies as st

from genie.audio.hypothesis import Hypothesis, Uttered

ALL = 1_000.0


def said(text: str, *, every_s: float | None = None) -> list[Uttered]:
    """Return the words of a text, with their times if there is one every so many seconds."""
    return [
        Uttered(f" {word}", None if every_s is None else (number + 1) * every_s)
        for number, word in enumerate(text.split())
    ]


def settled(hypothesis: Hypothesis, text: str, count: int = 0, *, whole: bool = True) -> int:
    return hypothesis.settled(said(text), count, ALL, whole=whole)


def test_a_word_whose_sound_lies_behind_stays() -> None:
    words = said("what time is it", every_s=1.0)
    assert Hypothesis().settled(words, 0, 2.5, whole=True) == 2


def test_the_last_word_may_go_on_unless_the_hypothesis_is_whole() -> None:
    words = said("what time", every_s=1.0)
    assert Hypothesis().settled(words, 0, ALL, whole=False) == 1
    assert Hypothesis().settled(words, 0, ALL, whole=True) == 2


def test_a_model_that_looks_far_back_is_not_followed() -> None:
    words = [Uttered(" what", 1.0), Uttered(" time", 5.0), Uttered(" what", 1.0), Uttered(" is", 6.0)]
    assert Hypothesis().settled(words, 0, ALL, whole=True) == 2


def test_without_times_a_word_stays_when_two_hypotheses_agree() -> None:
    heard = Hypothesis()
    assert settled(heard, "what time") == 0
    assert settled(heard, "what time is it") == 2


def test_the_first_word_that_differs_ends_the_agreement() -> None:
    heard = Hypothesis()
    settled(heard, "what dime is")
    assert settled(heard, "what time is") == 1


def test_case_and_punctuation_do_not_stand_against_agreement() -> None:
    heard = Hypothesis()
    settled(heard, "so, what time")
    assert settled(heard, "So what time is it") == 3


def test_hypotheses_about_other_sound_do_not_agree() -> None:
    heard = Hypothesis()
    settled(heard, "what time")
    heard.moved()
    assert settled(heard, "what time") == 0


def test_what_is_said_a_third_time_waits_until_something_else_follows() -> None:
    assert Hypothesis().settled(said("no no no", every_s=0.1), 0, ALL, whole=True) == 2
    assert Hypothesis().settled(said("so it is it is it is", every_s=0.1), 0, ALL, whole=True) == 5
    assert Hypothesis().settled(said("no no no way", every_s=0.1), 0, ALL, whole=True) == 4


WORDS = st.lists(
    st.builds(
        Uttered,
        st.text(alphabet="ab,. 東", min_size=1, max_size=4),
        st.one_of(st.none(), st.floats(0, 30, allow_nan=False)),
    ),
    max_size=8,
)


@given(st.lists(st.tuples(WORDS, st.floats(0, 30), st.booleans()), max_size=6))
def test_the_words_that_stay_only_grow(hypotheses: list[tuple[list[Uttered], float, bool]]) -> None:
    heard, stays = Hypothesis(), list[Uttered]()
    for words, until_s, whole in hypotheses:
        now = [*stays, *words]
        count = heard.settled(now, len(stays), until_s, whole=whole)
        assert len(stays) <= count <= len(now)
        stays = now[:count]
