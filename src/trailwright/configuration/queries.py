"""Reading what was set in the web app."""

from sqlalchemy import select

from trailwright.configuration.models import configured
from trailwright.kit.db import Snapshot


async def stored(reader: Snapshot) -> dict[str, str]:
    """Name → value as it is stored."""
    rows = await reader.rows(select(configured.c.name, configured.c.value))
    return {row["name"]: row["value"] for row in rows}
