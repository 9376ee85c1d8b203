import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.kokoro.ipa import kokoro_phonemes


@pytest.mark.parametrize(
    ("ipa", "english", "phonemes"),
    [
        ("/dʒɪf/", True, "ʤɪf"),
        ("[ˈd͡ʒɪf]", True, "ˈʤɪf"),
        ("niˈkeɪ", True, "niˈkA"),
        ("ˈkəʊkəɹəʊ", True, "ˈkQkəɹQ"),
        ("təˈmɑːtəʊ", True, "təˈmɑːtQ"),
        ("ˈwɜːld", True, "ˈwɜɹld"),
        ("ˈbʌtɚ", True, "ˈbʌtəɹ"),
        ("ro'gu", True, "ɹɔˈɡu"),
        ("bɔ̃ʒuʁ", False, "bɔ̃ʒuʁ"),
        ("ˈt͡ʃao", False, "ˈʧao"),
        ("", True, ""),
        ("///", True, ""),
    ],
)
def test_ipa_is_written_as_kokoro_learned_it(ipa, english, phonemes):
    assert kokoro_phonemes(ipa, english=english) == phonemes


@given(st.text(max_size=300), st.booleans())
def test_no_text_is_too_odd(ipa, english):
    assert len(kokoro_phonemes(ipa, english=english)) <= 200
