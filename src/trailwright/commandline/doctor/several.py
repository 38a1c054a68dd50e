"""Doctor's look at what several processes share: the database's connections, and the broker."""

from sqlalchemy import text

from trailwright.commandline.database import opened
from trailwright.commandline.doctor.findings import Finding, split
from trailwright.commandline.folder import is_sqlite
from trailwright.commandline.trouble import Trouble
from trailwright.kit.broker import Broker
from trailwright.kit.db import OURS
from trailwright.kit.redis_client import AWAY, connect
from trailwright.kit.words import plural
from trailwright.settings import Settings

OVERFLOW = 0
"""Connections that a pool opens beyond its size."""

_CONNECTIONS = text(
    "SELECT current_setting('max_connections')::int AS most,"
    " current_setting('superuser_reserved_connections')::int AS kept,"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    "  AND application_name NOT LIKE :ours) AS others,"
    " (SELECT count(DISTINCT application_name) FROM pg_stat_activity"
    "  WHERE datname = current_database() AND application_name LIKE :ours"
    "  AND application_name <> current_setting('application_name')) AS processes"
).bindparams(ours=OURS)


async def connections(settings: Settings) -> list[Finding]:
    """Whether the server has a connection for each that the processes may open; nothing to ask of SQLite."""
    if is_sqlite(settings):
        return []
    try:
        async with opened(settings, migrated=False) as db, db.reading() as reader:
            row = await reader.row(_CONNECTIONS)
    except Trouble:
        return []  # `database` has told it
    assert row is not None  # noqa: S101 - a select without a table has one row
    if settings.database.pgbouncer:
        words = f"through PgBouncer; behind it PostgreSQL allows {row['most']}"
        return [Finding("connections", "ok", words)]
    return [judged(settings.database.pool_size, row["processes"], row["most"] - row["kept"], row["others"])]


def judged(pool: int, processes: int, room: int, others: int) -> Finding:
    """`room`: what the server allows; `others`: connections of other programs."""
    each = pool + OVERFLOW
    need = each * max(processes, 1)
    words = (
        f"({pool} + {OVERFLOW}) × {plural(max(processes, 1), 'process', 'processes')} = {need} "  # noqa: RUF001 - times
        f"of {room} that PostgreSQL allows; others have {others}"
    )
    if need + others > room:
        advice = "Lower TRAILWRIGHT_DATABASE__POOL_SIZE, raise max_connections, or put PgBouncer before it."
        return Finding("connections", "wrong", words, advice)
    most = plural((room - others) // each, "process", "processes")
    return Finding("connections", "ok", f"{words}; there is room for {most} in all")


async def broker(settings: Settings) -> list[Finding]:
    """One question to Redis, where there is one."""
    if not settings.broker_url:
        return []
    try:
        parsed = Broker.parse(settings.broker_url)
    except ValueError as error:
        return [split("broker", str(error), "Mend TRAILWRIGHT_BROKER_URL.")]
    client = connect(parsed)
    try:
        info = await client.info("server")
    except AWAY as error:
        words = f"{parsed.shown} does not answer ({type(error).__name__})"
        return [Finding("broker", "wrong", words, _BROKER_ADVICE)]
    finally:
        await client.aclose()
    return [Finding("broker", "ok", f"{parsed.shown}: Redis {info.get('redis_version')}")]


_BROKER_ADVICE = (
    "Check TRAILWRIGHT_BROKER_URL and that Redis runs. Until then work goes on, and looks every second."
)
