"""`trailwright doctor`: each part is tried for real; what is wrong is named with what to do."""

import asyncio
from pathlib import Path

from trailwright.commandline.configured import settings_for
from trailwright.commandline.doctor import machine, others, settings_list, several
from trailwright.commandline.doctor.findings import Finding, split
from trailwright.commandline.output import put
from trailwright.commandline.tables import print_rows
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.web_settings import live_of
from trailwright.configuration.live import Live
from trailwright.settings import Settings

_STYLES = {"ok": "green", "wrong": "red", "unset": "dim"}
_MARKS = {"ok": "ok", "wrong": "wrong", "unset": "-"}


def run(data: Path | None, *, only_settings: bool, as_json: bool) -> int:
    """0 when all is well, 1 when a part is wrong."""
    try:
        settings = settings_for(data)
    except Trouble as trouble:
        _show([split("settings", str(trouble).partition("\n")[2] or str(trouble))], as_json=as_json)
        return 1
    if only_settings:
        _list(asyncio.run(live_of(settings)), settings, as_json=as_json, by_option=data is not None)
        return 0
    found = asyncio.run(examine(settings))
    _show(found, as_json=as_json)
    return 1 if any(one.state == "wrong" for one in found) else 0


async def examine(settings: Settings) -> list[Finding]:
    """All parts, one after the other: what one does must not disturb another."""
    live = await live_of(settings)
    settings = settings if live is None else live.settings
    folder = await machine.data_folder(settings)
    found = [folder]
    if folder.state == "ok":
        found += [
            await machine.database(settings),
            *await several.connections(settings),
            await machine.stored_texts(settings),
            await machine.running(settings),
        ]
    found += await several.broker(settings)
    found.append(await machine.clock(settings))
    local = await others.local_model(settings)
    found.append(local)
    found += await others.models(settings)
    found.append(await others.search(settings))
    found += await others.covers(settings)
    return found


def _show(found: list[Finding], *, as_json: bool) -> None:
    if as_json:
        passed = all(one.state != "wrong" for one in found)
        put({"parts": [one.as_json() for one in found], "passed": passed})
        return
    lines = [(_MARKS[one.state], one.part, f"{one.words}. {one.advice}".rstrip(". ")) for one in found]
    print_rows(lines, [_STYLES[one.state] for one in found])


def _list(live: Live | None, settings: Settings, *, as_json: bool, by_option: bool) -> None:
    web = live.web if live is not None else ()
    rows = settings_list.rows(live.settings if live else settings, web, by_option=by_option)
    if as_json:
        put({"settings": rows})
        return
    print_rows([(row["name"], row["source"], _told(row["value"])) for row in rows])


def _told(value: object) -> str:
    if value is None:
        return "-"
    return ", ".join(value) or "-" if isinstance(value, list) else str(value)
