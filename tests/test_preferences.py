from genie.preferences import Preferences

USERS = Preferences("af_heart", "en-us", 1.5)


def test_what_is_left_open_is_as_others_want_it():
    assert Preferences().over(USERS) == USERS
    assert Preferences(speed=0.5).over(USERS) == Preferences("af_heart", "en-us", 0.5)


def test_whoever_names_a_voice_means_its_language():
    assert Preferences("ff_siwis").over(USERS) == Preferences("ff_siwis", None, 1.5)


def test_a_language_is_kept_beside_a_voice_that_others_want():
    assert Preferences(language="de").over(USERS) == Preferences("af_heart", "de", 1.5)


def test_what_is_said_first_wins():
    request, client = Preferences(speed=2.0), Preferences("bf_emma", "en-gb", 0.7)
    assert request.over(client).over(USERS) == Preferences("bf_emma", "en-gb", 2.0)
