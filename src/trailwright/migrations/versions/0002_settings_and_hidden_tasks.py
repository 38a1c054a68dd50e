"""Settings that are set in the web app, and tasks that a person took off the list."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configured",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=160), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_configured")),
    )
    op.add_column("tasks", sa.Column("hidden_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "hidden_at")
    op.drop_table("configured")
