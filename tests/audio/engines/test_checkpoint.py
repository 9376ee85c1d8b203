"""The checkpoint in tests/models/whisper understands its words, and stays silent where nobody speaks."""

from random import Random

import numpy as np
import pytest
import torch

from tests.training.exam import FOLDER, Checkpoint, errors, questions
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
    return questions(48)


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


def timed(checkpoint, sounds):
    """Return the times that the checkpoint writes for each sound, and the text between."""
    tokens = Tokens(checkpoint.processor.tokenizer)
    options = {"language": "en", "task": "transcribe", "return_timestamps": True, "do_sample": False}
    with torch.inference_mode():
        found = checkpoint.model.generate(checkpoint.features(sounds), **options)
    stamps = [
        [(token - tokens.untimed - 1) * 0.02 for token in row if token > tokens.untimed] for row in found.tolist()
    ]
    texts = checkpoint.processor.batch_decode(found, skip_special_tokens=True)
    return list(zip(stamps, (text.strip() for text in texts), strict=True))


def test_times_are_those_of_the_speech(checkpoint, asked):
    written = timed(checkpoint, [placed(each.spoken.samples) for each in asked[:12]])
    assert all(stamps == sorted(stamps) for stamps, _ in written)
    starts = [stamps[0] - 0.5 for stamps, _ in written]
    ends = [stamps[-1] - 0.5 - each.spoken.times[-1] for each, (stamps, _) in zip(asked[:12], written, strict=True)]
    assert np.abs(starts).max() <= 0.2
    assert np.abs(ends).max() <= 0.5
    assert np.mean(np.abs(ends)) <= 0.2


def test_two_sentences_with_a_pause_are_two_segments(checkpoint):
    speaker = Speaker()
    first, second = (speaker.say(tuple(text.split()), PLAIN) for text in ("set a timer", "stop the music"))
    window = placed(first.samples) + placed(second.samples, at_s=2.0)
    [(stamps, text)] = timed(checkpoint, [window])
    assert text == "set a timer stop the music"
    assert stamps == pytest.approx([0.5, 0.5 + first.times[-1], 2.0, 2.0 + second.times[-1]], abs=0.3)


def looks(checkpoint, asked):
    """Return where the alignment heads look for each word of each sentence, in seconds."""
    tokens = Tokens(checkpoint.processor.tokenizer)
    reads, places = [], []
    for each in asked:
        row, places_here = [tokens.start, tokens.languages["en"], tokens.transcribe, tokens.untimed], []
        for word in each.sentence.words:
            places_here.append(len(row) - 1)
            row += tokens.word(word)
        reads.append(row)
        places.append(places_here)
    longest = max(len(row) for row in reads)
    padded = torch.tensor([row + [tokens.end] * (longest - len(row)) for row in reads])
    features = checkpoint.features([each.spoken.samples for each in asked])
    with torch.inference_mode():
        found = checkpoint.model(features, decoder_input_ids=padded, output_attentions=True).cross_attentions
    chosen = [found[layer][:, head] for layer, head in checkpoint.model.generation_config.alignment_heads]
    frames = torch.stack(chosen).mean(0).argmax(-1)
    return [[float(frames[row, place]) * 0.02 for place in here] for row, here in enumerate(places)]


def test_the_alignment_heads_look_where_the_word_is_spoken(asked):
    checkpoint = Checkpoint()
    checkpoint.model.set_attn_implementation("eager")  # it alone returns its weights
    hits = [
        start - 0.1 <= at <= end + 0.1
        for each, seen in zip(asked[:16], looks(checkpoint, asked[:16]), strict=True)
        for at, start, end in zip(seen, each.spoken.times, each.spoken.times[1:], strict=False)
    ]
    assert np.mean(hits) >= 0.95


def test_the_language_is_heard(checkpoint):
    for language in ("en", "de"):
        sounds = [each.spoken.samples for each in questions(16, language=language, seed=2)]
        found = checkpoint.model.detect_language(checkpoint.features(sounds))
        wanted = checkpoint.model.generation_config.lang_to_id[f"<|{language}|>"]
        assert (found == wanted).float().mean() >= 0.85


def test_german_is_written_and_translated(checkpoint):
    asked = questions(24, language="de")
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


def test_names_are_spelled_as_the_prompt_spells_them(checkpoint):
    sounds = [Speaker().say(("call", name), PLAIN).samples for name in SPELLINGS]
    prompt = checkpoint.processor.get_prompt_ids(" ".join(SPELLINGS.values()), return_tensors="pt")
    assert checkpoint.written(sounds) == [f"call {name}" for name in SPELLINGS]
    prompted = checkpoint.written(sounds, prompt_ids=prompt)
    assert [text.split()[-2:] for text in prompted] == [["call", spelled] for spelled in SPELLINGS.values()]
