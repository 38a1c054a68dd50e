"""Time. In the database: whole milliseconds since 1970, UTC, by the database's own clock."""

import datetime as dt
from typing import Any, NewType

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Millis = NewType("Millis", int)


class db_now(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """Milliseconds now by the database's clock, moving on within a transaction."""

    type = BigInteger()
    inherit_cache = True


@compiles(db_now, "postgresql")
def _postgres_now(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    del element, compiler, kw
    return "CAST(extract(epoch from clock_timestamp()) * 1000 AS BIGINT)"


@compiles(db_now, "sqlite")
def _sqlite_now(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    del element, compiler, kw
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"


def rfc3339(millis: int | None) -> str | None:
    """`2026-11-21T22:12:37.123Z`; None stays None."""
    if millis is None:
        return None
    moment = dt.datetime.fromtimestamp(millis / 1000, tz=dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today_utc(millis: int) -> dt.date:
    """The UTC date of a moment."""
    return dt.datetime.fromtimestamp(millis / 1000, tz=dt.UTC).date()
