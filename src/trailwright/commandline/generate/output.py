"""Where a finished roadmap is written to."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailwright.commandline.client import Client, Refused
from trailwright.commandline.configured import say
from trailwright.commandline.folder import why
from trailwright.commandline.generate.session import Session
from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

if TYPE_CHECKING:
    from trailwright.commandline.contents import Contents

READABLE = "roadmaps"


def folder_for(out: Path) -> Path:
    """Make the folder before any work is done; raises `Trouble`."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(why(error, out)) from None
    return out


def write(session: Session, settings: Settings, out: Path | None) -> Path | None:
    """`roadmap.json` and a folder of Markdown per concept; None when only the server has it.

    Without `out`: in the data folder, where the product of this machine keeps its things.
    """
    if out is None and not session.home.shares_disk:
        return None
    from trailwright.commandline import contents, pages  # noqa: PLC0415 - the database, and only at the end

    roadmap = session.patiently(lambda client: client.get(f"/roadmaps/{session.roadmap_id}"))
    if session.home.shares_disk:
        found = asyncio.run(contents.contents_of(settings, session.roadmap_id))
    else:
        found = _from_server(session.client, roadmap, contents.Contents())
    target = folder_for(out or settings.data_dir / READABLE / session.roadmap_id)
    document = {"roadmap": roadmap, **found.as_json()}
    _save(target / "roadmap.json", json.dumps(document, ensure_ascii=False, indent=1))
    for name, text in pages.pages(roadmap["framework"], found):
        _save(target / name, text)
    return target


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Trouble(why(error, file.parent)) from None


def _from_server(client: Client, roadmap: dict[str, Any], contents: "Contents") -> "Contents":
    """What another machine tells: keys of quizzes stay there."""
    say("the quizzes are written without their keys: those do not leave the server.")
    base = f"/roadmaps/{roadmap['roadmap_id']}/concepts"
    concepts = [c for s in roadmap["framework"]["stages"] for m in s["modules"] for c in m["concepts"]]
    for concept_id in (concept["concept_id"] for concept in concepts):
        for kind, path in (
            ("tutorials", "tutorials/latest"),
            ("resources", "resources"),
            ("quizzes", "quiz"),
        ):
            try:
                found = client.get(f"{base}/{concept_id}/{path}")
                if kind == "tutorials":
                    found["markdown"] = client.text(f"{base}/{concept_id}/{path}/content")
            except Refused:
                continue  # not made
            getattr(contents, kind)[concept_id] = found
    return contents
