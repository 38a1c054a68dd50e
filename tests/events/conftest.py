"""Fixtures of the event log's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.support import World, a_world


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The application on a new database, once of each kind."""
    async with a_world(database_url, tmp_path) as made:
        yield made
