"""Coming in with a token, over HTTP and the socket; a browser logs in once."""

import json
import re
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from genie import messages
from genie.rest.door import COOKIE
from genie.rest.routes import endpoints
from genie.users import UserFile
from tests.serving import DEAF, Client, client, serving

ANN, BOB = "ann-1234567890123456789012", "bob-1234567890123456789012"
SMALL = ("stt.engine=embedded", "tts.engine=embedded")
TOKENS = {"GENIE_AUTH__TOKENS": json.dumps([f"ann:{ANN}", f"bob:{BOB}"])}

PUBLIC = {"/", "/talk", "/health", "/ready", "/openapi.json", "/api/login", "/api/logout"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("guarded"), *SMALL, environment=TOKENS, module=DEAF) as served:
        yield served


@pytest.fixture
async def http(guarded):
    async with httpx.AsyncClient(base_url=guarded.url, timeout=60) as one:
        yield one


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def code(reply: httpx.Response) -> str:
    return reply.json()["error"]["code"]


async def logged_in(http: httpx.AsyncClient) -> str:
    return (await http.post("/api/login", json={"token": ANN})).cookies[COOKIE]


def cases(*, public: bool) -> list[tuple[str, str]]:
    return [(m, e.path) for e in endpoints() for m in e.methods if (e.path in PUBLIC) is public]


def test_what_is_public_is_named_here():
    assert {endpoint.path for endpoint in endpoints() if endpoint.public} == PUBLIC


@pytest.mark.parametrize(("method", "path"), cases(public=False))
async def test_without_a_token_nothing_that_is_a_users_is_served(http, method, path):
    for headers in ({}, bearer("wrong"), {"Cookie": f"{COOKIE}=ann.9999999999.00"}):
        reply = await http.request(method, re.sub("{.*}", "todo", path), headers=headers, content=b"{")
        assert (reply.status_code, code(reply)) == (401, "unauthorized")
        assert reply.headers["www-authenticate"] == 'Bearer realm="genie"'


@pytest.mark.parametrize("path", ["/", "/talk", "/static/js/home.js", "/health", "/ready", "/openapi.json"])
async def test_the_shell_of_the_pages_and_the_health_are_everybodys(http, path):
    for headers in ({}, bearer("wrong")):
        assert (await http.get(path, headers=headers)).status_code in (200, 503)


async def test_a_program_comes_in_with_its_token(http):
    pushed = await http.post("/api/push", json={"question": "what is one plus one"}, headers=bearer(ANN))
    assert pushed.status_code == 202
    found = await http.get(f"/api/jobs/{pushed.json()['id']}", headers=bearer(ANN))
    assert found.json()["user"] == "ann"


@pytest.mark.parametrize("path", ["/api/get_queue/todo", "/api/login", "/ws", "/", "/static/js/home.js"])
async def test_a_token_in_an_address_is_refused(http, path):
    for name in ("token", "access_token"):
        reply = await http.get(path, params={name: ANN})
        assert (reply.status_code, code(reply)) == (400, "token_in_url")
        assert ANN not in reply.text


async def test_no_proxy_may_keep_what_is_a_users(http):
    for path, headers in (("/api/get_queue/todo", bearer(ANN)), ("/api/get_queue/todo", {}), ("/health", {})):
        assert (await http.get(path, headers=headers)).headers["cache-control"] == "private"


async def test_a_token_is_written_down_nowhere(tmp_path):
    token = UserFile(tmp_path).add("ann")
    with serving(tmp_path, *SMALL, "server.log_level=debug", module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url) as http:
            await http.get("/api/get_queue/todo", headers=bearer(token))
            for path, body in (("/api/login", {"token": token}), ("/api/login", {"token": f"{token}x"})):
                await http.post(path, json=body)
            await http.get("/api/get_queue/todo", params={"token": token})
            await http.get("/api/get_queue/todo", headers=bearer(f"{token}x"))
        async with client(served, token=token) as one:
            await one.request(messages.Ask(text="what is two plus two"))
        assert await refused_socket(served.ws, token=f"{token}x") == ("unauthorized", 1008)
        assert token not in "".join(served.output) and "login_refused" in "".join(served.output)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept and not [path for path in kept if token.encode() in path.read_bytes()]


async def test_a_login_cookie_is_kept_from_scripts_and_other_sites_and_holds_no_token(http):
    reply = await http.post("/api/login", json={"token": ANN})
    assert reply.json() == {"user": "ann", "tokens": True}
    cookie = reply.headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={30 * 86_400}"} <= parts
    assert "secure" not in parts and ANN not in cookie


def test_behind_a_trusted_proxy_with_tls_the_cookie_is_for_https_below_its_path(tmp_path):
    settings = ('server.trusted_proxies=["127.0.0.1"]', "server.root_path=/genie")
    with serving(tmp_path, *SMALL, *settings, environment=TOKENS, module=DEAF) as served:
        reply = httpx.post(f"{served.url}/api/login", json={"token": ANN}, headers={"X-Forwarded-Proto": "https"})
    assert {"secure", "path=/genie"} <= {part.strip().lower() for part in reply.headers["set-cookie"].split(";")}


