"""An index for each question of a look, and no other: it read all live tasks, or all that waits of a task.

One leads to tasks in the order of their turns, one to a task's items in theirs, one to a concept's, and one
to what goes before bulk work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("finished_at IS NULL AND asked = 'going' AND open_items > 0")
_OWNED = sa.text("task_id IS NOT NULL")
_WAITING = sa.text("task_id IS NOT NULL AND lease_until IS NULL AND dropped_at IS NULL")
_AHEAD = sa.text("task_id IS NOT NULL AND lease_until IS NULL AND dropped_at IS NULL AND priority < 20")
_TASKS: list[str | sa.TextClause] = [sa.text("(done + failed)"), "created_at", "task_id"]
_TURN, _ORDER = ["task_id", "priority", "position"], ["priority", "position"]


def upgrade() -> None:
    op.drop_index("ix_items_turn", "items")
    op.create_index("ix_items_turn", "items", _TURN, sqlite_where=_OWNED, postgresql_where=_OWNED)
    op.drop_index("ix_items_task", "items")
    op.create_index("ix_items_ahead", "items", _ORDER, sqlite_where=_AHEAD, postgresql_where=_AHEAD)
    op.drop_index("ix_items_waiting", "items")
    op.create_index("ix_items_concept", "items", ["roadmap_id", "concept_id"])
    op.create_index("ix_tasks_turn", "tasks", _TASKS, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index("ix_tasks_turn", "tasks")
    op.drop_index("ix_items_concept", "items")
    op.create_index("ix_items_waiting", "items", _ORDER, sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.drop_index("ix_items_ahead", "items")
    op.create_index("ix_items_task", "items", ["task_id"])
    op.drop_index("ix_items_turn", "items")
    op.create_index("ix_items_turn", "items", _TURN, sqlite_where=_WAITING, postgresql_where=_WAITING)
