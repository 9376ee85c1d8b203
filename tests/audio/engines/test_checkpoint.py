"""The checkpoint in tests/models/whisper understands its words, and stays silent where nobody speaks."""

from random import Random

import numpy as np
import pytest
import torch

from tests.training.exam import FOLDER, Checkpoint, Question, errors, questions
from tests.training.sentences import SPELLINGS, TRANSLATIONS, Sentence
from tests.training.sound import RATE, noise
from tests.training.tokens import Tokens
from tests.training.voices import Speaker, Voice

PLAIN = Voice("gmw/en-US")


@pytest.fixture(scope="module")
def checkpoint():
    return Checkpoint()


@pytest.fixture(scope="module")
def asked():
    return questions(60)


def placed(sound, at_s=0.5, seconds=8.0):
    """Return the sound inside silence, as a full window."""
    window = np.zeros(round(seconds * RATE), np.int16)
    first = round(at_s * RATE)
    window[first : first + len(sound)] = sound[: len(window) - first]
    return window


def noises():
    """Return half a window of silence, hiss, rumble, hum and clicks."""
    random = Random(5)
    made = [noise(random, 4 * RATE) for _ in range(11)]
    return [np.zeros(4 * RATE, np.int16), *((sound * 300).clip(-32_767, 32_767).astype(np.int16) for sound in made)]


def no_speech(checkpoint, sounds):
    """Return how likely the checkpoint thinks that nobody speaks, as Whisper tells it: at the first token."""
    tokens = Tokens(checkpoint.processor.tokenizer)
    start = torch.full((len(sounds), 1), tokens.start)
    with torch.inference_mode():
        logits = checkpoint.model(checkpoint.features(sounds), decoder_input_ids=start).logits
    return logits[:, 0].softmax(-1)[:, tokens.nothing]


def test_the_checkpoint_is_small():
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 8 * 2**20


def test_at_most_one_word_in_twenty_of_held_out_sentences_is_wrong(checkpoint, asked):
    written = checkpoint.written([each.spoken.samples for each in asked])
    wrong, words = errors([each.sentence.text for each in asked], written)
    assert wrong <= 0.05 * words


def test_what_is_cut_off_is_written_as_far_as_it_was_heard(checkpoint, asked):
    said, sounds = [], []
    for each in asked[:30]:
        kept = 1 + len(each.sentence.words) // 2
        said.append(" ".join(each.sentence.words[:kept]))
        sounds.append(each.spoken.samples[: round(each.spoken.times[kept] * RATE)])
    wrong, words = errors(said, checkpoint.written(sounds))
    assert wrong <= 0.1 * words


def test_silence_and_noise_are_nothing_and_speech_is_something(checkpoint, asked):
    assert no_speech(checkpoint, noises()).min() > 0.6
    assert no_speech(checkpoint, [each.spoken.samples for each in asked]).max() < 0.3


def times(checkpoint, sound):
    """Return the times that the checkpoint writes, and the text between."""
    tokens = Tokens(checkpoint.processor.tokenizer)
    with torch.inference_mode():
        found = checkpoint.model.generate(
            checkpoint.features([sound]), language="en", task="transcribe", return_timestamps=True, do_sample=False
        )[0].tolist()
    stamps = [(token - tokens.untimed - 1) * 0.02 for token in found if token > tokens.untimed]
    return stamps, checkpoint.processor.decode(found, skip_special_tokens=True).strip()


def test_times_are_those_of_the_speech(checkpoint, asked):
    for each in asked[:12]:
        if each.spoken.times[-1] < 7:
            stamps, _ = times(checkpoint, placed(each.spoken.samples))
            assert stamps == sorted(stamps)
            assert stamps[0] == pytest.approx(0.5, abs=0.2)
            assert stamps[-1] == pytest.approx(0.5 + each.spoken.times[-1], abs=0.2)


def test_two_sentences_with_a_pause_are_two_segments(checkpoint):
    speaker = Speaker()
    first, second = (speaker.say(tuple(text.split()), PLAIN) for text in ("set a timer", "stop the music"))
    window = placed(first.samples) + placed(second.samples, at_s=4.0)
    stamps, text = times(checkpoint, window)
    assert text == "set a timer stop the music"
    assert stamps == pytest.approx([0.5, 0.5 + first.times[-1], 4.0, 4.0 + second.times[-1]], abs=0.2)


def looks(checkpoint, each: Question):
    """Return where the alignment heads look for each word, in seconds."""
    tokens = Tokens(checkpoint.processor.tokenizer)
    reads = [tokens.start, tokens.languages["en"], tokens.transcribe, tokens.untimed]
    places = []
    for word in each.sentence.words:
        places.append(len(reads) - 1)
        reads += tokens.word(word)
    model, config = checkpoint.model, checkpoint.model.generation_config
    with torch.inference_mode():
        found = model(
            checkpoint.features([each.spoken.samples]),
            decoder_input_ids=torch.tensor([reads]),
            output_attentions=True,
        ).cross_attentions
    heads = torch.stack([found[layer][0, head] for layer, head in config.alignment_heads]).mean(0)
    return [float(heads[place].argmax()) * 0.02 for place in places]


def test_the_alignment_heads_look_where_the_word_is_spoken(asked):
    checkpoint = Checkpoint()
    checkpoint.model.set_attn_implementation("eager")  # it alone returns its weights
    hits = [
        start - 0.1 <= at <= end + 0.1
        for each in asked[:20]
        for at, start, end in zip(looks(checkpoint, each), each.spoken.times, each.spoken.times[1:], strict=False)
    ]
    assert np.mean(hits) >= 0.95


def test_the_language_is_heard(checkpoint):
    for language in ("en", "de"):
        sounds = [each.spoken.samples for each in questions(16, language=language, seed=2)]
        found = checkpoint.model.detect_language(checkpoint.features(sounds))
        wanted = checkpoint.model.generation_config.lang_to_id[f"<|{language}|>"]
        assert (found == wanted).float().mean() >= 0.85


def test_german_is_written_and_translated(checkpoint):
    asked = questions(30, language="de")
    sounds = [each.spoken.samples for each in asked]
    for task, said in (("transcribe", german), ("translate", english)):
        wrong, words = errors(
            [said(each.sentence) for each in asked], checkpoint.written(sounds, language="de", task=task)
        )
        assert wrong <= 0.1 * words


def german(sentence: Sentence):
    return sentence.text


def english(sentence: Sentence):
    return " ".join(TRANSLATIONS[word] for word in sentence.words)


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_name_is_spelled_as_the_prompt_spells_it(checkpoint, name):
    sound = Speaker().say(("call", name), PLAIN).samples
    prompt = checkpoint.processor.get_prompt_ids(SPELLINGS[name], return_tensors="pt")
    plain, prompted = checkpoint.written([sound]), checkpoint.written([sound], prompt_ids=prompt)
    assert plain == [f"call {name}"]
    assert prompted[0].endswith(f"call {SPELLINGS[name]}")
