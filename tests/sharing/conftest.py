"""Fixtures: the application with a finished roadmap that somebody shares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.support import World, a_world


@pytest.fixture
async def world(migrated_database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The application on a new database, once of each kind."""
    async with a_world(migrated_database_url, tmp_path) as made:
        yield made
