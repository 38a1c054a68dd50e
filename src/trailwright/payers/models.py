"""A person's own model. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text

from trailwright.kit.db import metadata

own_models = Table(
    "own_models",
    metadata,
    Column("user_id", String(160), ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    # with its provider, such as openai:gpt-5-mini
    Column("model", String(200), nullable=False),
    Column("base_url", Text),
    Column("sealed_key", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
