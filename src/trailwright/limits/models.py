"""How much work each person has started in the present hour. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from trailwright.kit.db import metadata

started = Table(
    "started",
    metadata,
    Column("user_id", String(160), primary_key=True),
    # generations, retries or covers
    Column("kind", String(16), primary_key=True),
    # when the hour began
    Column("since", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)
