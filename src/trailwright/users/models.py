"""People and what is remembered of their requests. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from trailwright.kit.db import Json, metadata

users = Table(
    "users",
    metadata,
    Column("user_id", String(160), primary_key=True),
    Column("email", Text, unique=True),
    Column("role", String(16), nullable=False),
    Column("profile", Json),
    Column("created_at", BigInteger, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", String(160), primary_key=True),
    Column("path", String(512), primary_key=True),
    Column("key", String(256), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    # null while the first of two is still at work
    Column("status", Integer),
    Column("response", Json),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_idempotency_created", "created_at"),
)
