import pytest

from genie import config
from genie.errors import BadInput, Refused
from genie.rest.gate import check_bind, check_host, check_origin, check_query, check_same_site

SETTINGS = config.load(
    environment={},
    flags={"server.allowed_hosts": ["genie.example"], "server.allowed_origins": ["https://genie.example"]},
).server
HERE = "127.0.0.1:7999"


@pytest.mark.parametrize("host", ["127.0.0.1", HERE, "localhost:7999", "[::1]:7999", "genie.example", "127.9.9.9"])
def test_loopback_and_listed_hosts_are_answered(host):
    check_host(host, SETTINGS)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "10.0.0.1", "[::", "127.0.0.1@evil.example", "evil:7999"]
)
def test_other_hosts_are_refused(host):
    with pytest.raises(BadInput, match="bad_host"):
        check_host(host, SETTINGS)


@pytest.mark.parametrize("origin", [None, f"http://{HERE}", "https://genie.example"])
def test_no_origin_the_own_one_and_listed_ones_pass(origin):
    check_origin(origin, HERE, SETTINGS)


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://127.0.0.1:8000", "https://genie.example.evil.example", "x"]
)
def test_foreign_origins_are_refused(origin):
    with pytest.raises(Refused, match="bad_origin"):
        check_origin(origin, HERE, SETTINGS)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_get_that_changes_something_is_refused_to_other_sites(site):
    with pytest.raises(Refused, match="cross_site"):
        check_same_site({"sec-fetch-site": site}, HERE, SETTINGS)


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin"}])
def test_programs_and_own_pages_may_use_it(headers):
    check_same_site(headers, HERE, SETTINGS)


BEYOND = ["0.0.0.0", "::", "192.168.1.2", "genie.example"]


@pytest.mark.parametrize("host", BEYOND)
def test_without_tokens_only_loopback_is_bound(host):
    with pytest.raises(BadInput, match=r"loopback_only.*genie users add"):
        check_bind(host, guarded=False)


@pytest.mark.parametrize("host", BEYOND)
def test_with_tokens_any_address_is_bound(host):
    check_bind(host, guarded=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_is_bound(host):
    check_bind(host, guarded=False)


@pytest.mark.parametrize(
    ("bound", "host", "known"),
    [
        ("192.168.1.2", "192.168.1.2:7999", True),
        ("192.168.1.2", "192.168.1.3", False),
        ("genie.lan", "genie.lan:7999", True),
        ("0.0.0.0", "192.168.1.2:7999", True),
        ("::", "[fd00::1]:7999", True),
        ("0.0.0.0", "genie.lan", False),
        ("127.0.0.1", "192.168.1.2", False),
    ],
)
def test_a_server_answers_to_the_address_it_is_bound_to_and_to_no_name_that_is_not_listed(bound, host, known):
    settings = config.load(environment={}, flags={"server.host": bound}).server
    if known:
        check_host(host, settings)
    else:
        with pytest.raises(BadInput, match=r"bad_host.*server\.allowed_hosts"):
            check_host(host, settings)


@pytest.mark.parametrize("query", ["", "a=b", "tokens=x", "a=token"])
def test_a_query_without_a_token_passes(query):
    check_query(query.encode())


@pytest.mark.parametrize("query", ["token=x", "a=b&token=", "access_token=x", "%74oken=x"])
def test_a_token_in_an_address_is_refused(query):
    with pytest.raises(BadInput, match="token_in_url"):
        check_query(query.encode())


def test_a_listed_origin_may_change_something():
    check_same_site({"origin": "https://genie.example", "sec-fetch-site": "same-site"}, HERE, SETTINGS)
