"""Where this installation is reached, and by whom: for the page that tells how to use another device."""

from typing import Any, Literal, cast

from fastapi import APIRouter, Request

from trailwright.api.desk import place
from trailwright.kit.api import Me, Route
from trailwright.kit.schemas import Answered
from trailwright.settings import Settings

router = APIRouter(route_class=Route, tags=["settings"])


class Reach(Answered):
    """`only_this_machine`: no other device is let in; by `tunnel`, a command, one gets in all the same."""

    mode: Literal["local", "accounts"]
    only_this_machine: bool
    addresses: list[str]
    public_url: str | None
    tunnel: str | None


@router.get("/reach", response_model=Reach)
async def read_reach(request: Request, me: Me) -> dict[str, Any]:
    """Which addresses lead here. In local mode there is no password, so only this machine is let in."""
    del me
    settings = cast("Settings", request.app.state.settings)
    if request.app.state.desk is not None:
        return {
            "mode": "accounts",
            "only_this_machine": False,
            "addresses": [place(request).address],
            "public_url": settings.public_url,
            "tunnel": None,
        }
    port = request.url.port or 80
    return {
        "mode": "local",
        "only_this_machine": True,
        "addresses": [f"{request.url.scheme}://{request.url.netloc}"],
        "public_url": settings.public_url,
        "tunnel": f"ssh -L {port}:127.0.0.1:{port} USER@HOST",
    }
