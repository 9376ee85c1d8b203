"""Notifications are kept through a kill."""

import signal
from datetime import datetime
from zoneinfo import ZoneInfo

from genie import messages
from genie.messages import NotificationSoundUpdate
from tests.news import SETTINGS, TOPIC, around, follow, heard, hears_nothing_else, http_of, listed, notify
from tests.serving import DEAF, client, serving, until_ready


async def test_a_kill_loses_and_repeats_nothing_and_in_quiet_hours_only_what_is_urgent_is_heard(tmp_path):
    conf = tmp_path / "own.toml"
    conf.write_text("[notify]\nper_minute = 5\n")
    with serving(tmp_path, *SETTINGS, module=DEAF) as first:
        await until_ready(first)
        async with http_of(first) as http, client(first) as one:
            await follow(one)
            await notify(http, "Heard.")
            assert (await heard(one))[0] == ["Heard."]
            await one.request(messages.Unsubscribe(topics=TOPIC))
            await notify(http, "Not yet heard.")
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
    with serving(tmp_path, *SETTINGS, "user.timezone=Asia/Tokyo", conf=conf, module=DEAF) as second:
        await until_ready(second)
        async with http_of(second) as http, client(second) as one:
            assert await listed(http) == ["Not yet heard.", "Heard."]
            assert await follow(one) == 2
            assert (await heard(one))[0] == ["Not yet heard."]
            assert await hears_nothing_else(one)
            conf.write_text(f'[notify]\nper_minute = 5\nquiet = "{around(datetime.now(ZoneInfo("Asia/Tokyo")))}"\n')
            assert (await http.post("/api/init")).json()["changed"] == ["notify.quiet"]
            await notify(http, "Psst.", priority="high")
            told = await one.wait(NotificationSoundUpdate, lambda told: told.text == "Psst.")
            assert told.sound == "none"
            await notify(http, "Fire.", priority="urgent")
            assert (await one.wait(NotificationSoundUpdate)).sound == "alert"
            assert (await heard(one))[0] == ["Fire."]
            assert await hears_nothing_else(one)
            codes = [(await http.post("/api/notify", json={"text": "x"})).status_code for _ in range(4)]
            assert codes == [202, 202, 202, 429]
