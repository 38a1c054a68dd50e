"""Versions of content. The bytes lie in storage under `object_key`. Times in milliseconds since 1970."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from trailwright.kit.db import Json, metadata

_ID = String(160)

content_versions = Table(
    "content_versions",
    metadata,
    # tutorial_id, resources_id or quiz_id
    Column("version_id", _ID, primary_key=True),
    Column("item_id", _ID, ForeignKey("items.item_id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    # the lease under which it was delivered
    Column("token", BigInteger, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    # a count of what is inside; for a quiz also its stems
    Column("meta", Json, nullable=False),
    Column("receipt", Json, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_digest", String(64), nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("item_id", "version", name="uq_content_versions_item_version"),
    UniqueConstraint("item_id", "token", name="uq_content_versions_item_token"),
)
