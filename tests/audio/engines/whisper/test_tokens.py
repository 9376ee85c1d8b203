"""What Whisper reads before it writes, and which languages and tasks a checkpoint knows."""

import pytest
import transformers

from genie.audio.engine import Spoken
from genie.audio.engines.whisper.tokens import LONGEST_PROMPT, Tokens
from genie.errors import GenieError
from tests.models_small import save_whisper


def tokens_of(folder, **shape) -> Tokens:
    generation = transformers.GenerationConfig.from_pretrained(folder)
    return Tokens(transformers.WhisperTokenizer.from_pretrained(folder), generation, "small", **shape)


@pytest.fixture(scope="module")
def tokens(whisper_folder):
    return tokens_of(whisper_folder)


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    return tokens_of(save_whisper(tmp_path_factory.mktemp("english"), multilingual=False))


@pytest.fixture(scope="module")
def spell(whisper_folder):
    """Return the names of tokens, as transformers knows them."""
    return transformers.WhisperTokenizer.from_pretrained(whisper_folder).convert_ids_to_tokens


@pytest.mark.parametrize("translate", [False, True])
def test_names_and_what_was_said_stand_between_their_token_and_the_start(tokens, spell, translate):
    context = tokens.context(("Zoë", "Anke"), "Hi.", 100)
    read = tokens.prompt("de", context, translate=translate, timed=False)
    assert spell(read[:1]) == ["<|startofprev|>"]
    assert tokens.text(read) == "Glossary: Zoë, Anke. Hi."
    task = "<|translate|>" if translate else "<|transcribe|>"
    assert spell(read[-4:]) == ["<|startoftranscript|>", "<|de|>", task, "<|notimestamps|>"]
    assert len(read) == len(context) + 5


def test_without_either_nothing_is_read_before_the_start(tokens, spell):
    read = tokens.prompt("en", tokens.context((), "", 100), translate=False, timed=True)
    assert spell(read) == ["<|startoftranscript|>", "<|en|>", "<|transcribe|>"]


def test_no_more_is_read_than_may_be(tokens):
    words = tuple(f"name{number}" for number in range(200))
    assert 0 < len(tokens.context(words, "and so on " * 100, 1_000)) <= LONGEST_PROMPT <= 448 // 2
    assert len(tokens.context(words, "and so on " * 100, 20)) <= 20


def test_a_name_that_looks_like_a_special_token_is_none(tokens):
    context = tokens.context(("<|en|>", "x<|endoftext|>"), "<|startoftranscript|>", 90)
    assert context and all(token < tokens.end for token in context)


def test_an_english_checkpoint_reads_no_language_and_no_task(english, spell):
    known = english.known(Spoken(None, ("de", "en-GB")))
    assert known.language == "en"
    assert spell(english.prompt("en", [], translate=True, timed=False)) == ["<|startoftranscript|>", "<|notimestamps|>"]


def test_a_list_to_choose_among_is_cut_to_what_the_checkpoint_knows(tokens):
    assert tokens.known(Spoken(None, ("fr-CA", "tlh", "de"))).languages == ("fr", "de")
    assert tokens.known(Spoken(None, ("tlh", "de-AT"))).language == "de"
    assert tokens.known(Spoken()).language is None


@pytest.mark.parametrize("spoken", [Spoken("tlh"), Spoken(None, ("tlh", "xx"))])
def test_a_language_that_no_list_saves_is_refused(tokens, spoken):
    with pytest.raises(GenieError, match="small hears de, en, fr, not tlh") as refused:
        tokens.known(spoken)
    assert refused.value.code == "unsupported_language"


def test_only_a_checkpoint_that_was_trained_to_translates(tokens, english, whisper_folder):
    assert tokens.known(Spoken("de", translate=True)).translate
    pruned = tokens_of(whisper_folder, translates=False)
    for spoken in (Spoken("de", translate=True), Spoken(None, translate=True)):
        with pytest.raises(GenieError, match="neither distil nor turbo") as refused:
            pruned.known(spoken)
        assert refused.value.code == "cannot_translate"
    for deaf in (pruned, english):  # English is written as English by any of them
        assert deaf.known(Spoken("en", translate=True)).language == "en"
