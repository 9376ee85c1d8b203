"""Settings that are read again: which count at once, and which do not."""

from typing import Any

import pytest

from genie.config import load
from genie.errors import BadInput
from genie.live import LIVE, LiveSettings, names, value


class Written:
    """The settings as they stand in a file that is edited."""

    def __init__(self, **flags: Any) -> None:
        self.flags = flags

    def __call__(self):
        return load(environment={}, flags={name.replace("__", "."): each for name, each in self.flags.items()})


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def live(written: Written) -> LiveSettings:
    return LiveSettings(written(), written)


def test_every_live_setting_is_a_setting():
    assert set(names(load(environment={}))) >= LIVE


def test_nothing_has_changed_when_nothing_was_edited(live):
    change = live.take(live.read())
    assert (change.changed, change.needs_restart) == ((), ())


def test_what_can_count_does_and_the_rest_keeps_its_value_for_everybody_who_reads_it(written, live):
    written.flags = {"tts__speed": 1.5, "server__port": 8_000, "llm__model": "small", "queue__todo_limit": 5}
    change = live.take(live.read())
    assert change.changed == ("tts.speed", "llm.model")
    assert change.needs_restart == ("server.port", "queue.todo_limit")
    assert (live.now.tts.speed, live.now.llm.model) == (1.5, "small")
    assert (live.now.server.port, live.now.queue.todo_limit) == (7_999, 10_000)


def test_what_waits_for_a_restart_is_told_until_there_was_one(written, live):
    written.flags = {"server__port": 8_000, "tts__speed": 1.5}
    live.take(live.read())
    again = live.take(live.read())
    assert (again.changed, again.needs_restart) == ((), ("server.port",))


def test_a_wrong_setting_changes_nothing(written, live):
    before = live.now
    written.flags = {"tts__speed": 1.5, "server__port": "many"}
    with pytest.raises(BadInput, match="port"):
        live.take(live.read())
    assert live.now is before


@pytest.mark.parametrize("name", sorted(LIVE))
def test_a_live_setting_is_swapped(name, live):
    wanted = load(environment={})
    table, _, field = name.partition(".")
    changed = getattr(wanted, table).model_copy(update={field: "something else"})
    change = live.take(wanted.model_copy(update={table: changed}))
    assert change.changed == (name,) and value(live.now, name) == "something else"
