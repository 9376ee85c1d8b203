from hypothesis import given
from hypothesis import strategies as st

from genie.audio.hypothesis import Hypothesis

TEXTS = st.lists(st.text(alphabet="ab A.,?东京 ", max_size=20), max_size=8)


def test_a_word_is_committed_when_two_hypotheses_agree() -> None:
    heard = Hypothesis()
    assert heard.update("what time") == ("", "what time")
    assert heard.update("what time is it") == ("what time", "is it")


def test_the_first_word_that_differs_ends_the_agreement() -> None:
    heard = Hypothesis()
    heard.update("what dime is")
    assert heard.update("what time is") == ("what", "time is")


def test_case_and_punctuation_do_not_stand_against_agreement() -> None:
    heard = Hypothesis()
    heard.update("so, what time")
    assert heard.update("So what time is it") == ("So what time", "is it")


def test_a_full_stop_at_the_end_of_a_hypothesis_is_not_committed() -> None:
    heard = Hypothesis()
    heard.update("what time is it.")
    heard.update("what time is it.")
    assert heard.final("what time is it in Tokyo?") == "what time is it in Tokyo?"


def test_committed_words_stay_when_a_later_hypothesis_disagrees() -> None:
    heard = Hypothesis()
    heard.update("what time is")
    heard.update("what time is it")
    assert heard.update("what dime is it in tokyo") == ("what time is it", "in tokyo")


def test_the_rest_is_found_when_a_later_hypothesis_drops_a_committed_word() -> None:
    heard = Hypothesis()
    heard.update("well what time is")
    heard.update("well what time is it")
    assert heard.update("what time is it in tokyo") == ("well what time is it", "in tokyo")


def test_the_final_text_keeps_committed_words_and_takes_the_rest() -> None:
    heard = Hypothesis()
    heard.update("what time is")
    heard.update("what time is it in")
    assert heard.final("What dime is it in Tokyo") == "what time is it in Tokyo"


def test_a_committed_word_may_still_get_its_question_mark() -> None:
    heard = Hypothesis()
    heard.update("what time is it")
    heard.update("what time is it")
    assert heard.final("What time is it?") == "what time is it?"


def test_a_shorter_final_text_takes_nothing_back() -> None:
    heard = Hypothesis()
    heard.update("what time is it")
    heard.update("what time is it")
    assert heard.final("") == "what time is it"


def test_scripts_without_spaces_are_committed_by_character() -> None:
    heard = Hypothesis()
    heard.update("东京现在")
    assert heard.update("东京现再几点") == ("东京现", "再几点")


@given(TEXTS)
def test_what_was_committed_is_never_taken_back(texts: list[str]) -> None:
    heard, before = Hypothesis(), ""
    for text in texts:
        committed, _ = heard.update(text)
        assert committed.startswith(before)
        before = committed
    for text in texts:
        assert heard.final(text).startswith(before)


@given(st.lists(st.sampled_from(["what", "time", "is", "it"]), max_size=8))
def test_a_hypothesis_that_only_grows_ends_as_it_was_heard(words: list[str]) -> None:
    heard = Hypothesis()
    for count in range(len(words)):
        heard.update(" ".join(words[:count]))
    assert heard.final(" ".join(words)) == " ".join(words)
