"""The training of the test checkpoint still runs, and teaches what it says."""

from random import Random

import numpy as np
import pytest
import torch

from tests.training.model import Lesson, fresh, misses
from tests.training.sentences import SPELLINGS, VOCABULARY, draw, held_out
from tests.training.sound import RATE
from tests.training.tokens import IN_TWO, Tokens, processor
from tests.training.train import Batches, Mel, Plan, save, train
from tests.training.voices import Speaker, Voice
from tests.training.windows import IGNORED, window

TINY = Plan(steps=2, batch=2, warm=1, polish=1)


@pytest.fixture(scope="module")
def made():
    return processor()


def test_three_steps_leave_a_checkpoint_that_loads(tmp_path, made):
    tokens = Tokens(made.tokenizer)
    lesson = Lesson(fresh(tokens, width=32, depth=1), tokens)
    assert list(train(TINY, lesson, resume=tmp_path / "state", workers=0)) == [3]
    save(lesson, tmp_path / "model")
    from tests.training.exam import Checkpoint

    sound = np.zeros(RATE, np.int16)
    assert isinstance(Checkpoint(tmp_path / "model").written([sound], max_new_tokens=4)[0], str)


def test_the_same_seed_gives_the_same_batches():
    first, again = (next(iter(Batches(TINY))) for _ in range(2))
    assert torch.equal(first.features, again.features)
    assert torch.equal(first.writes, again.writes)


def test_the_log_mel_is_the_feature_extractors(made):
    sound = np.random.default_rng(1).normal(0, 0.1, (2, 8 * RATE)).astype(np.float32)
    sound[1, 3 * RATE :] = 0
    wanted = made.feature_extractor(list(sound), sampling_rate=RATE, return_tensors="pt").input_features
    assert torch.allclose(Mel(made.feature_extractor)(torch.from_numpy(sound)), wanted, atol=1e-4)


def test_every_word_is_one_token_or_the_two_that_are_meant(made):
    tokens = Tokens(made.tokenizer)
    for word in [*VOCABULARY["en"], *VOCABULARY["de"], *SPELLINGS.values()]:
        assert len(tokens.word(word)) == (2 if word in IN_TWO else 1)
        assert made.tokenizer.decode(tokens.word(word)) == f" {word}"


def test_a_held_out_sentence_is_never_learned():
    random = Random(1)
    for _ in range(300):
        assert not held_out(draw(random, "en", ordered=random.random() < 0.5, kept=False))
        assert held_out(draw(random, "de", ordered=random.random() < 0.5, kept=True))


def test_a_word_begins_where_espeak_says():
    spoken = Speaker().say(("stop", "the", "music"), Voice("gmw/en-US"))
    assert len(spoken.times) == 4
    assert list(spoken.times) == sorted(spoken.times)
    assert spoken.times[-1] == pytest.approx(len(spoken.samples) / RATE, abs=0.01)


def test_each_written_word_has_its_place_in_the_window(made):
    tokens, speaker, random = Tokens(made.tokenizer), Speaker(), Random(3)
    letters = {number for word in VOCABULARY["en"] for number in tokens.word(word)}
    for _ in range(40):
        made_one = window(random, speaker, tokens, 4.0)
        assert len(made_one.reads) == len(made_one.writes) == len(made_one.spans)
        for token, (first, last) in zip(made_one.writes, made_one.spans, strict=True):
            if token in letters and token != IGNORED:
                assert 0 <= first < last <= 201


def test_attention_on_the_words_own_frames_misses_nothing():
    spans = torch.tensor([[[2, 4], [0, 0]]])
    right, wrong = torch.zeros(1, 2, 6), torch.zeros(1, 2, 6)
    right[0, 0, 2:4], wrong[0, 0, 4:] = 0.5, 0.5
    assert misses(right, spans) == pytest.approx(0, abs=1e-3)
    assert misses(wrong, spans) > 5
