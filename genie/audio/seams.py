"""Where a text without punctuation is best parted: between phrases, not inside of one. Pure.

There is no grammar here, only lists of words: those that begin a phrase, those that lean on the next one, those that go
with the one before. Between two other words a cut is worse than before one that begins a phrase.
"""

import re

from genie.audio.boundaries import inside_link

SEEN = 12
"""Characters beyond a place that tell with what word it goes on."""

DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters of which one is a syllable or more, in scripts that need no space between words."""

SEAM = re.compile(rf"\s+|(?<=[{DENSE}])(?=[{DENSE}])")
"""Where words part."""

SIGNS = "*_`~\"'“”‘’«»()[]"
"""What stands around a word and is none of its letters."""

OPERATORS = re.compile(r"[-−–+×÷·*/^=<>≤≥≈±&|]+")
"""Signs of arithmetic that stand alone; dashes are, too, before a number."""

STOPS = (",", ";", ":", "—", "–")
"""Signs behind which a speaker may draw breath, however short what goes before is."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words(
    """the a an my your his her its our their this these those every each some any another i he she we they there
    der die das den dem ein eine einen einem einer le la les un une el los las il lo gli uno"""
)
NUMBERS = _words(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety several many few"""
)

JOINING = _words(
    """and but or nor because which who whose whom where while until unless although though since than if whether
    und oder aber weil dass wenn et ou mais parce qui dont pero porque donde ma perché"""
)
"""Words that begin a phrase, and a speaker may draw breath before."""

AUXILIARY = _words("is are was were has have had will would can could should must may might do does did")
LEADING = AUXILIARY | _words(
    """in on at to for from with without by into over under after before between through about during that behind
    above below near against along around across toward towards as so when how why
    im mit von vom für auf bei nach aus zu zum zur ist sind hat dans avec pour sur est sont con para por en es son
    per è"""
)
"""Words that may begin a phrase, and never end one."""

LINKING = _words("of de des di del")
"""Words that tie what follows to what goes before: no good place, but better than most."""

OPENING = ARTICLES | NUMBERS | _words("all most both no it you what")
"""Words that begin who or what is spoken of."""

COUNTING = NUMBERS | _words("hundred thousand million billion dozen half first second third next last other point")
LOOSE = COUNTING | _words("be been being")
"""Words that lean on the next one, unless that begins a phrase."""

LEANING = ARTICLES | _words(
    """no not very please such more less own only just even roughly almost nearly too quite really also
    ever never"""
)
"""Words that lean on the next one, whatever it is."""

FOLLOWING = _words("not me him them us too again else ago been percent am pm a.m. p.m. o'clock")
"""Words that go with the one before."""

DESCRIBING = _words(
    """bad big black blue cold dark early free good great green heavy high hot large late light little long low main new
    old plain red short small sweet warm white whole wide young"""
)
DESCRIPTIVE = re.compile(r"\w{2,}(?:ful|ous|ive|ic|al|able|ible|less|ary|est|ish|ese|ian)")
"""Words that tell, or look as if they told, what the next one is like."""

TOGETHER = _words(
    """next-to because-of out-of instead-of according-to due-to even-though even-if such-as rather-than more-than
    less-than so-that going-to used-to have-to has-to had-to able-to depending-on front-of up-to as-well at-least"""
)
"""Pairs that are one word to the ear."""

RANGING = _words("to and or")
"""What stands between two numbers."""

CONTRACTED = re.compile(r".+(?:n't|'(?:ve|m|re|ll))")
INSIDE = -4.0
"""How well what is marked up on both sides is parted."""

BEGINNING = JOINING | LEADING | LINKING


def ease(text: str, at: int) -> float:
    """Return how well a text is parted at a seam: above zero where a phrase begins, below where words go together."""
    if not _is_seam(text, at):
        return INSIDE
    last, following = text[:at].split()[-1], next(iter(text[at : at + SEEN].split()), "")
    if not following:  # a gap, as in a table
        return 1.2
    if _is_operation(last, following):
        return -1.2
    if last.rstrip(SIGNS).endswith(STOPS):
        return 1.2
    return _beginning(following) - _bond(last.strip(SIGNS), following.strip(SIGNS))


def _is_operation(last: str, following: str) -> bool:
    """Say whether a sign of arithmetic and a number stand here, or a sign that needs what goes before."""
    if OPERATORS.fullmatch(following):
        return True
    return OPERATORS.fullmatch(last) is not None and (last not in "-–" or following[:1].isdigit())


def _beginning(following: str) -> float:
    """Return how well a phrase begins with a word."""
    word = _plain(following)
    if word in JOINING:
        return 0.5
    if word in LEADING:
        return 0.4
    if word in LINKING:
        return 0.25
    return 0.15 if word in OPENING else -0.1


def _bond(last: str, following: str) -> float:
    """Return how much two words belong together: 1 is an article and its noun."""
    before, after = last.lower(), _plain(following)
    begins = after in BEGINNING
    if f"{before}-{after}" in TOGETHER or after in FOLLOWING:
        return 1.0
    if before.endswith("."):  # no sentence ends here: it is "Dr." or "No."
        return 1.5
    if before in BEGINNING or before in LEANING or CONTRACTED.fullmatch(before):
        return 1.0
    if before in COUNTING and after in COUNTING:
        return 1.2
    if before in LOOSE or before[-1:].isdigit():
        return 0.6 if after in RANGING else 0.0 if begins else 1.0
    if following[:1].isdigit() or (before in ("you", "it") and after in AUXILIARY):
        return 0.7
    if last[:1].isupper() and following[:1].isupper() and after not in OPENING:
        return 1.0
    describes = before in DESCRIBING or DESCRIPTIVE.fullmatch(before)
    return 0.4 if describes and not begins and after not in OPENING else 0.0


def _plain(word: str) -> str:
    """Return a word as it stands in the lists."""
    return word.strip(SIGNS).lower().rstrip(",;:!?").removesuffix("n't")


def _is_seam(text: str, at: int) -> bool:
    """Say whether nothing that is marked up on both sides, as a link or bold words are, would be cut here."""
    before = text[:at]
    return not (inside_link(text, at) or any(before.count(sign) % 2 for sign in ("`", "**", "*", "_")))
