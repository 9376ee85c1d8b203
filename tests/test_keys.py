"""A token lets in its own user and nobody else."""

import pytest

from genie.keys import given_key, key_of, owner

KEYS = (key_of("ann", "a" * 30), key_of("bob", "b" * 30), key_of("ann", "c" * 30))


@pytest.mark.parametrize(("token", "user"), [("a" * 30, "ann"), ("b" * 30, "bob"), ("c" * 30, "ann")])
def test_each_token_has_its_user(token: str, user: str) -> None:
    assert owner(KEYS, token) == user


@pytest.mark.parametrize("token", ["", "a", "a" * 31, "A" * 30, KEYS[0].digest.hex(), "é\ud800"])
def test_anything_else_has_none(token: str) -> None:
    assert owner(KEYS, token) is None


def test_a_token_may_hold_any_character_but_its_name_not() -> None:
    assert given_key("ann:to:ken" + "." * 20) == key_of("ann", "to:ken" + "." * 20)
    with pytest.raises(ValueError, match="a name is"):
        given_key("Ann.1:" + "a" * 30)
