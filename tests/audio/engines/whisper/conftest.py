import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Compute with one thread, as the engine does: two that wait for each other on a busy machine take minutes."""
    torch.set_num_threads(1)
