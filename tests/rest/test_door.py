"""Who is let in, while the file of users changes."""

import asyncio

import pytest
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from genie import config
from genie.errors import Conflict, GenieError, Unauthorized
from genie.rest.door import COOKIE, Door
from genie.users import UserFile

GIVEN = "a-token-of-the-environment"


@pytest.fixture
def file(tmp_path):
    return UserFile(tmp_path)


def settings(*tokens: str, **flags):
    auth = config.load(environment={}, flags={f"auth.{name}": value for name, value in flags.items()}).auth
    return auth.model_copy(update={"tokens": tuple(SecretStr(token) for token in tokens)})


def asking(**headers: str) -> HTTPConnection:
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": lines})


def bearing(token: str) -> HTTPConnection:
    return asking(authorization=f"Bearer {token}")


def holding(cookie: str) -> HTTPConnection:
    return asking(cookie=f"{COOKIE}={cookie}")


def refused(door: Door, connection: HTTPConnection, token: str | None = None) -> bool:
    try:
        door.user_of(connection, token)
    except Unauthorized as error:
        return error.code == "unauthorized"
    return False


def test_without_tokens_everybody_is_local(file):
    door = Door(file, settings())
    assert door.user_of(asking()) == door.user_of(bearing("x")) == door.user_of(asking(), "x") == "local"
    with pytest.raises(Conflict, match="no_tokens"):
        door.login("x")


def test_a_token_is_believed_wherever_a_program_may_send_it(file):
    door = Door(file, settings(f"bob:{GIVEN}"))
    assert door.user_of(bearing(GIVEN)) == door.user_of(asking(), GIVEN) == "bob"
    assert door.user_of(asking(authorization=f"bearer  {GIVEN} ")) == "bob"


def test_users_of_the_file_and_of_the_environment_come_in(file):
    token = file.add("ann")
    door = Door(file, settings(f"bob:{GIVEN}"))
    assert (door.user_of(bearing(token)), door.user_of(bearing(GIVEN))) == ("ann", "bob")


def test_whoever_sends_nothing_or_a_wrong_token_is_refused(file):
    door = Door(file, settings(f"bob:{GIVEN}"))
    assert all(refused(door, each) for each in (asking(), bearing(""), bearing("x"), asking(authorization=GIVEN)))
    assert refused(door, bearing(GIVEN), "x")


def test_a_login_stands_for_its_token_and_a_proxys_password_does_not_disturb_it(file):
    door = Door(file, settings(f"bob:{GIVEN}"))
    user, cookie = door.login(GIVEN)
    assert user == "bob" and GIVEN not in cookie
    assert door.user_of(holding(cookie)) == "bob"
    assert door.user_of(asking(cookie=f"{COOKIE}={cookie}", authorization="Basic YW5uOmh1c2g=")) == "bob"
    assert refused(door, asking(cookie=f"{COOKIE}={cookie}", authorization="Bearer x"))


def test_a_login_survives_a_restart_and_ends_after_its_days(file):
    now = [1_000_000.0]
    auth = settings(f"bob:{GIVEN}", login_days=2)
    _, cookie = Door(file, auth, lambda: now[0]).login(GIVEN)
    again = Door(file, auth, lambda: now[0])
    now[0] += 2 * 86_400 - 1
    assert again.user_of(holding(cookie)) == "bob"
    now[0] += 1
    assert refused(again, holding(cookie))


def test_nobody_logs_in_with_a_wrong_token(file):
    with pytest.raises(Unauthorized):
        Door(file, settings(f"bob:{GIVEN}")).login("x")


@pytest.mark.parametrize("content", [None, b"{"])
def test_a_file_that_cannot_be_trusted_stops_the_start(file, content):
    file.add("ann")
    if content is None:
        file.path.chmod(0o644)
    else:
        file.path.write_bytes(content)
    with pytest.raises(GenieError, match="users_exposed" if content is None else "users_damaged"):
        Door(file, settings())


class Watched:
    """A door that is watching its file, and whom it has shown out."""

    def __init__(self, file: UserFile, *tokens: str) -> None:
        self.door = Door(file, settings(*tokens), look_s=0.01)
        self.out: asyncio.Queue[str] = asyncio.Queue()

    async def __aenter__(self) -> "Watched":
        self._task = asyncio.create_task(self.door.watch(self.out.put_nowait))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def next_out(self) -> str:
        async with asyncio.timeout(30):
            return await self.out.get()


async def test_a_user_who_is_removed_is_shown_out_and_their_login_ends(file):
    tokens = {name: file.add(name) for name in ("ann", "bob")}
    async with Watched(file) as watched:
        _, cookie = watched.door.login(tokens["ann"])
        file.remove("ann")
        assert await watched.next_out() == "ann"
        assert refused(watched.door, holding(cookie)) and refused(watched.door, bearing(tokens["ann"]))
        assert watched.door.user_of(bearing(tokens["bob"])) == "bob"
    assert watched.out.empty()


async def test_a_renewed_token_ends_the_logins_of_the_one_before(file):
    old = file.add("ann")
    async with Watched(file) as watched:
        _, cookie = watched.door.login(old)
        new = file.renew("ann")
        assert await watched.next_out() == "ann"
        assert refused(watched.door, holding(cookie)) and refused(watched.door, bearing(old))
        assert watched.door.user_of(bearing(new)) == "ann"


async def test_the_first_user_shows_out_whoever_came_in_without_a_token(file):
    async with Watched(file) as watched:
        token = file.add("ann")
        assert await watched.next_out() == "local"
        assert refused(watched.door, asking()) and watched.door.user_of(bearing(token)) == "ann"


@pytest.mark.parametrize("harm", ["delete", "expose", "damage"])
async def test_a_file_that_is_harmed_lets_nobody_in_and_opens_nothing(file, harm):
    token = file.add("ann")
    async with Watched(file, f"bob:{GIVEN}") as watched:
        match harm:
            case "delete":
                file.path.unlink()
            case "expose":
                file.path.chmod(0o644)
            case "damage":
                file.path.write_bytes(b"{")
        assert await watched.next_out() == "ann"
        assert refused(watched.door, asking()) and refused(watched.door, bearing(token))
        assert watched.door.user_of(bearing(GIVEN)) == "bob"