async def test_a_browser_logs_in_is_known_and_logs_out(http):
    assert (await http.get("/api/login")).json() == {"tokens": True}
    await logged_in(http)
    assert (await http.get("/api/login")).json() == {"user": "ann", "tokens": True}
    assert (await http.get("/api/get_queue/todo")).status_code == 200
    assert (await http.post("/api/logout")).status_code == 200
    assert (await http.get("/api/get_queue/todo")).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_pages_of_other_sites_cannot_use_a_login(http, site):
    await logged_in(http)
    reply = await http.post("/api/push", json={"question": "x"}, headers={"Sec-Fetch-Site": site})
    assert (reply.status_code, code(reply)) == (403, "cross_site")
    reply = await http.post("/api/push", json={"question": "x"}, headers={"Origin": "https://evil.example"})
    assert (reply.status_code, code(reply)) == (403, "bad_origin")


async def test_logins_that_come_too_often_are_refused_for_a_while(tmp_path):
    with serving(tmp_path, *SMALL, "auth.logins_per_minute=2", environment=TOKENS, module=DEAF) as served:
        async with httpx.AsyncClient(base_url=served.url) as http:
            wrong = [await http.post("/api/login", json={"token": f"wrong{n}"}) for n in range(3)]
            right = await http.post("/api/login", json={"token": ANN})
    assert [reply.status_code for reply in wrong] == [401, 401, 429]
    assert (right.status_code, code(right)) == (429, "rate_limited")
    assert 0 < int(right.headers["retry-after"]) <= 60
    assert "wrong" not in "".join(served.output) and ANN not in "".join(served.output)


async def test_a_server_without_tokens_has_no_login(server):
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/api/login")).json() == {"user": "local", "tokens": False}
        assert (await http.post("/api/login", json={"token": ANN})).status_code == 409


async def refused_socket(url: str, **hello) -> tuple[str, int]:
    """Say hello; return the code of the error, and the code with which the socket is closed."""
    async with connect(url, proxy=None) as socket:
        one = Client(socket)
        await one.send(messages.Hello(protocol=messages.PROTOCOL, ref="hello", **hello))
        error = await one.wait(messages.ErrorMessage)
        assert error.ref == "hello"
        with pytest.raises(ConnectionClosed) as closed:
            await one.wait(messages.Connect)
        assert closed.value.rcvd is not None
        return error.code, closed.value.rcvd.code


@pytest.mark.parametrize("hello", [{}, {"token": "wrong"}, {"token": ""}])
async def test_a_socket_without_a_right_token_is_told_and_closed(guarded, hello):
    assert await refused_socket(guarded.ws, **hello) == ("unauthorized", 1008)


async def test_a_socket_is_the_users_whose_token_its_hello_carries(guarded):
    async with client(guarded, token=ANN) as one:
        assert one.seen[0].user == "ann"


async def test_a_socket_is_the_users_whose_token_or_login_its_upgrade_carries(guarded, http):
    for headers in (bearer(ANN), {"Cookie": f"{COOKIE}={await logged_in(http)}"}):
        async with connect(guarded.ws, proxy=None, additional_headers=headers) as socket:
            one = Client(socket)
            await one.send(messages.Hello(protocol=messages.PROTOCOL))
            assert (await one.wait(messages.Connect)).user == "ann"


async def hears_of_removal(one: Client) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await one.wait(messages.Pong)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_a_running_server_follows_its_users(tmp_path):
    """One is added, comes in by token and by login, stays in over a restart, and is removed."""
    file = UserFile(tmp_path)
    with serving(tmp_path, *SMALL, module=DEAF) as served:
        async with client(served) as nameless:
            ann = file.add("ann")
            bob = file.add("bob")
            assert await hears_of_removal(nameless) == 1008
        async with httpx.AsyncClient(base_url=served.url) as http:
            cookie = (await http.post("/api/login", json={"token": ann})).cookies[COOKIE]
    with serving(tmp_path, *SMALL, module=DEAF) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, cookies={COOKIE: cookie}) as http,
            client(served, token=ann) as one,
            client(served, token=bob) as other,
        ):
            assert (await http.get("/api/login")).json()["user"] == "ann"
            file.remove("ann")
            assert await hears_of_removal(one) == 1008
            assert (await http.get("/api/get_queue/todo")).status_code == 401
            assert isinstance(await other.request(messages.Ping()), messages.Pong)


async def test_with_tokens_another_address_is_bound_and_answered(tmp_path):
    with serving(tmp_path, *SMALL, "server.host=0.0.0.0", environment=TOKENS, module=DEAF) as served:
        port = served.url.rpartition(":")[2]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            for host, status in (("192.168.1.2", 200), ("genie.lan", 400)):
                reply = await http.get("/health", headers={"Host": f"{host}:{port}"})
                assert reply.status_code == status
            assert "server.allowed_hosts" in reply.json()["error"]["message"]


async def test_one_address_has_its_share_of_the_sockets_and_a_trusted_proxy_speaks_for_many(tmp_path):
    settings = ("server.max_connections_per_address=1", 'server.trusted_proxies=["127.0.0.1"]')
    with serving(tmp_path, *SMALL, *settings, module=DEAF) as served:
        async with connect(served.ws, proxy=None, additional_headers={"X-Forwarded-For": "10.0.0.1"}):
            with pytest.raises(InvalidStatus, match="429"):
                async with connect(served.ws, proxy=None, additional_headers={"X-Forwarded-For": "10.0.0.1"}):
                    pass
            async with connect(served.ws, proxy=None, additional_headers={"X-Forwarded-For": "10.0.0.2"}):
                pass


def test_a_start_is_refused_when_others_may_read_the_users(tmp_path: Path):
    UserFile(tmp_path).add("ann")
    (tmp_path / "users.json").chmod(0o644)
    with pytest.raises(RuntimeError, match="users_exposed"), serving(tmp_path, *SMALL):
        pass
