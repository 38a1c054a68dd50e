"""Routes about settings and the model. Only an admin (in local mode: the local user) may."""

from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request

from trailwright.configuration import commands, readiness, schemas, trials
from trailwright.configuration.catalogue import CATALOGUE, Entry, value_of
from trailwright.configuration.installing import Installation, Installer
from trailwright.configuration.live import Live
from trailwright.kit.api import AdminRoute, Me, Note, Write
from trailwright.kit.db import Tx
from trailwright.kit.log import Redactor, secret_values

MASK = "***"


def _live(request: Request) -> Live:
    return cast("Live", request.app.state.live)


def _installer(request: Request) -> Installer:
    return cast("Installer", request.app.state.installer)


Admin = Me
Now = Annotated[Live, Depends(_live)]
Installing = Annotated[Installer, Depends(_installer)]

router = APIRouter(route_class=AdminRoute, tags=["settings"])


@router.get("/settings", response_model=schemas.SettingList)
async def read_settings(admin: Admin, live: Now) -> dict[str, Any]:
    """Every setting that can be set here, what it is now and where that comes from."""
    del admin
    await live.refresh()
    return _listed(live)


@router.put("/settings", response_model=schemas.SettingList)
async def save_settings(
    admin: Admin, live: Now, write: Write, wish: schemas.SettingChanges
) -> dict[str, Any]:
    """Change some; what starts from now on works by them. One that is wrong refuses all."""
    await live.refresh()
    values = live.sealed(live.accepted(wish.changes))
    note = Note("settings_changed", details={"names": sorted(values)})
    await write(lambda tx: commands.save(tx, admin.user_id, values), note)
    await live.refresh()
    return _listed(live)


@router.post("/settings/test", response_model=schemas.TrialAnswer)
async def try_settings(request: Request, admin: Admin, live: Now, order: schemas.TrialOrder) -> trials.Tried:
    """One real call to a part as it would be with these values; nothing is saved."""
    del admin
    await live.refresh()
    candidate = live.candidate(live.accepted(order.values))
    same = candidate.llm.local_model == live.settings.llm.local_model
    local = request.app.state.local() if same else None
    return await trials.attempt(order.part, candidate, agent=order.agent, local=local)


@router.get("/model", response_model=schemas.ModelAnswer)
async def read_model(admin: Admin, live: Now, installer: Installing) -> dict[str, Any]:
    """Whether there is a model, which, and the local ones that can be had."""
    del admin
    settings = live.settings
    lack = await readiness.lack_of(settings, installer)
    installed = installer.installed()
    return {
        "configured": lack is None,
        "model": settings.llm.model,
        "problem": lack and asdict(lack),
        "choices": [
            {
                "name": model.name,
                "title": model.title,
                "licence": model.licence,
                "bytes": model.bytes,
                "to_fetch": installer.to_fetch(model.name),
                "installed": model.name in installed,
                "chosen": settings.llm.model == "local" and model.name == settings.llm.local_model,
            }
            for model in installer.models.values()
        ],
        "install": _told(installer.told),
    }


@router.get("/model/install", response_model=schemas.InstallAnswer)
async def read_install(admin: Admin, installer: Installing) -> dict[str, Any]:
    """How far the installation is."""
    del admin
    return _told(installer.told)


@router.post("/model/install", status_code=202, response_model=schemas.InstallAnswer)
async def install_model(
    admin: Admin, installer: Installing, write: Write, order: schemas.InstallOrder
) -> dict[str, Any]:
    """Get a local model in the background; the second of two joins the first."""
    del admin

    async def work(tx: Tx) -> dict[str, Any]:
        del tx
        return _told(installer.start(order.name))

    return await write(work, Note("model_install_started", order.name))


@router.delete("/model/install", response_model=schemas.InstallAnswer)
async def cancel_install(admin: Admin, installer: Installing, write: Write) -> dict[str, Any]:
    """Stop it; what is here already is kept, and the next one goes on from there."""
    del admin

    async def work(tx: Tx) -> dict[str, Any]:
        del tx
        return _told(installer.stop())

    return await write(work, Note("model_install_stopped"))


def _listed(live: Live) -> dict[str, Any]:
    redact = Redactor(secret_values(live.settings))
    return {"settings": [_setting(live, entry, redact) for entry in CATALOGUE.values()]}


def _setting(live: Live, entry: Entry, redact: Redactor) -> dict[str, Any]:
    source = live.source(entry.name)
    return {
        "name": entry.name,
        "value": _shown(value_of(live.settings, entry.name), entry, redact),
        "source": source,
        "locked": source == "environment",
        "kind": entry.kind,
        "default": entry.default,
        "description": entry.description,
        "choices": list(entry.choices) if entry.choices else None,
        "minimum": entry.minimum,
        "above": entry.above,
        "maximum": entry.maximum,
    }


def _shown(value: Any, entry: Entry, redact: Redactor) -> str | int | float | None:
    if entry.kind == "secret":
        return MASK if value is not None and value.get_secret_value() else None
    return redact(value) if isinstance(value, str) else cast("int | float | None", value)


def _told(one: Installation) -> dict[str, Any]:
    names = ("state", "name", "step", "done", "total", "source")
    fault = {"code": one.error_code, "message": one.error_message} if one.error_code else None
    return {name: getattr(one, name) for name in names} | {"error": fault}
