"""What users teach: whose it is, how much is kept, and what no word is."""

import asyncio

import pytest

from genie.errors import GenieError, Unavailable
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.vocabulary import MAX_CHARS, MAX_WORDS, Vocabularies, extended, without


class FullJournal(MemoryJournal):
    """Has no room for words."""

    async def keep_vocabulary(self, user, words):
        raise Unavailable("storage_full", "there is no room")


class SlowJournal(MemoryJournal):
    """Writes words when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def keep_vocabulary(self, user, words):
        await self.free.wait()
        await super().keep_vocabulary(user, words)


async def test_new_words_come_first_and_each_user_has_their_own():
    words = Vocabularies(MemoryJournal())
    assert await words.add("ann", ["Siobhan", "  O'Brien  of  Cork "]) == ("Siobhan", "O'Brien of Cork")
    assert await words.add("ann", ["Zoë", "Siobhan"]) == ("Zoë",)
    assert words.of("ann") == ("Zoë", "Siobhan", "O'Brien of Cork")
    assert words.of("bob") == ()


async def test_words_are_forgotten_in_any_case_one_by_one_or_all():
    words = Vocabularies(MemoryJournal())
    await words.add("ann", ["Siobhan", "Zoë", "Anke"])
    await words.add("bob", ["Siobhan"])
    await words.remove("ann", ["ZOË", "nobody"])
    assert words.of("ann") == ("Siobhan", "Anke")
    await words.remove("ann")
    assert (words.of("ann"), words.of("bob")) == ((), ("Siobhan",))


def test_another_spelling_replaces_the_one_before():
    assert extended(("mckay", "Anke"), ["McKay"]) == ("McKay", "Anke")
    assert without(("McKay", "Anke"), [" mckay "]) == ("Anke",)


def test_of_too_many_words_the_oldest_go():
    many = [f"word{number}" for number in range(MAX_WORDS)]
    assert extended(many, ["new"]) == ("new", *many[:-1])


@pytest.mark.parametrize("word", ["", "  ", "…", "<|>", "a, b", "bell\x07", "x" * (MAX_CHARS + 1), "a\u2028b\u202e"])
async def test_what_is_no_word_is_refused_and_nothing_is_learned(word: str):
    words = Vocabularies(MemoryJournal())
    with pytest.raises(GenieError, match="bad_word"):
        await words.add("ann", ["Anke", word])
    assert words.of("ann") == ()


async def test_words_survive_a_restart(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        words = Vocabularies(journal)
        await words.restore()
        await words.add("ann", ["Zoë", "Anke"])
        await words.add("bob", ["Siobhan"])
        await words.remove("bob")
    again = SqliteJournal(tmp_path, kept=100)
    async with again.opened():
        words = Vocabularies(again)
        await words.restore()
        assert (words.of("ann"), words.of("bob")) == (("Zoë", "Anke"), ())


async def test_what_cannot_be_kept_is_not_known():
    words = Vocabularies(FullJournal())
    with pytest.raises(GenieError, match="storage_full"):
        await words.add("ann", ["Anke"])
    assert words.of("ann") == ()


async def test_changes_that_meet_are_all_made_also_when_who_asked_is_gone():
    journal = SlowJournal()
    words = Vocabularies(journal)
    first = asyncio.create_task(words.add("ann", ["Anke"]))
    second = asyncio.create_task(words.add("ann", ["Zoë"]))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    journal.free.set()
    await second
    assert words.of("ann") == ("Zoë", "Anke")
    assert (await journal.vocabularies())["ann"] == words.of("ann")
