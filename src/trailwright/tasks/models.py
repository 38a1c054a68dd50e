"""Tables of the heart. Times in milliseconds since 1970 by the database's clock."""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from trailwright.domain.lifecycle import Asked, Priority
from trailwright.kit.db import Json, metadata

_ZERO = text("0")
_ID = String(160)
_OPEN = text(f"finished_at IS NULL AND asked = '{Asked.GOING}' AND open_items > 0")
_OWNED = text("task_id IS NOT NULL")
_AHEAD = text(
    f"task_id IS NOT NULL AND lease_until IS NULL AND dropped_at IS NULL AND priority < {Priority.BULK}"
)

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", _ID, primary_key=True),
    Column("user_id", _ID, nullable=False),
    Column("roadmap_id", _ID, ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"), nullable=False),
    Column("task_type", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("asked", String(16), nullable=False),
    Column("status", String(32), nullable=False),
    Column("current_step", String(48), nullable=False),
    Column("stopped_at_step", String(48)),
    # items this task owns and that are not settled; the reconciler compares
    Column("open_items", Integer, nullable=False, server_default=_ZERO),
    Column("done", Integer, nullable=False, server_default=_ZERO),
    Column("failed", Integer, nullable=False, server_default=_ZERO),
    Column("total", Integer, nullable=False, server_default=_ZERO),
    Column("last_seq", BigInteger, nullable=False, server_default=_ZERO),
    Column("auto_approve", Boolean, nullable=False),
    Column("max_cost_usd", Float),
    # the version a person must decide on; 0: questions about the goal
    Column("review_version", Integer),
    Column("questions", Json),
    Column("auto_rounds", Integer, nullable=False, server_default=_ZERO),
    Column("step_failed", Boolean, nullable=False),
    Column("error_code", String(48)),
    Column("error_message", Text),
    Column("cancel_reason", Text),
    Column("concept_id", String(64)),
    Column("content_type", String(16)),
    Column("input_tokens", BigInteger, nullable=False, server_default=_ZERO),
    Column("output_tokens", BigInteger, nullable=False, server_default=_ZERO),
    Column("cost_usd", Float, nullable=False, server_default=_ZERO),
    Column("llm_calls", Integer, nullable=False, server_default=_ZERO),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("finished_at", BigInteger),
    # a person took it off the list
    Column("hidden_at", BigInteger),
    Index("ix_tasks_user_created", "user_id", "created_at"),
    Index("ix_tasks_roadmap", "roadmap_id", "created_at"),
    Index(
        "ix_tasks_live",
        "task_id",
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
    # whose turn it is among those that have nothing in flight
    Index(
        "ix_tasks_turn",
        text("(done + failed)"),
        "created_at",
        "task_id",
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
)

items = Table(
    "items",
    metadata,
    Column("item_id", _ID, primary_key=True),
    Column("roadmap_id", _ID, ForeignKey("roadmaps.roadmap_id", ondelete="CASCADE"), nullable=False),
    # who may move it now; none: free
    Column("task_id", _ID, ForeignKey("tasks.task_id")),
    Column("kind", String(32), nullable=False),
    Column("concept_id", String(64), nullable=False, server_default=""),
    Column("round", Integer, nullable=False, server_default=_ZERO),
    Column("part", Integer, nullable=False, server_default=_ZERO),
    Column("status", String(16), nullable=False),
    Column("attempt", Integer, nullable=False, server_default=_ZERO),
    Column("tries", Integer, nullable=False, server_default=_ZERO),
    Column("losses", Integer, nullable=False, server_default=_ZERO),
    Column("token", BigInteger, nullable=False, server_default=_ZERO),
    Column("lease_until", BigInteger),
    Column("not_before", BigInteger),
    Column("priority", Integer, nullable=False),
    Column("position", Integer, nullable=False, server_default=_ZERO),
    Column("reserved_cost", Float, nullable=False, server_default=_ZERO),
    Column("current_version", Integer, nullable=False, server_default=_ZERO),
    Column("error_code", String(48)),
    Column("error_message", Text),
    Column("dropped_at", BigInteger),
    # what was asked of this item (feedback, findings, a wish) and what a framework step produced
    Column("payload", Json),
    Column("result", Json),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("roadmap_id", "kind", "round", "part", "concept_id", name="uq_items_natural"),
    Index(
        "ix_items_leased",
        "lease_until",
        sqlite_where=text("lease_until IS NOT NULL"),
        postgresql_where=text("lease_until IS NOT NULL"),
    ),
    Index(
        "ix_items_covers",
        "status",
        "created_at",
        sqlite_where=text("kind = 'cover' AND lease_until IS NULL"),
        postgresql_where=text("kind = 'cover' AND lease_until IS NULL"),
    ),
    Index("ix_items_concept", "roadmap_id", "concept_id"),
    Index("ix_items_ahead", "priority", "position", sqlite_where=_AHEAD, postgresql_where=_AHEAD),
    # what one task owns, and what of it is next, however much of it waits
    Index(
        "ix_items_turn",
        "task_id",
        "priority",
        "position",
        sqlite_where=_OWNED,
        postgresql_where=_OWNED,
    ),
)

FRESH: Mapping[str, int | None] = {
    "tries": 0,
    "losses": 0,
    "not_before": None,
    "error_code": None,
    "error_message": None,
}
"""What an item's row says when nothing was tried yet."""

task_items = Table(
    "task_items",
    metadata,
    Column("task_id", _ID, ForeignKey("tasks.task_id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", _ID, ForeignKey("items.item_id", ondelete="CASCADE"), primary_key=True),
    # completed, failed or dropped: what this task's own log said
    Column("outcome", String(16)),
    Index("ix_task_items_item", "item_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("task_id", _ID, ForeignKey("tasks.task_id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("decision", String(16), nullable=False),
    Column("feedback", Text),
    Column("answers", Json),
    Column("answered_status", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("ledger_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("user_id", _ID, nullable=False),
    Column("task_id", _ID, nullable=False),
    Column("item_id", _ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("model", Text, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_ledger_user_created", "user_id", "created_at"),
    Index("ix_ledger_task", "task_id"),
)
