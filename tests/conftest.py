"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty storage for one test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"
