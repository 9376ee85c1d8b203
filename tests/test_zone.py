import os
import subprocess
import sys

import pytest

from genie import zone


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "Asia/Tokyo"])
def test_zones_of_the_list_are_known(name):
    assert zone.is_known(name)


@pytest.mark.parametrize("name", ["", "Mars/Base", "Etc/Unknown", "../../etc/passwd", "EST5EDT4", "x" * 500, "a\0b"])
def test_other_names_are_not(name):
    assert not zone.is_known(name)


@pytest.mark.parametrize(
    ("setting", "expected"), [("Asia/Tokyo", "Asia/Tokyo"), (":Europe/Paris", "Europe/Paris"), ("XYZ-3", None)]
)
def test_the_servers_own_zone_is_that_of_the_environment_where_it_is_one(setting, expected):
    program = "from genie import zone; print(zone.local())"
    environment = {**os.environ, "TZ": setting}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert zone.is_known(told)
    assert expected is None or told == expected
