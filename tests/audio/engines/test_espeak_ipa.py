import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.espeak_ipa import mnemonics

SOUNDS = {
    "dʒ": "dZ", "ɪ": "I", "f": "f", "t": "t", "ə": "@", "m": "m", "ɑː": "A:", "əʊ": "@U", "w": "w", "ɜː": "3:",
    "l": "l", "d": "d", "ɹ": "r", "ɡ": "g",
}  # fmt: skip


@pytest.mark.parametrize(
    ("ipa", "said"),
    [
        ("dʒɪf", "dZ|I|f|"),
        ("/ˈd͡ʒɪf/", "dZ|'I|f|"),
        ("təˈmɑːtəʊ", "t|@|m|'A:|t|@U|"),
        ("ˈwɜ:ld", "w|'3:|l|d|"),
        ("ɡɪr", "g|I|r|"),
        ("gɑʁ", "g|A:|r|"),
        ("", ""),
        ("☃", ""),
        ("ˈ", ""),
    ],
)
def test_ipa_is_written_in_the_mnemonics_of_the_voice(ipa, said):
    assert mnemonics(ipa, SOUNDS) == said


@given(st.text(max_size=300))
def test_nothing_but_mnemonics_comes_of_any_text(ipa):
    parts = mnemonics(ipa, SOUNDS).replace("'", "").replace(",", "").split("|")
    assert set(parts) <= {*SOUNDS.values(), ""}
