"""The composition root: all routes over one process's parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

from fastapi import FastAPI
from fastapi.routing import APIRoute

from trailwright import __version__
from trailwright.api import access, docs, health, metrics, pages, problems, quotes, reach, tracing
from trailwright.configuration.api import router as configuration
from trailwright.configuration.installing import Installer
from trailwright.configuration.live import Live
from trailwright.contents.api import router as contents
from trailwright.covers.api import router as covers
from trailwright.covers.studio import Studio
from trailwright.events.bus import Bus
from trailwright.events.socket import router as sockets
from trailwright.events.tailer import Feed
from trailwright.exporting.api import router as exports
from trailwright.kit.api import Ground
from trailwright.kit.db import Database
from trailwright.kit.storage import Storage
from trailwright.learning.api import router as learning
from trailwright.llm.shapes import LocalRuntime
from trailwright.roadmaps.api import own as own_roadmaps
from trailwright.roadmaps.api import router as roadmaps
from trailwright.settings import Settings
from trailwright.tasks.api import router as tasks
from trailwright.tasks.queries import head
from trailwright.users.api import router as users
from trailwright.users.commands import once
from trailwright.work.runtime import Runtime

ROUTERS = (
    tasks,
    quotes.router,
    roadmaps,
    own_roadmaps,
    contents,
    covers,
    learning,
    users,
    exports,
    configuration,
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


def create_app(
    runtime: Parts, *, mode: Literal["local"] = "local", web_dist: Path = pages.WEB_DIST
) -> FastAPI:
    """The application over an open runtime; starting and closing the runtime is the caller's.

    A whole `Runtime` also tells of itself at `/metrics`. `mode`: `local`, the only one yet: see `access`.
    Before the server stops, `await app.state.feed.close()` ends all sockets and streams.
    """
    del mode
    app = _routed()
    app.state.ground = Ground(runtime.db, runtime.storage, access.guard, once)
    app.state.live = runtime.live
    app.state.settings = runtime.live.settings
    runtime.live.listen(partial(_follow, app))
    app.state.local = lambda: runtime.local
    app.state.installer = Installer(runtime.live.base.data_dir)
    app.state.feed = Feed(runtime.db, runtime.bus, head)
    app.state.probe = health.StorageProbe()
    app.state.studio = Studio()
    problems.install(app)
    if isinstance(runtime, Runtime):
        metrics.install(app, runtime, app.state.feed)
    pages.install(app, web_dist)
    app.add_middleware(access.Access)
    app.add_middleware(access.RequestId)
    app.add_middleware(tracing.Traced)
    return app


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
