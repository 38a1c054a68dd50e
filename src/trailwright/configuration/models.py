"""Settings that an admin set in the web app. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from trailwright.kit.db import metadata

configured = Table(
    "configured",
    metadata,
    # without the prefix, such as LLM__MODEL
    Column("name", String(128), primary_key=True),
    # JSON; of a key: sealed
    Column("value", Text, nullable=False),
    Column("changed_by", String(160), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
