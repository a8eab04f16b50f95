from pathlib import Path

import pytest

from tests.ml.training.small import new_run


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a small network that has hardly learned anything."""
    folder = tmp_path_factory.mktemp("start")
    new_run(folder, input={"feedback": True, "size": 64}).train(lambda report: None)
    return folder / "out" / "last.safetensors"
