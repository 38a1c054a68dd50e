"""Where a finished roadmap is written to."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trailwright.commandline.client import Client, Refused
from trailwright.commandline.configured import say
from trailwright.commandline.folder import share_as_usual, why
from trailwright.commandline.generate.session import Session
from trailwright.commandline.trouble import Trouble
from trailwright.settings import Settings

if TYPE_CHECKING:
    from trailwright.exporting.contents import Contents

READABLE = "roadmaps"


def folder_for(out: Path) -> Path:
    """Make the folder before any work is done; raises `Trouble`."""
    try:
        if not out.is_dir():
            out.mkdir(parents=True, exist_ok=True)
            share_as_usual(out)
    except OSError as error:
        raise Trouble(why(error, out)) from None
    return out


def write(session: Session, settings: Settings, out: Path | None) -> Path | None:
    """`roadmap.json` and a folder of Markdown per concept; None when only the server has it.

    Without `out`: in the data folder, where the product of this machine keeps its things.
    """
    if out is None and not session.home.shares_disk:
        return None
    from trailwright.commandline.contents import contents_of  # noqa: PLC0415 - the database, only at the end
    from trailwright.exporting import contents, pages  # noqa: PLC0415 - as above

    roadmap = session.patiently(lambda client: client.get(f"/roadmaps/{session.roadmap_id}"))
    if session.home.shares_disk:
        found = asyncio.run(contents_of(settings, session.roadmap_id))
    else:
        found = _from_server(session.client, roadmap, contents.Contents())
    document = json.dumps({"roadmap": roadmap, **found.as_json()}, ensure_ascii=False, indent=1)
    target = out or settings.data_dir / READABLE / session.roadmap_id
    for name, text in [("roadmap.json", document), *pages.pages(roadmap["framework"], found)]:
        _save(target / name, text, shared=out is not None)
    return target


def _save(file: Path, text: str, *, shared: bool) -> None:
    try:
        new = [path for path in (file.parent, file) if not path.exists()]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        for path in new if shared else ():
            share_as_usual(path)
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
