"""Where Redis is: one server, or sentinels that know which server leads at the moment."""

from collections.abc import Sequence
from typing import NamedTuple, Self
from urllib.parse import SplitResult, quote, urlsplit

SENTINEL_PORT = 26379
_SHAPE = (
    "redis://[user:password@]host[:port][/db], rediss:// for TLS, or sentinel://host[:port],…/master[/db]"
)


class Broker(NamedTuple):
    """`url`: of a single server, as Redis clients take it; with `master` the `sentinels` are asked for it."""

    url: str
    sentinels: Sequence[tuple[str, int]] = ()
    master: str = ""
    user: str = ""
    password: str = ""
    db: int = 0

    @classmethod
    def parse(cls, url: str) -> Self:
        """From `BROKER_URL`; raises ValueError that says what is allowed, never what was given."""
        try:
            parts = urlsplit(_as_one(url))
            if parts.scheme in {"sentinel", "redis+sentinel"}:
                return cls._of_sentinels(parts)
            good = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError(f"BROKER_URL must be {_SHAPE}")
        return cls(url)

    @classmethod
    def _of_sentinels(cls, parts: SplitResult) -> Self:
        account, _, places = parts.netloc.rpartition("@")
        user, _, password = account.partition(":")
        master, _, db = parts.path.strip("/").partition("/")
        sentinels = [_place(place) for place in places.split(",")]
        if not master or not (db or "0").isdigit():
            raise ValueError
        return cls("", tuple(sentinels), master, user, password, int(db or 0))

    @property
    def celery_url(self) -> str:
        """As Celery takes it: for sentinels one address each, with `;` between."""
        if not self.sentinels:
            return self.url
        account = f"{self.user}:{self.password}@" if self.user or self.password else ""
        return ";".join(f"sentinel://{account}{host}:{port}/{self.db}" for host, port in self.sentinels)

    @property
    def shown(self) -> str:
        """Without password, for people."""
        if self.sentinels:
            return ", ".join(f"{host}:{port}" for host, port in self.sentinels) + f" ({self.master})"
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{quote(parts.hostname or '')}{port}{parts.path}"


def _as_one(url: str) -> str:
    """Several addresses of sentinels, with `;` between as Celery writes them, as one."""
    first, *others = url.split(";")
    if not others:
        return url
    parts = urlsplit(first)
    places = [urlsplit(other).netloc.rpartition("@")[2] for other in others]
    return parts._replace(netloc=",".join([parts.netloc, *places])).geturl()


def _place(place: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname:
        raise ValueError
    return parts.hostname, parts.port or SENTINEL_PORT
