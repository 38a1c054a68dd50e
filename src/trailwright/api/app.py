"""The composition root: all routes over one process's parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from fastapi import FastAPI
from fastapi.routing import APIRoute

from trailwright import __version__
from trailwright.api import (
    access,
    administration,
    below,
    docs,
    health,
    limiting,
    metrics,
    own_account,
    ownership,
    pages,
    problems,
    quotes,
    reach,
    rules,
    signing_in,
    tracing,
    vouched,
)
from trailwright.api.headers import SafeHeaders
from trailwright.configuration.api import router as configuration
from trailwright.configuration.installing import Installer
from trailwright.configuration.live import Live
from trailwright.contents.api import router as contents
from trailwright.covers.api import router as covers
from trailwright.covers.studio import Studio
from trailwright.events.bus import Bus
from trailwright.events.socket import router as sockets
from trailwright.events.tailer import Feed
from trailwright.exporting.api import own as own_export
from trailwright.exporting.api import router as exports
from trailwright.kit.api import Ground, Note
from trailwright.kit.db import Database, Tx
from trailwright.kit.lines import Lines
from trailwright.kit.storage import Storage
from trailwright.learning.api import router as learning
from trailwright.limits.rates import rates_for
from trailwright.llm.shapes import LocalRuntime
from trailwright.payers.api import router as own_models
from trailwright.roadmaps.api import own as own_roadmaps
from trailwright.roadmaps.api import router as roadmaps
from trailwright.roadmaps.api import trash as trashed_roadmaps
from trailwright.settings import Settings
from trailwright.sharing import api as sharing
from trailwright.tasks.api import router as tasks
from trailwright.tasks.queries import head
from trailwright.users import audit
from trailwright.users.api import router as users
from trailwright.users.commands import once
from trailwright.users.desk import Desk
from trailwright.work.runtime import Runtime

ROUTERS = (
    tasks,
    quotes.router,
    sharing.own,  # before what would take its words for the id of a roadmap
    sharing.public,
    sharing.links,
    sharing.offers,
    roadmaps,
    own_roadmaps,
    trashed_roadmaps,
    contents,
    covers,
    learning,
    users,
    signing_in.router,
    signing_in.tickets,
    vouched.router,
    own_account.router,
    administration.router,
    exports,
    own_export,
    configuration,
    own_models,
    reach.router,
    health.router,
    sockets,
)


class Parts(Protocol):
    """What of a `work.runtime.Runtime` the web application uses."""

    live: Live
    local: LocalRuntime | None
    db: Database
    bus: Bus
    storage: Storage


Mode = Literal["local", "accounts"]


def create_app(runtime: Parts, *, mode: Mode = "local", web_dist: Path = pages.WEB_DIST) -> FastAPI:
    """The application over an open runtime; starting and closing the runtime is the caller's.

    A whole `Runtime` also tells of itself at `/metrics`. `mode`: who is let in, see `access`.
    Before the server stops, `await app.state.feed.close()` ends all sockets and streams.
    """
    app = _routed()
    app.state.live = runtime.live
    app.state.settings = settings = runtime.live.settings
    app.state.ground = Ground(
        runtime.db,
        runtime.storage,
        ownership.guard,
        once,
        _note,
        lids=lambda: app.state.settings.limits.lids(accounts=mode != "local"),
        max_body=settings.limits.body_bytes,
        max_depth=settings.limits.json_depth,
    )
    app.state.rates = rates_for(settings.broker_url)
    runtime.live.listen(partial(_follow, app))
    app.state.local = lambda: runtime.local
    app.state.installer = Installer(runtime.live.base.data_dir)
    app.state.feed = Feed(runtime.db, runtime.bus, head)
    app.state.probe = health.StorageProbe()
    app.state.studio = Studio()
    door = _door(app, runtime.db, mode)
    problems.install(app)
    if isinstance(runtime, Runtime):
        metrics.install(app, runtime, app.state.feed)
    pages.install(app, web_dist)
    rules.check(app)
    app.add_middleware(limiting.ByUser)
    app.add_middleware(access.Access, door=door)
    app.add_middleware(limiting.ByAddress, door=door)
    app.add_middleware(access.RequestId)
    app.add_middleware(SafeHeaders)
    app.add_middleware(tracing.Traced)
    app.add_middleware(below.Below)
    return app


def _door(app: FastAPI, db: Database, mode: Mode) -> access.Door:
    """Who decides who is let in, and with accounts the desk where people sign in."""
    if mode == "local":
        app.state.desk, app.state.lines = None, Lines()
        return access.LocalDoor()

    def settings() -> Settings:
        return cast("Settings", app.state.settings)

    app.state.desk = Desk(db, settings)
    door = access.AccountsDoor(app.state.desk, settings)
    app.state.lines = Lines(lambda: settings().auth.sockets, door.still)
    return door


async def _note(tx: Tx, note: Note, *, user_id: str, address: str) -> None:
    await audit.note(
        tx, note.action, user_id=user_id, subject=note.subject, details=note.details, address=address
    )


def described() -> dict[str, Any]:
    """The OpenAPI document, for whoever makes a client of it."""
    return _routed().openapi()


def _routed() -> FastAPI:
    """Every route, over nothing yet."""
    app = FastAPI(
        title="Trailwright",
        version=__version__,
        openapi_url=f"{access.API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
    )
    for router in ROUTERS:
        app.include_router(router, prefix=access.API)
    docs.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


async def _follow(app: FastAPI, settings: Settings) -> None:
    app.state.settings = settings


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.installer.stop()
    await app.state.feed.close()
    await app.state.studio.close()
    await app.state.rates.close()
    if app.state.desk is not None:
        await app.state.desk.close()
