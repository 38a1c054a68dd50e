"""What is shown as a roadmap's cover, and the way to the covers that wait to be made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WAITING = sa.text("kind = 'cover' AND lease_until IS NULL")


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("roadmap_id", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("attribution", _JSON, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["roadmap_id"], ["roadmaps.roadmap_id"], name=op.f("fk_covers_roadmap_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("roadmap_id", name=op.f("pk_covers")),
    )
    op.create_index(
        "ix_items_covers", "items", ["status", "created_at"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )


def downgrade() -> None:
    op.drop_index("ix_items_covers", table_name="items")
    op.drop_table("covers")
