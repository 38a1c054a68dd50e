"""When somebody began to leave for good, so that what was cut off goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("leaving_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "leaving_at")
