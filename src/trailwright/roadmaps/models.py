"""Tables of roadmaps and their frameworks. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from trailwright.kit.db import Json, metadata

_ID = String(160)

roadmaps = Table(
    "roadmaps",
    metadata,
    Column("roadmap_id", _ID, primary_key=True),
    Column("user_id", _ID, nullable=False),
    Column("creation_task_id", _ID, nullable=False),
    Column("title", Text, nullable=False),
    Column("preferences", Json, nullable=False),
    Column("additional_context", Text, nullable=False),
    Column("size", String(8), nullable=False),
    Column("intent", Json),
    # the newest row of framework_versions; 0: none yet
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("deleted_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_roadmaps_user_created", "user_id", "created_at"),
)

framework_versions = Table(
    "framework_versions",
    metadata,
    Column("roadmap_id", _ID, ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("framework", Json, nullable=False),
    Column("author", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("changed_node_ids", Json, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
