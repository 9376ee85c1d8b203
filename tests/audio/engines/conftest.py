import pytest

from tests.models_small import save_kokoro, save_whisper


@pytest.fixture(scope="session")
def whisper_folder(tmp_path_factory):
    """A small multilingual Whisper that ends its sentences when it likes."""
    return save_whisper(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="session")
def kokoro_folder(tmp_path_factory):
    """A small Kokoro with two American voices, a British and a French one."""
    return save_kokoro(tmp_path_factory.mktemp("kokoro"))
