"""The page behind a proxy that serves it below a path."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import MICROPHONE, Launch, ask, running, visit
from tests.front import fronted
from tests.serving import DEAF


def test_the_page_works_below_a_path(tmp_path: Path, launch: Launch) -> None:
    settings = {"GENIE_SERVER__ROOT_PATH": "/genie", "GENIE_SERVER__TRUSTED_PROXIES": '["127.0.0.1"]'}
    with (
        running(tmp_path, settings, DEAF) as behind,
        fronted(behind.url) as address,
        visit(launch(*MICROPHONE).new_context(), address) as page,
    ):
        ask(page, "what is twelve times seven")
        expect(page.locator(".turn .answer")).to_contain_text("84")
        expect(page.locator('[data-queue="done"] .card')).to_contain_text("84")
