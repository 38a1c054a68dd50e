"""Several machines on one database, one broker and one store of texts, all of them real processes."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.promises.conftest import home_on_sqlite, model, nursery
from tests.support.postgres import Postgres
from tests.support.product import FAST, Home
from tests.support.redis import Redis
from tests.support.s3 import S3
from tests.support.simulated import Simulated

__all__ = ["home_on_sqlite", "model", "nursery"]

SECRET = "a secret that all of them share, 40 characters"


@pytest.fixture
def redis(redis: Redis) -> Iterator[Redis]:
    """The server, empty, and running again after the test."""
    redis.stop()
    redis.start()
    yield redis
    redis.stop()
    redis.start()


@pytest.fixture
async def bucket(s3: S3) -> dict[str, object]:
    """Settings of a new bucket."""
    name = f"b-{uuid.uuid4().hex[:12]}"
    await asyncio.to_thread(s3.make_bucket, name)
    return {
        "STORAGE_URL": f"s3://{name}/texts",
        "STORAGE__ENDPOINT": s3.endpoint,
        "STORAGE__ACCESS_KEY_ID": "key",
        "STORAGE__SECRET_ACCESS_KEY": "secret",
    }


@pytest.fixture
def alone(
    postgres: Postgres, postgres_template: str, data_dir: Path, model: Simulated, bucket: dict[str, object]
) -> Home:
    """PostgreSQL and S3 and no broker."""
    given = {
        **FAST,
        **bucket,
        "DATABASE_URL": postgres.fresh_database(postgres_template),
        "LLM__BASE_URL": model.base_url,
        "AUTH__MODE": "local",
        "SECRET_KEY": SECRET,
    }
    return Home(data_dir, given)


@pytest.fixture
def home(alone: Home, redis: Redis) -> Home:
    """The same with a broker."""
    return alone.but(BROKER_URL=redis.url())
