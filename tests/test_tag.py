import pytest

from genie.tag import plain, primary


@pytest.mark.parametrize("tag", ["de-AT", "de_at", "DE-AT", " de-at "])
def test_a_tag_is_the_same_however_it_is_written(tag: str):
    assert plain(tag) == "de-at" and primary(tag) == "de"


@pytest.mark.parametrize(("tag", "language"), [("", ""), ("en", "en"), ("cmn-latn-cn-pinyin", "cmn")])
def test_what_has_no_region_is_its_language(tag: str, language: str):
    assert primary(tag) == language
