"""What people say to genie's agents: sentences that a small speech recognizer's language model is made of. Pure."""

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from genie.agents.dates import DAYS, MONTHS
from genie.number_words import spell, spell_ordinal

PLACES = tuple(
    """
    tokyo|london|paris|berlin|madrid|rome|new york|los angeles|san francisco|chicago|denver|seattle|boston|washington
    |las vegas|miami|houston|dallas|atlanta|phoenix|honolulu|toronto|vancouver|montreal|mexico city|havana|lima|bogota
    |buenos aires|rio de janeiro|santiago|caracas|dublin|edinburgh|manchester|glasgow|amsterdam|brussels|vienna|zurich
    |geneva|munich|hamburg|frankfurt|milan|venice|florence|naples|barcelona|lisbon|copenhagen|stockholm|oslo|helsinki
    |warsaw|prague|budapest|athens|istanbul|moscow|kiev|cairo|casablanca|lagos|nairobi|cape town|johannesburg|jerusalem
    |tel aviv|beirut|baghdad|tehran|dubai|abu dhabi|karachi|delhi|new delhi|mumbai|calcutta|bangalore|kabul|kathmandu
    |dhaka|bangkok|hanoi|saigon|singapore|kuala lumpur|jakarta|manila|hong kong|taipei|shanghai|beijing|seoul|osaka
    |kyoto|sydney|melbourne|brisbane|perth|adelaide|auckland|wellington|japan|germany|france|england|ireland|scotland
    |spain|italy|portugal|poland|greece|turkey|israel|egypt|india|china|korea|thailand|sweden|norway|denmark|finland
    |switzerland|austria|belgium|holland|california|hawaii|iceland|kenya|cuba|peru|pakistan|vietnam
    """.replace("\n", " ").split("|")
)

NUMBERS = tuple(spell(number) for number in (*range(101), *range(110, 200, 10), *range(200, 1000, 100), 1000, 2000))
DECIMALS = tuple(f"{spell(whole)} point {spell(tenth)}" for whole in range(21) for tenth in range(1, 10))
HOLIDAYS = ("christmas", "christmas eve", "new year", "new year's eve", "new year's day", "halloween", "easter")
ORDINALS = tuple(spell_ordinal(number) for number in range(1, 32))

CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "place": tuple(" ".join(place.split()) for place in PLACES),
        "number": NUMBERS,
        "decimal": DECIMALS,
        "operator": ("plus", "minus", "times", "divided by", "multiplied by", "over"),
        "fraction": ("half", "a third", "two thirds", "a quarter", "three quarters", "a fifth", "a tenth"),
        "power": ("squared", "cubed"),
        "month": MONTHS,
        "day": DAYS,
        "ordinal": ORDINALS,
        "holiday": HOLIDAYS,
        "near": ("today", "tomorrow", "yesterday"),
        "year": tuple(f"twenty {spell(year)}" for year in range(20, 41)),
    }
)
"""The words that stand for each other, by the name that templates give them in braces."""

TEMPLATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "clock": (
            "what time is it",
            "what's the time",
            "what is the time",
            "tell me the time",
            "do you have the time",
            "can you tell me the time",
            "could you tell me what time it is",
            "do you know what time it is",
            "give me the time please",
            "what's the current time",
            "what time is it now",
            "what is the current time in {place}",
            "do you know the time in {place}",
            "time in {place}",
            "what time is it in {place}",
            "what is the time in {place}",
            "what's the time in {place}",
            "tell me the time in {place}",
            "what's the date",
            "what is the date",
            "what's today's date",
            "what is today's date",
            "what is the date in {place}",
            "what is the date {near}",
            "what's the date {near}",
            "what is tomorrow's date",
            "what was yesterday's date",
            "tell me the date",
            "what date is it",
            "what is today",
            "which day is it {near}",
            "what day was it yesterday",
            "what day is it",
            "what day is it {near}",
            "what day is {near}",
            "what day of the week is it",
            "what month is it",
            "what year is it",
            "what week is it",
            "what is the week number",
            "is it a leap year",
            "what month is this",
            "what year is this",
            "is this a leap year",
            "is next year a leap year",
            "when is the next leap year",
            "is {year} a leap year",
            "how many days until {holiday}",
            "how many days are there until {holiday}",
            "how many days until {month} {ordinal}",
            "how many days until the {ordinal} of {month}",
            "how many days until {day}",
            "how many days until next {day}",
            "how many days till {holiday}",
            "how many days are left until {holiday}",
            "how many days is it until {month} {ordinal}",
            "how many days since {holiday}",
            "how many weeks until {holiday}",
            "how long until {holiday}",
            "how long is it until {holiday}",
            "days until {holiday}",
            "when is {holiday}",
            "what day is {holiday}",
            "what day is {month} {ordinal}",
            "what day of the week is {month} {ordinal}",
            "what day of the week is {month} {ordinal} {year}",
        ),
        "math": (
            "what is {number} {operator} {number}",
            "what's {number} {operator} {number}",
            "how much is {number} {operator} {number}",
            "calculate {number} {operator} {number}",
            "can you calculate {number} {operator} {number}",
            "tell me what is {number} {operator} {number}",
            "what does {number} {operator} {number} equal",
            "add {number} and {number}",
            "subtract {number} from {number}",
            "multiply {number} by {number}",
            "divide {number} by {number}",
            "{number} {operator} {number}",
            "{number} percent of {number}",
            "what is {number} {operator} {number} {operator} {number}",
            "what is {decimal} {operator} {number}",
            "what is {decimal} {operator} {decimal}",
            "what is {number} percent of {number}",
            "what's {number} percent of {number}",
            "what is {number} plus {number} percent",
            "what is {number} minus {number} percent",
            "what is {number} {power}",
            "what is {number} to the power of {number}",
            "what is the square root of {number}",
            "what's the square root of {number}",
            "what is the cube root of {number}",
            "square root of {number}",
            "what is the square of {number}",
            "what is the cube of {number}",
            "what is {number} to the {ordinal} power",
            "what is {fraction} of {number}",
            "what's {fraction} of {number}",
            "how much is {fraction} of {number}",
            "what is the average of {number} and {number}",
            "what is the sum of {number} and {number}",
            "what is the difference between {number} and {number}",
            "what is the product of {number} and {number}",
            "what is {number} modulo {number}",
            "what is minus {number} {operator} {number}",
            "what is {number} factorial",
        ),
        "help": (
            "help",
            "help me",
            "what can you do",
            "what can i ask you",
            "what can i say",
            "how can you help me",
            "i need help",
            "what can you do for me",
            "what do you know",
            "how does this work",
            "what questions can you answer",
            "who am i talking to",
            "what is your name",
            "who are you",
            "what are you",
            "hello",
            "hello genie",
            "hi genie",
            "hey genie",
            "good morning",
            "good afternoon",
            "good evening",
            "good night",
            "hi there",
            "thanks a lot",
            "thank you so much",
            "bye",
            "bye bye",
            "never mind",
            "be quiet",
            "stop talking",
            "thanks",
            "thank you",
            "thank you very much",
            "goodbye",
        ),
        "control": ("stop", "stop it", "cancel", "yes", "no", "genie", "please"),
    }
)
"""Sentences by the agent that answers them, with class names in braces; `control` is for the page, not for agents."""

STRIDE = 1_000_003
"""A prime larger than any class: steps of it walk through all choices of every class instead of the first few."""

_SLOT = re.compile(r"\{(\w+)\}")


def sentences(each: int = 300) -> Iterator[tuple[str, str]]:
    """Yield (agent, sentence): lower-case words only, at most `each` of a template, the same ones every time."""
    for agent, templates in TEMPLATES.items():
        for template in templates:
            for sentence in _expand(template, each):
                yield agent, sentence


def vocabulary() -> tuple[str, ...]:
    """Return every word of every template and class, sorted."""
    texts = itertools.chain(*CLASSES.values(), *TEMPLATES.values())
    return tuple(sorted({word for text in texts for word in _SLOT.sub("", text).split()}))


def _expand(template: str, most: int) -> Iterator[str]:
    """Yield the template's sentences; when there are more than `most`, every choice of each class in turn."""
    names = _SLOT.findall(template)
    choices = [CLASSES[name] for name in names]
    total = math.prod(len(words) for words in choices)
    stride = 1 if total <= most else STRIDE
    pattern = _SLOT.sub("{}", template)
    for number in range(min(total, most)):
        yield pattern.format(*_digits(number * stride % total, choices))


def _digits(place: int, choices: list[tuple[str, ...]]) -> list[str]:
    """Read `place` as a number whose digits, in the base of each class's size, pick one word of each."""
    picks = []
    for words in choices:
        place, digit = divmod(place, len(words))
        picks.append(words[digit])
    return picks
