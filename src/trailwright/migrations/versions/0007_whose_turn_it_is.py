"""Indexes for whose turn it is: live tasks, and what of one task is next, however much of it waits."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LIVE = sa.text("finished_at IS NULL")
_WAITING = sa.text("task_id IS NOT NULL AND lease_until IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_tasks_live", "tasks", ["task_id"], sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.create_index(
        "ix_items_turn",
        "items",
        ["task_id", "priority", "position"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def downgrade() -> None:
    op.drop_index("ix_items_turn", "items")
    op.drop_index("ix_tasks_live", "tasks")
