"""Number words: English words to exact fractions, and integers back to words. Pure."""

from types import MappingProxyType

SMALL = (
    *("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen").split(),
    *("sixteen seventeen eighteen nineteen").split(),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = MappingProxyType({"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12})
ORDINALS = (
    *("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth").split(),
    *("thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth").split(),
)
TENTHS = ("twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth")


def spell(number: int) -> str:
    """Return the words of an integer below 10**15 in size, the British way: "one hundred and five"."""
    if number < 0:
        return f"minus {spell(-number)}"
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens = TENS[number // 10 - 2]
        return tens if number % 10 == 0 else f"{tens} {SMALL[number % 10]}"
    if number < 1000:
        hundreds = f"{SMALL[number // 100]} hundred"
        return hundreds if number % 100 == 0 else f"{hundreds} and {spell(number % 100)}"
    name, size = next((name, size) for name, size in reversed(SCALES.items()) if number >= size)
    rest = number % size
    joint = " and " if 0 < rest < 100 else " "
    return f"{spell(number // size)} {name}{joint}{spell(rest) if rest else ''}".rstrip()


def spell_ordinal(number: int) -> str:
    """Return the words of an ordinal from 0 to 99: "twenty first"."""
    if number < 20:
        return ORDINALS[number]
    if number % 10 == 0:
        return TENTHS[number // 10 - 2]
    return f"{TENS[number // 10 - 2]} {ORDINALS[number % 10]}"
