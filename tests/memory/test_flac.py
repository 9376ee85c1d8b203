"""Files of sound, on disks that are not always kind."""

import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

from genie.audio.pcm import Pcm
from genie.errors import StageFailed, Unavailable
from genie.memory import flac

SOUND = Pcm(24_000, np.random.default_rng(3).integers(-9_000, 9_000, 48_000, np.int16))


def read(path, start: int = 0) -> np.ndarray:
    with closing(flac.FlacReader(path)) as reader:
        return np.concatenate([np.zeros(0, np.int16), *(piece.samples for piece in reader.read(start))])


def test_what_was_written_in_pieces_is_read_whole(tmp_path):
    writer = flac.FlacWriter(tmp_path / "a.flac", SOUND.rate)
    for at in range(0, len(SOUND.samples), 777):
        writer.write(SOUND.samples[at : at + 777])
    assert not (tmp_path / "a.flac").exists()
    size = writer.finish()
    writer.abandon()
    assert (tmp_path / "a.flac").stat().st_size == size
    assert np.array_equal(read(tmp_path / "a.flac"), SOUND.samples)
    assert len(read(tmp_path / "a.flac", 10**9)) == 0


def test_a_file_that_was_cut_is_damaged(tmp_path):
    flac.write(tmp_path / "a.flac", SOUND)
    whole = (tmp_path / "a.flac").read_bytes()
    for size in (0, 3, len(whole) // 2):
        (tmp_path / "a.flac").write_bytes(whole[:size])
        with pytest.raises(StageFailed, match="sound_damaged"):
            read(tmp_path / "a.flac")


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(Unavailable, match="storage_full"):
        flac.write(tmp_path / "nowhere" / "a.flac", SOUND)


FULL = """
import os, resource, sys
from pathlib import Path
import numpy as np
from genie.audio.pcm import Pcm
from genie.errors import Unavailable
from genie.memory import flac
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
noise = np.random.default_rng(3).integers(-9_000, 9_000, int(sys.argv[2]), np.int16)
try:
    flac.write(Path(sys.argv[1]) / "a.flac", Pcm(16_000, noise))
except Unavailable as error:
    print(error.code, os.listdir(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("samples", [30_000, 300_000])
def test_a_disk_without_room_is_told_and_nothing_is_left_of_the_file(tmp_path, samples: int):
    """The end of a short sound is written when it is closed, that of a long one before."""
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(samples)], capture_output=True, text=True, timeout=30
    )
    assert (ended.stdout, ended.stderr) == ("storage_full []\n", "")
