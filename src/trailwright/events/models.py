"""The log of each task. Times in milliseconds since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from trailwright.kit.db import Json, metadata

_ID = String(160)

events = Table(
    "events",
    metadata,
    Column("task_id", _ID, ForeignKey("tasks.task_id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("type", String(40), nullable=False),
    # the event as sent, without seq, task_id and timestamp, which are columns
    Column("body", Json, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

task_logs = Table(
    "task_logs",
    metadata,
    Column("log_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("task_id", _ID, ForeignKey("tasks.task_id", ondelete="CASCADE"), nullable=False),
    Column("step", String(48), nullable=False),
    Column("agent", String(24)),
    Column("level", String(10), nullable=False),
    Column("message", Text, nullable=False),
    Column("duration_ms", BigInteger),
    Column("details", Json, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_task_logs_task", "task_id", "log_id"),
)
