"""Every route says who may use it, by its class; an application with one that does not is not built."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import WebSocketRoute

from trailwright.api.access import API, METRICS, is_open
from trailwright.api.ownership import JUDGED, PARTS
from trailwright.kit.api import AdminRoute, BareRoute, OpenRoute, PersonRoute, Route, TrashRoute
from trailwright.sharing.api import LinkRoute

RULES: dict[type, str] = {
    OpenRoute: "everybody",
    LinkRoute: "whoever has the link",
    Route: "whoever owns what the path names",
    BareRoute: "whoever owns what the path names; its own statement asks",
    TrashRoute: "whoever owns what the path names, in the trash too",
    PersonRoute: "as before, by signing in only",
    AdminRoute: "admins, by signing in only",
}
SOCKETS = {f"{API}/ws/{{task_id}}": "whoever owns the task; asked by the socket itself"}
UNRULED = {
    METRICS: "this machine, or METRICS__TOKEN",
    "/": "the page that explains, where there is no web app",
    f"{API}/openapi.json": "everybody",
    f"{API}/docs": "everybody",
    f"{API}/health/live": "everybody",
    f"{API}/health/ready": "everybody",
}
"""Routes that no class of ours serves, by path, and who may use them."""


def routes(app: FastAPI) -> Iterator[RouteContext]:
    """Every route there is, aliases and those that no document shows included, with its whole path."""
    yield from iter_route_contexts(app.routes)


def faults(app: FastAPI) -> list[str]:
    """What is wrong with the rules; empty when every route has one that fits its path."""
    return [said for route in routes(app) for said in _faults(route)]


def _faults(found: RouteContext) -> Iterator[str]:
    path, route = found.path or repr(found), found.original_route
    if isinstance(route, WebSocketRoute):
        if path not in SOCKETS:
            yield f"{path}: a socket without a rule"
    elif path not in UNRULED:
        rule = RULES.get(type(route))
        if not isinstance(route, APIRoute) or rule is None:
            yield f"{path}: a route without a rule"
        elif isinstance(route, OpenRoute) != is_open(path):
            yield f"{path}: its class says {rule}, `access.OPEN` says otherwise"
        elif unknown := set(found.param_convertors) - JUDGED - PARTS:
            yield f"{path}: nobody judges {sorted(unknown)}"


def check(app: FastAPI) -> None:
    """Raises `ValueError` that names each route without a rule."""
    if found := faults(app):
        raise ValueError("; ".join(found))
