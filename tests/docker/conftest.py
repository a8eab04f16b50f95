from typing import Any

import pytest

from tests.docker.files import COMPOSE, COMPOSE_GPU, resolved


@pytest.fixture(scope="session")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml with nothing set but what must be."""
    found: dict[str, dict[str, Any]] = resolved(COMPOSE)["services"]
    return found


@pytest.fixture(scope="session")
def gpu_services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml with compose.gpu.yaml on top."""
    found: dict[str, dict[str, Any]] = resolved(COMPOSE, COMPOSE_GPU)["services"]
    return found
