"""Whose word counts about what will be said."""

from genie import config
from genie.audio.engine import Spoken
from genie.audio.wish import Wish, listed, spoken

CONF = config.load(
    environment={},
    flags={
        "stt.language": "fr", "stt.languages": ["fr", "en"], "stt.prompt": "Salut.", "stt.vocabulary": ["Zoë", "genie"]
    },
).stt  # fmt: skip


def test_without_a_wish_the_settings_count():
    assert spoken(CONF, ()) == Spoken("fr", ("fr", "en"), "Salut.", ("Zoë", "genie"), translate=False)


def test_a_later_wish_wins_and_what_it_leaves_open_is_as_it_was():
    hello, request = Wish(language="de"), Wish(prompt="", translate=True)
    assert spoken(CONF, (), hello, request) == Spoken("de", ("fr", "en"), "", ("Zoë", "genie"), translate=True)
    assert spoken(CONF, (), hello, Wish(language="en")).language == "en"


def test_a_language_is_detected_where_that_is_wished():
    for word in ("auto", "", "AUTO"):
        assert spoken(CONF, (), Wish(language="de"), Wish(language=word)).language is None
    assert spoken(config.load(environment={}, flags={"stt.language": "auto"}).stt, ()).language is None


def test_a_list_to_choose_among_is_a_wish_for_detection():
    found = spoken(CONF, (), Wish(language="fr"), Wish(languages=["de", "nl"]))
    assert (found.language, found.languages) == (None, ("de", "nl"))
    assert spoken(CONF, (), Wish(language="fr", languages=["de", "nl"])).language == "fr"


def test_a_users_words_come_before_those_of_the_settings():
    assert spoken(CONF, ("Anke", "genie")).vocabulary == ("Anke", "genie", "Zoë")


def test_a_list_in_writing_has_commas_between():
    assert listed(" de-AT, en ,,") == ["de-AT", "en"]
    assert (listed(""), listed(None)) == ([], None)
