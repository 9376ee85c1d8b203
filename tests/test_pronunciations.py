"""What users teach of pronunciations: whose it is, how much is kept, and that it lasts."""

import pytest

from genie.errors import GenieError, Unavailable
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.pronunciation import MAX_ENTRIES, Pronunciation, extended, parsed, without
from genie.pronunciations import Pronunciations

NGINX, ZOE, SQL = parsed("nginx=engine x"), parsed("Zoë=/ˈzoʊi/"), parsed("SQL=sequel")


class FullJournal(MemoryJournal):
    """Has no room."""

    async def keep_pronunciations(self, user, entries):
        raise Unavailable("storage_full", "there is no room")


async def test_new_entries_come_first_and_each_user_has_their_own():
    taught = Pronunciations(MemoryJournal())
    await taught.add("ann", [NGINX])
    await taught.add("ann", [ZOE, SQL])
    assert taught.of("ann") == (ZOE, SQL, NGINX)
    assert taught.of("bob") == ()


async def test_entries_are_replaced_and_forgotten_in_any_case():
    taught = Pronunciations(MemoryJournal())
    await taught.add("ann", [NGINX, ZOE])
    await taught.remove("ann", [" NGINX "])
    assert taught.of("ann") == (ZOE,)
    await taught.replace("ann", [SQL])
    assert taught.of("ann") == (SQL,)
    await taught.remove("ann")
    assert taught.of("ann") == ()


def test_a_new_entry_for_a_known_word_replaces_it():
    again = parsed("NGINX=en jinx")
    assert extended((NGINX, ZOE), [again]) == (again, ZOE)
    assert without((NGINX, ZOE), ["zoë"]) == (NGINX,)


def test_of_too_many_entries_the_oldest_go():
    many = [Pronunciation(f"word{number}", "x") for number in range(MAX_ENTRIES)]
    assert extended(many, [ZOE]) == (ZOE, *many[:-1])


async def test_entries_survive_a_restart(tmp_path):
    journal = SqliteJournal(tmp_path, kept=100)
    async with journal.opened():
        await Pronunciations(journal).add("ann", [ZOE, NGINX])
    again = SqliteJournal(tmp_path, kept=100)
    async with again.opened():
        taught = Pronunciations(again)
        await taught.restore()
        assert taught.of("ann") == (ZOE, NGINX)


async def test_what_cannot_be_kept_is_not_known():
    taught = Pronunciations(FullJournal())
    with pytest.raises(GenieError, match="storage_full"):
        await taught.add("ann", [ZOE])
    assert taught.of("ann") == ()
