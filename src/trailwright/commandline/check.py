"""`trailwright check`: the quality rules over a file, or over a roadmap of this installation."""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

from trailwright.commandline.check_roadmap import judge_roadmap_here, links_in
from trailwright.commandline.configured import settings_for
from trailwright.commandline.output import put
from trailwright.commandline.tables import print_rows
from trailwright.commandline.trouble import Trouble
from trailwright.kit.words import plural
from trailwright.quality.judged import Judged, gate, score
from trailwright.quality.report import Kind, NotCheckableError, judge, read, report
from trailwright.research.links import checker_from_settings

NOT_JUDGED = 2
OUTPUT_FILE = "roadmap.json"
_AT_ONCE = 16

Report = dict[str, Any]
Places = Mapping[str, str]
"""URL → where it stands."""


def run(what: str, kind: str | None, data: Path | None, *, links: bool, as_json: bool) -> int:
    """0 when no gate failed, 1 when one did. Raises `Trouble` (2) for what cannot be judged."""
    if kind is not None and kind not in get_args(Kind):
        raise Trouble(f"--kind is one of {', '.join(get_args(Kind))}.", NOT_JUDGED)
    path = Path(what)
    path = path / OUTPUT_FILE if path.is_dir() else path
    if path.is_file():
        found, places = _judge_file(path, cast("Kind | None", kind))
    elif path.suffix or len(path.parts) > 1:
        raise Trouble(f"there is no file {what}.", NOT_JUDGED)
    else:
        found, places = asyncio.run(judge_roadmap_here(settings_for(data), what))
    if links:
        found = asyncio.run(_with_links(found, places, data))
    _show(found, as_json=as_json)
    return 0 if found["passed"] else 1


def _judge_file(path: Path, kind: Kind | None) -> tuple[Report, Places]:
    try:
        named, document = read(path.name, path.read_bytes(), kind)
        found = judge(named, document, today=dt.datetime.now(tz=dt.UTC).date())
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}", NOT_JUDGED) from None
    except NotCheckableError as wrong:
        raise Trouble(f"{path} cannot be judged: {wrong}", NOT_JUDGED) from None
    places = dict.fromkeys(links_in(document), path.name) if isinstance(document, str) else {}
    return found, places


async def _with_links(found: Report, places: Places, data: Path | None) -> Report:
    """The report with T9: each link opened, through the guard."""
    checker = checker_from_settings(settings_for(data))
    turn = asyncio.Semaphore(_AT_ONCE)

    async def look(url: str) -> str:
        async with turn:
            return (await checker.check_link(url)).status

    try:
        states = await asyncio.gather(*(look(url) for url in places))
    finally:
        await checker.aclose()
    dead = [gate("T9", places[url], f"the link is dead: {url}") for url in _of("dead", places, states)]
    doubtful = [
        score("T9", places[url], f"no clear answer from {url}") for url in _of("unknown", places, states)
    ]
    more = report([Judged("T9", "gate", dead), Judged("T9", "score", doubtful)])
    return {
        "findings": [*found["findings"], *more["findings"]],
        "skipped": [check for check in found["skipped"] if check != "T9"],
        "passed": found["passed"] and more["passed"],
    }


def _of(state: str, places: Places, states: Sequence[str]) -> list[str]:
    return [url for url, found in zip(places, states, strict=True) if found == state]


def _show(found: Report, *, as_json: bool) -> None:
    if as_json:
        put(found)
        return
    rows = [[one[key] for key in ("check", "level", "where", "message")] for one in found["findings"]]
    print_rows(rows, ["red" if one["level"] == "gate" else "" for one in found["findings"]])
    if found["skipped"]:
        print_rows([[f"Not judged, for what they need is not there: {', '.join(found['skipped'])}"]])
    failed = sum(one["level"] == "gate" for one in found["findings"])
    print_rows([["Passed." if found["passed"] else f"Failed: {plural(failed, 'gate', 'gates')}."]])
