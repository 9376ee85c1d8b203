import pytest

from genie.keys import key_of
from genie.rest.logins import opened, seal

NOW = 1_000_000
ANN, BOB = key_of("ann", "a" * 30), key_of("bob", "b" * 30)
LOGIN = seal(ANN, NOW + 60)


def test_a_login_is_its_users_until_it_ends():
    assert opened((ANN, BOB), LOGIN, NOW) == "ann"
    assert opened((ANN, BOB), LOGIN, NOW + 60) is None


def test_a_user_with_two_tokens_is_known_by_either():
    other = key_of("ann", "c" * 30)
    assert opened((other, ANN), LOGIN, NOW) == opened((other, ANN), seal(other, NOW + 60), NOW) == "ann"


@pytest.mark.parametrize("keys", [(), (BOB,), (key_of("ann", "renewed" * 4),)])
def test_a_login_ends_with_its_token(keys):
    assert opened(keys, LOGIN, NOW) is None


@pytest.mark.parametrize(
    "forged",
    [
        "", ".", "..", "ann", LOGIN[:-1], f"{LOGIN}0", LOGIN.upper(), LOGIN.replace("ann", "bob"),
        LOGIN.replace(str(NOW + 60), str(NOW + 61)), f"ann.x.{LOGIN.rpartition('.')[2]}", "é.é.é", f"{LOGIN}\xff",
        seal(key_of("ann", "b" * 30), NOW + 60),
    ],
)  # fmt: skip
def test_a_login_that_was_forged_is_nobodys(forged):
    assert opened((ANN, BOB), forged, NOW) is None
