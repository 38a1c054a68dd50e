"""How much anybody may ask for: the settings `LIMITS__*` and what holds where nothing is set."""

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0, le=1_000_000)] | None
"""None: what the mode says; 0: no limit."""


class Lids(NamedTuple):
    """What holds now; None: no limit."""

    requests_per_minute: int | None
    address_requests_per_minute: int | None
    generations_per_hour: int | None
    retries_per_hour: int | None
    covers_per_hour: int | None
    tasks_at_once: int | None


NONE = Lids(*[None] * len(Lids._fields))
IN_ACCOUNTS_MODE = Lids(
    requests_per_minute=600,
    address_requests_per_minute=1200,
    generations_per_hour=20,
    retries_per_hour=600,
    covers_per_hour=120,
    tasks_at_once=20,
)
"""Generous for a person, too little to wear a server out; 600 pieces are a large roadmap."""


class Limits(BaseModel):
    """Lids of a user, or of an address; sizes in bytes. Sizes hold in every mode."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    requests_per_minute: Count = None
    address_requests_per_minute: Count = None
    generations_per_hour: Count = None
    retries_per_hour: Count = None
    covers_per_hour: Count = None
    tasks_at_once: Count = None
    body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 1_000_000
    upload_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 5_000_000
    header_bytes: Annotated[int, Field(ge=1_000, le=1_000_000)] = 32_768
    json_depth: Annotated[int, Field(ge=8, le=200)] = 32

    def lids(self, *, accounts: bool) -> Lids:
        """What holds: as it is set, else by mode."""
        otherwise = IN_ACCOUNTS_MODE if accounts else NONE
        given = [getattr(self, name) for name in Lids._fields]
        return Lids(
            *[late if own is None else own or None for own, late in zip(given, otherwise, strict=True)]
        )
