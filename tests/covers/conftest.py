"""Databases, stores and the web application for covers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.api.support import World
from tests.covers.support import a_painter
from tests.support.s3 import S3
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.work.painting import Painter


@pytest.fixture
async def db(migrated_database_url: str) -> AsyncIterator[Database]:
    """A new database, once of each kind."""
    made = Database(migrated_database_url)
    yield made
    await made.close()


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """A folder."""
    store = Storage.from_url(f"file://{tmp_path / 'objects'}")
    yield store
    store.close()


@pytest.fixture
def bucket(s3: S3, tmp_path: Path) -> Iterator[Storage]:
    """A bucket of an S3-compatible server."""
    s3.make_bucket("pictures")
    keys = {"access_key_id": "someone", "secret_access_key": "secret"}
    store = Storage.from_url(f"s3://pictures/{tmp_path.name}", endpoint=s3.endpoint, **keys)
    yield store
    store.close()


@pytest.fixture
async def painter(db: Database, storage: Storage) -> AsyncIterator[Painter]:
    """Somebody who makes covers."""
    async with a_painter(db, storage) as made:
        yield made


@pytest.fixture
async def world(db: Database, storage: Storage, tmp_path: Path) -> AsyncIterator[World]:
    """The web application over the same database and store."""
    made = World(db, storage, tmp_path)
    async with made.client:
        yield made
    await made.app.state.studio.close()
