"""The page says what it is connected to, and finds its server again."""

import json

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.visitor import MICROPHONE, Launch, Server, ask, visit, wait_until


def test_the_page_says_that_the_small_ear_listens_and_why(server: Server, launch: Launch) -> None:
    with visit(launch(*MICROPHONE).new_context(), server.url) as page:
        note = page.locator("#ear-note")
        expect(note).to_contain_text("small ear")
        expect(note).to_contain_text("PocketSphinx")
        expect(note).to_contain_text("The settings name it")
        assert note.inner_text().count("ear") == note.inner_text().count("heard") + 1  # it names itself once
        page.get_by_text("Engines").click()
        expect(page.locator("#engines")).to_contain_text("eSpeak NG")


def test_the_page_connects_again_after_a_restart(own_server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    page.goto(own_server.url)
    connection = page.locator("html")
    expect(connection).to_have_attribute("data-connection", "ready")
    own_server.stop()
    expect(connection).to_have_attribute("data-connection", "lost")
    ask(page, "What is 2 plus 3?")
    expect(page.get_by_role("alert")).to_contain_text("no connection")
    expect(page.get_by_label("Your question")).to_have_value("What is 2 plus 3?")
    own_server.start()
    expect(connection).to_have_attribute("data-connection", "ready", timeout=30_000)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn .answer")).to_contain_text("5")
    expect(page.locator('[data-queue="done"] .card')).to_contain_text("5")


def test_two_pages_of_one_user_see_the_same_queues(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    with visit(context, server.url) as first, visit(context, server.url) as second:
        ask(first, "What is 17 plus 19?")
        expect(second.locator('[data-queue="done"] .card', has_text="17 plus 19")).to_contain_text("36")
        expect(second.locator(".turn")).to_have_count(0)


def test_a_dropped_connection_resumes_its_session(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    page = context.new_page()
    sockets: list[WebSocketRoute] = []
    said: list[dict[str, object]] = []
    page.on("websocket", lambda opened: opened.on("framesent", lambda frame: said.append(json.loads(frame))))
    page.route_web_socket("**/ws", lambda route: sockets.append(route) or route.connect_to_server())
    page.goto(server.url)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    sockets[0].close(code=1011)
    with visit(context, server.url) as other:
        ask(other, "What is 21 plus 22?")
    wait_until(page, lambda: len(sockets) == 2)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    expect(page.locator('[data-queue="done"] .card', has_text="21 plus 22")).to_contain_text("43")
    first, second = (frame for frame in said if frame["type"] == "hello")
    assert "session" not in first
    assert second["session"] and second["epoch"] and second["after_seq"] is not None


def test_a_page_whose_subscription_was_lost_with_the_connection_asks_again(server: Server, launch: Launch) -> None:
    page = launch(*MICROPHONE).new_context().new_page()
    sockets: list[WebSocketRoute] = []

    def lose_the_first_subscription(route: WebSocketRoute) -> None:
        sockets.append(route)
        onward = route.connect_to_server()
        first = len(sockets) == 1
        route.on_message(lambda frame: route.close(code=1011) if first and "subscribe" in frame else onward.send(frame))

    page.route_web_socket("**/ws", lose_the_first_subscription)
    page.goto(server.url + "/")
    wait_until(page, lambda: len(sockets) == 2)
    expect(page.locator("html")).to_have_attribute("data-connection", "ready")
    ask(page, "What is 25 plus 26?")
    expect(page.locator(".turn .answer")).to_contain_text("51")
    expect(page.locator('[data-queue="done"] .card', has_text="25 plus 26")).to_contain_text("51")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_browser_whose_zone_the_server_does_not_know_is_served_all_the_same(server: Server, launch: Launch) -> None:
    context = launch(*MICROPHONE).new_context()
    context.add_init_script(
        "const own = Intl.DateTimeFormat.prototype.resolvedOptions;"
        "Intl.DateTimeFormat.prototype.resolvedOptions = function () {"
        "  return { ...own.call(this), timeZone: 'Etc/Unknown' };"
        "};"
    )
    with visit(context, server.url) as page:
        ask(page, "What is 23 plus 24?")
        expect(page.locator('[data-queue="done"] .card', has_text="23 plus 24")).to_contain_text("47")
