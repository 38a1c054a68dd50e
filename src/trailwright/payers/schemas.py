"""What is said of one's own model over HTTP. A key never leaves."""

from typing import Annotated, Literal

from pydantic import Field

from trailwright.kit.schemas import Answered, Sent


class OwnModelWish(Sent):
    """`model`: provider:model. `base_url`: only a server that FETCH__ALLOW names."""

    model: Annotated[str, Field(min_length=3, max_length=200, pattern=r"^[a-z0-9_.-]+:\S+$")]
    base_url: Annotated[str, Field(max_length=500)] | None = None
    api_key: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[!-~]+$")]


class OwnModel(Answered):
    """The model that this person's tasks go to; `api_key` is `***`."""

    model: str
    base_url: str | None
    api_key: str


class Forgotten(Answered):
    """It is gone."""

    done: Literal[True] = True
