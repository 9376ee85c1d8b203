import pytest

from genie.memory.journal import MemoryJournal
from tests.contracts import JournalContract


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    def journal(self):
        return MemoryJournal()

    def test_each_one_has_an_epoch_of_its_own(self, journal):
        assert journal.epoch != MemoryJournal().epoch
