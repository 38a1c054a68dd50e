"""Guessing is slowed: per account and address together, per address, and per account for strangers to it.

An attempt counts before its password is looked at, so a hundred at once gain nothing. Whoever must wait is
told for how long, and waiting longer is no punishment: attempts made meanwhile do not count. The owner is
never locked out: from an address where he signed in before only the pair of both counts, and from a new one
he waits at most half a minute, however hard others try.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sqlalchemy import case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or_change  # SQLite speaks the same clause
from sqlalchemy.sql import Executable

from trailwright.errors import TooManyRequestsError
from trailwright.kit.clock import db_now
from trailwright.kit.db import Row, Tx
from trailwright.users.models import attempts

Counted = Literal["pair", "address", "account", "made", "asked"]
WINDOW_MS = 3_600_000
"""After an hour without a failure counting begins anew."""

KNOWN_FOR_MS = 90 * 24 * WINDOW_MS
LONGEST_S = 900.0
FOR_THE_OWNER_S = 30.0
_NETWORK = 64
_CROWDED_MS = 1000


@dataclass(frozen=True)
class Pace:
    """So many failures are free; then 1 s, twice as much every `doubled` failures, at most `longest_s`."""

    free: int
    doubled: int
    longest_s: float

    def wait_s(self, failures: int) -> float:
        """Seconds after the last one."""
        over = failures - self.free
        if over < 0:
            return 0.0
        return min(math.exp2(min(over / self.doubled, 30.0)), self.longest_s)


PACES: Mapping[Counted, Pace] = MappingProxyType(
    {
        "pair": Pace(5, 1, LONGEST_S),
        "address": Pace(30, 5, LONGEST_S),
        "account": Pace(20, 5, FOR_THE_OWNER_S),
        "made": Pace(30, 5, LONGEST_S),
        "asked": Pace(5, 1, LONGEST_S),
    }
)
"""`made`: accounts from one address. `asked`: links to a new password for one account."""


def network(address: str) -> str:
    """An address as it is counted: of IPv6 the network, for a house has more addresses than we count."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(parsed), _NETWORK), strict=False).network_address)
    return str(parsed)


def _key(counted: Counted, *parts: str) -> str:
    return hashlib.sha256("\0".join((counted, *parts)).encode()).hexdigest()


def keys_of(email: str, address: str) -> dict[Counted, str]:
    """What an attempt to sign in counts under; an address nobody has counts as well as one somebody has."""
    place = network(address)
    return {
        "pair": _key("pair", email, place),
        "address": _key("address", place),
        "account": _key("account", email),
    }


async def begin(tx: Tx, keys: Mapping[Counted, str]) -> None:
    """Count an attempt as failed before it is looked at; raises `TooManyRequestsError` for who must wait.

    Who waits is judged without a lock. Then one statement counts, the last of its transaction: guesses at one
    account hold up no connection. Who sees that others came in between, with nothing free left, was one of
    many at once and waits too. What is raised takes the count back.
    """
    named = {key: counted for counted, key in keys.items()}
    found = await tx.rows(select(attempts, db_now().label("now")).where(attempts.c.key.in_(named)))
    rows = {named[row["key"]]: row for row in found}
    waits = [_wait_ms(counted, row) for counted, row in rows.items()]
    known = _is_known(rows.get("pair"))
    if known:
        waits = [_wait_ms("pair", rows["pair"])]
    if (longest := max(waits, default=0)) > 0:
        raise _too_many(longest)
    before = {counted: 0 if _is_stale(row) else int(row["failures"]) for counted, row in rows.items()}
    for row in await tx.rows(_count_up(keys.values())):
        counted = named[row["key"]]
        crowded = row["failures"] - 1 not in {before.get(counted, 0), 0}
        if crowded and row["failures"] > PACES[counted].free and (counted == "pair" or not known):
            raise _too_many(_CROWDED_MS)


async def went_well(tx: Tx, keys: Mapping[Counted, str]) -> None:
    """Take the count back: all of the pair's, of the others only this one's."""
    all_of_it = or_(attempts.c.key == keys.get("pair", ""), attempts.c.failures < 1)
    fewer = case((all_of_it, 0), else_=attempts.c.failures - 1)
    new = {"failures": 0, "last_at": db_now(), "good_at": db_now()}
    one = insert_or_change(attempts).values([{"key": key, **new} for key in sorted(keys.values())])
    await tx.run(
        one.on_conflict_do_update(index_elements=["key"], set_={"failures": fewer, "good_at": db_now()})
    )


async def count(tx: Tx, counted: Counted, what: str) -> None:
    """Count one of what may not be done too often; raises `TooManyRequestsError`."""
    await begin(tx, {counted: _key(counted, what)})


async def forget(tx: Tx, email: str) -> None:
    """Count for this account anew: its owner has shown by another way who he is."""
    await tx.run(delete(attempts).where(attempts.c.key == _key("account", email)))


async def tidy(tx: Tx) -> int:
    """Drop what counts no more; how many."""
    return await tx.run(delete(attempts).where(attempts.c.last_at < db_now() - KNOWN_FOR_MS))


def _count_up(keys: Iterable[str]) -> Executable:
    """One failure more for each; in one order for all, for each row stays locked to the end."""
    stale = attempts.c.last_at < db_now() - WINDOW_MS
    new = insert_or_change(attempts).values(
        [{"key": key, "failures": 1, "last_at": db_now()} for key in sorted(keys)]
    )
    more = {"failures": case((stale, 1), else_=attempts.c.failures + 1), "last_at": db_now()}
    counted = new.on_conflict_do_update(index_elements=["key"], set_=more)
    return counted.returning(attempts.c.key, attempts.c.failures)


def _is_known(pair: Row | None) -> bool:
    return pair is not None and pair["good_at"] is not None and pair["good_at"] > pair["now"] - KNOWN_FOR_MS


def _is_stale(row: Row) -> bool:
    return bool(row["last_at"] < row["now"] - WINDOW_MS)


def _wait_ms(counted: Counted, row: Row) -> int:
    wait_s = 0.0 if _is_stale(row) else PACES[counted].wait_s(row["failures"])
    return int(row["last_at"] + wait_s * 1000 - row["now"]) if wait_s else 0


def _too_many(wait_ms: int) -> TooManyRequestsError:
    seconds = max(math.ceil(wait_ms / 1000), 1)
    return TooManyRequestsError(
        f"Too many attempts. Try again in {seconds} s.",
        code="too_many_attempts",
        headers={"Retry-After": str(seconds)},
    )
