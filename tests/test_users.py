"""The file of users: who stands in it, and what is refused."""

import stat
from pathlib import Path

import pytest

from genie.errors import GenieError
from genie.keys import owner
from genie.users import UserFile


@pytest.fixture
def file(tmp_path: Path) -> UserFile:
    return UserFile(tmp_path / "data")


def code(error: pytest.ExceptionInfo[GenieError]) -> str:
    return error.value.code


def test_without_a_file_there_are_no_users_at_all(file: UserFile) -> None:
    assert file.keys() is None and file.state() is None


def test_a_users_token_lets_in_until_it_is_renewed_or_the_user_removed(file: UserFile) -> None:
    first, other = file.add("ann"), file.add("bob")
    assert owner(file.keys() or (), first) == "ann"
    second = file.renew("ann")
    assert [owner(file.keys() or (), token) for token in (first, second, other)] == [None, "ann", "bob"]
    file.remove("ann")
    assert [owner(file.keys() or (), token) for token in (second, other)] == [None, "bob"]


def test_when_the_last_user_is_removed_nobody_is_let_in(file: UserFile) -> None:
    file.add("ann")
    file.remove("ann")
    assert file.keys() == ()


def test_the_file_holds_no_token_and_is_its_owners_alone(file: UserFile) -> None:
    token = file.add("ann")
    assert token not in file.path.read_text()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert len(token) >= 43


def test_every_change_is_seen(file: UserFile) -> None:
    states = [file.state()]
    for change in (file.add, file.renew, file.remove):
        change("ann")
        states.append(file.state())
    assert len(set(states)) == 4


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused_and_left_alone(file: UserFile, mode: int) -> None:
    file.add("ann")
    before = file.path.read_bytes()
    file.path.chmod(mode)
    for use in (file.keys, lambda: file.add("bob")):
        with pytest.raises(GenieError) as refused:
            use()
        assert code(refused) == "users_exposed"
        assert f"chmod 600 {file.path}" in refused.value.message
    assert file.path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[]", b'{"users": {"ann": {}}}', b'{"users": {"ann": {"sha256": "00", "since": 0}}}',
     b'{"users": {"A.n": {"sha256": "%s", "since": 0}}}' % (b"0" * 64)],
)  # fmt: skip
def test_a_damaged_file_is_refused_and_left_alone(file: UserFile, content: bytes) -> None:
    file.add("ann")
    file.path.write_bytes(content)
    for use in (file.keys, lambda: file.add("bob")):
        with pytest.raises(GenieError) as refused:
            use()
        assert code(refused) == "users_damaged"
    assert file.path.read_bytes() == content
    assert list(file.path.parent.iterdir()) == [file.path]


@pytest.mark.parametrize("name", ["", "Ann", "a.b", "a:b", "-a", "a" * 33, "é", "a b", "../a"])
def test_a_name_that_is_none_is_refused(file: UserFile, name: str) -> None:
    with pytest.raises(GenieError) as refused:
        file.add(name)
    assert code(refused) == "bad_argument"


def test_nobody_is_added_twice_and_nobody_unknown_is_changed(file: UserFile) -> None:
    file.add("ann")
    refusals = []
    for change in (lambda: file.add("ann"), lambda: file.renew("bob"), lambda: file.remove("bob")):
        with pytest.raises(GenieError) as refused:
            change()
        refusals.append(code(refused))
    assert refusals == ["user_exists", "no_such_user", "no_such_user"]


def test_two_commands_do_not_write_at_once(file: UserFile) -> None:
    file.add("ann")
    new = file.path.with_suffix(".new")
    new.touch()
    with pytest.raises(GenieError) as refused:
        file.add("bob")
    assert code(refused) == "users_busy" and str(new) in refused.value.message
    assert new.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GenieError) as refused:
        UserFile(tmp_path / "file" / "data").add("ann")
    assert code(refused) == "data_folder"
