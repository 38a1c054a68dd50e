"""Links by which others read a roadmap, and how much work each person started within the hour."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("roadmap_id", sa.String(length=160), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=True),
        sa.Column("featured_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["roadmap_id"], ["roadmaps.roadmap_id"], name=op.f("fk_shares_roadmap_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("roadmap_id", name=op.f("pk_shares")),
        sa.UniqueConstraint("token", name=op.f("uq_shares_token")),
    )
    op.create_index("ix_shares_offered", "shares", ["offered_at"])
    op.create_index("ix_shares_featured", "shares", ["featured_at"])
    op.create_table(
        "started",
        sa.Column("user_id", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_started")),
    )


def downgrade() -> None:
    op.drop_table("started")
    op.drop_table("shares")
