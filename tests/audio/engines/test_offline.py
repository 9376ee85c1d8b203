"""What the neural engines must never do while they load and work: ask the network, or start pip."""

import json
import subprocess
import sys

import pytest

WATCHED = """
import json, sys
seen = []
def watch(event, details):
    if event in ("socket.connect", "socket.getaddrinfo"):
        seen.append(event)
    elif event in ("subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork"):
        seen.append(str(details[0]).rpartition("/")[2])
sys.addaudithook(watch)
import numpy
{work}
print(json.dumps(seen))
"""

KOKORO = """
from genie.audio.engine import Passage, Take
from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer
kokoro = KokoroSynthesizer(sys.argv[1], device="cpu")
for language in ("en-us", "en-gb", "fr-fr"):
    assert any(isinstance(given, Take) for given in kokoro.synthesize(Passage("Yes.", language=language)))
"""

WHISPER = """
from genie.audio.engine import Spoken
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.recording import Clip
whisper = WhisperTranscriber(sys.argv[1], device="cpu", speaks=lambda _: True)
assert list(whisper.transcribe(Clip(numpy.tile(numpy.int16([9000, -9000]), 16_000)), Spoken("en")))[0].segments
"""

HARMLESS = {"ldconfig"}
"""Python's own search for shared libraries."""


@pytest.mark.parametrize(("engine", "work"), [("kokoro", KOKORO), ("whisper", WHISPER)])
def test_an_engine_asks_nobody_and_starts_nothing(engine, work, request):
    folder = request.getfixturevalue(f"{engine}_folder")
    command = [sys.executable, "-c", WATCHED.format(work=work), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout.splitlines()[-1])) <= HARMLESS
