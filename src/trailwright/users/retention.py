"""What is forgotten, and when."""

from sqlalchemy import delete

from trailwright.kit.clock import db_now
from trailwright.kit.db import Tx
from trailwright.users.models import idempotency

KEPT_MS = 24 * 3600 * 1000


async def forget_answers(tx: Tx) -> None:
    """Answers kept for `Idempotency-Key` are forgotten after 24 hours."""
    await tx.run(delete(idempotency).where(idempotency.c.created_at < db_now() - KEPT_MS))
