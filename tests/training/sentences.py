"""What the test checkpoint understands: a closed vocabulary, spoken in sentences and in no order at all."""

import hashlib
from dataclasses import dataclass
from random import Random

NUMBERS = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight"),
    *("nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty"),
]
FOODS = ["milk", "eggs", "bread", "butter", "apples"]

SLOTS = {
    "number": NUMBERS,
    "food": FOODS,
    "sign": ["plus", "minus", "times"],
    "unit": ["minutes", "seconds", "hours"],
    "place": ["london", "paris"],
    "room": ["kitchen", "bedroom"],
    "switch": ["on", "off"],
    "day": ["today", "tomorrow", "tonight"],
    "name": ["john", "sarah", "mark"],
}

ENGLISH = (
    "what time is it",
    "what time is it in {place}",
    "set a timer for {number} {unit}",
    "set a timer for {number} {unit} and {number} {unit}",
    "what is {number} {sign} {number}",
    "what is {number} {sign} {number} {sign} {number}",
    "how much is {number} {sign} {number}",
    "add {food} to the shopping list",
    "add {food} and {food} to the shopping list",
    "add {number} {food} and {number} {food} to my shopping list",
    "i need {food} and {number} {food}",
    "turn {switch} the {room} light",
    "turn the {room} light {switch} at {number}",
    "turn {switch} the light in the {room}",
    "play music in the {room}",
    "stop the music",
    "stop the timer",
    "remind me {day} at {number}",
    "remind me to call {name} {day} at {number}",
    "call {name}",
    "call {name} at {number}",
    "tell me a joke",
    "tell {name} i need {food}",
    "what is the weather in {place} {day}",
    "hello {name}",
    "good morning {name}",
    "thank you {name}",
    "yes please",
    "no thank you",
)

GERMAN_NUMBERS = {
    "eins": "one",
    "zwei": "two",
    "drei": "three",
    "vier": "four",
    "fünf": "five",
    "sechs": "six",
    "sieben": "seven",
    "acht": "eight",
    "neun": "nine",
    "zehn": "ten",
    "zwölf": "twelve",
    "zwanzig": "twenty",
}
GERMAN_FOODS = {"milch": "milk", "eier": "eggs", "brot": "bread", "butter": "butter", "äpfel": "apples"}

GERMAN_SLOTS = {
    "number": list(GERMAN_NUMBERS),
    "food": list(GERMAN_FOODS),
    "switch": ["an", "aus"],
    "name": ["john", "sarah", "mark"],
}

GERMAN = (
    "wie spät ist es",
    "stelle einen timer auf {number} minuten",
    "was ist {number} plus {number}",
    "ich brauche {food} und {food}",
    "ich brauche {number} {food}",
    "guten morgen {name}",
    "licht {switch}",
    "danke",
)

TRANSLATIONS = (
    GERMAN_NUMBERS
    | GERMAN_FOODS
    | {
        "wie": "what",
        "spät": "time",
        "ist": "is",
        "es": "it",
        "stelle": "set",
        "einen": "a",
        "timer": "timer",
        "auf": "for",
        "minuten": "minutes",
        "was": "what",
        "plus": "plus",
        "ich": "i",
        "brauche": "need",
        "und": "and",
        "guten": "good",
        "morgen": "morning",
        "john": "john",
        "sarah": "sarah",
        "mark": "mark",
        "licht": "light",
        "an": "on",
        "aus": "off",
        "danke": "thank you",
    }
)
"""German is translated word by word, so that a checkpoint this small can learn it."""

SPELLINGS = {"john": "jon", "sarah": "sara", "mark": "marc"}
"""Names that are written the second way if the prompt writes them so: what a prompt is for."""

WEAK = {"a", "to", "two", "for", "four", "an"}
"""Words that only their neighbours tell apart; they stay out of sentences without order."""


def words(templates: tuple[str, ...], slots: dict[str, list[str]]) -> list[str]:
    """Return every word of the templates once, in order."""
    plain = [word for template in templates for word in template.split() if "{" not in word]
    return list(dict.fromkeys([*plain, *(word for slot in slots.values() for word in slot)]))


VOCABULARY = {"en": words(ENGLISH, SLOTS), "de": words(GERMAN, GERMAN_SLOTS)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said in which language."""

    language: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def held_out(sentence: Sentence) -> bool:
    """Tell whether the sentence is kept for tests; the checkpoint never hears it while it learns."""
    return hashlib.sha256(f"{sentence.language} {sentence.text}".encode()).digest()[0] % 8 == 0


def draw(random: Random, language: str, *, ordered: bool, kept: bool) -> Sentence:
    """Return a sentence of the grammar, or words without order; `kept` ones are those kept for tests."""
    while True:
        said = _ordered(random, language) if ordered else _disordered(random, language)
        sentence = Sentence(language, tuple(said))
        if held_out(sentence) == kept:
            return sentence


def _ordered(random: Random, language: str) -> list[str]:
    templates, slots = (ENGLISH, SLOTS) if language == "en" else (GERMAN, GERMAN_SLOTS)
    parts = random.choice(templates).split()
    return [random.choice(slots[part.strip("{}")]) if part.startswith("{") else part for part in parts]


def _disordered(random: Random, language: str) -> list[str]:
    known = [word for word in VOCABULARY[language] if word not in WEAK]
    return [random.choice(known) for _ in range(random.randint(1, 8))]
