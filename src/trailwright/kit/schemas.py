"""Building blocks of answers."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")

MAX_ROWS = 200


def _is_none(value: object) -> bool:
    return value is None


Absent = Annotated[T | None, Field(default=None, exclude_if=_is_none)]
"""A field that is left out of the answer when there is nothing to say."""

AnyId = Annotated[str, Field(max_length=1000)]
"""An id in a list of which each is answered on its own, whatever its form."""

Limit = Annotated[int, Field(ge=1, le=MAX_ROWS)]
Offset = Annotated[int, Field(ge=0, le=1_000_000_000)]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


def without_nulls(value: Any) -> Any:
    """An object without its null fields: null is as good as left out."""
    if isinstance(value, dict):
        return {name: field for name, field in value.items() if field is not None}
    return value


class Sent(BaseModel):
    """What a client sends: unknown fields are ignored, null is as good as left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    _given = model_validator(mode="before")(without_nulls)


class Answered(BaseModel):
    """What a client gets; `as_of` tells up to which event of each task it is true."""

    model_config = ConfigDict(extra="forbid")
