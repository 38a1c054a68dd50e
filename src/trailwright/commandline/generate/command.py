"""`trailwright generate`: one roadmap from the terminal, as a client of the product."""

import datetime as dt
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from trailwright.commandline.client import Away, Refused
from trailwright.commandline.configured import say, settings_for
from trailwright.commandline.folder import holder
from trailwright.commandline.generate.home import Elsewhere, Folder, Home
from trailwright.commandline.generate.interrupts import Interrupts
from trailwright.commandline.generate.output import folder_for, write
from trailwright.commandline.generate.session import End, Session
from trailwright.commandline.generate.views import Bars, Events, Lines, View
from trailwright.commandline.model import offer
from trailwright.commandline.output import put
from trailwright.commandline.trouble import Trouble
from trailwright.commandline.web_settings import as_set
from trailwright.settings import Settings

CANCELLED = 130
TERMINATED = 143
DRAIN_S = 3.0


@dataclass(frozen=True)
class Wishes:
    """What the learner says; None: not said."""

    goal: str | None
    hours_per_week: float | None = None
    weeks: int | None = None
    level: str | None = None
    language: str | None = None
    background: str | None = None
    motivation: str | None = None
    size: str | None = None

    def order(self, *, auto_approve: bool) -> dict[str, Any]:
        """The body of POST `/tasks/generate`."""
        deadline = None
        if self.weeks is not None:
            deadline = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=7 * self.weeks)).isoformat()
        said = {
            "learning_goal": self.goal,
            "available_hours_per_week": self.hours_per_week,
            "target_deadline": deadline,
            "current_level": self.level,
            "primary_language": self.language,
            "career_background": self.background,
            "motivation": self.motivation,
        }
        given = {name: value for name, value in said.items() if value is not None}
        if any(isinstance(value, str) and not _is_unicode(value) for value in given.values()):
            raise Trouble("what you said is not UTF-8 text.", 2)
        order: dict[str, Any] = {
            "preferences": given,
            "auto_approve": auto_approve,
        }
        return order | ({"size": self.size} if self.size else {})


def _is_unicode(text: str) -> bool:
    """Bytes of a command line that are no UTF-8 arrive as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


@dataclass(frozen=True)
class Manner:
    """How it is done."""

    yes: bool = False
    as_json: bool = False
    out: Path | None = None
    server: str | None = None
    resume: str | None = None
    data: Path | None = None

    def go_on(self, task_id: str) -> str:
        """The command that goes on with a task."""
        more = [("--data", self.data), ("--server", self.server), ("--out", self.out)]
        words = ["trailwright", "generate", "--resume", task_id]
        return shlex.join(
            words + [str(w) for name, value in more if value is not None for w in (name, value)]
        )


def run(wishes: Wishes, manner: Manner) -> int:
    """The exit code; raises `Trouble` when there is no task at all."""
    if (wishes.goal is None) == (manner.resume is None):
        raise Trouble("say what you want to learn, or --resume TASK_ID; one of the two.", 2)
    try:
        return _run(wishes, manner)
    except Trouble as trouble:
        if manner.as_json:
            put({"type": "result", "status": None, "error": _told(trouble), "exit_code": trouble.exit_code})
        raise


def _told(trouble: Trouble) -> dict[str, str]:
    return {"code": trouble.code if isinstance(trouble, Refused) else "not_done", "message": str(trouble)}


def _run(wishes: Wishes, manner: Manner) -> int:
    settings = settings_for(manner.data)
    order = wishes.order(auto_approve=manner.yes)
    out = folder_for(manner.out) if manner.out else None
    home = _home(settings, manner)
    with Interrupts() as interrupts:
        try:
            session = Session(home, _view(manner), interrupts, yes=manner.yes)
            end = session.follow(_begin(session, order, manner))
            return _finish(session, end, settings, manner, out)
        except Away:
            raise Trouble(f"{manner.server or 'the product'} cannot be reached. Is it running?") from None
        finally:
            left = home.leave(0.0 if interrupts.cancel else DRAIN_S)
            if left is not None and left.going:
                say(str(left))


def _home(settings: Settings, manner: Manner) -> Home:
    if manner.server:
        return Elsewhere(manner.server, settings)
    if holder(settings.data_dir) is None:
        offer(as_set(settings))
    return Folder(settings)


def _view(manner: Manner) -> View:
    if manner.as_json:
        return Events()
    console = Console(highlight=False)
    return Bars(console) if console.is_terminal and not console.is_dumb_terminal else Lines(console)


def _begin(session: Session, order: dict[str, Any], manner: Manner) -> str:
    if manner.resume is not None:
        return session.resume(manner.resume)
    return session.order(order)


def _finish(session: Session, end: End, settings: Settings, manner: Manner, out: Path | None) -> int:
    """Write what there is, say where it is and how to go on."""
    lines, code, written = list(end.lines), end.code, None
    if session.story.framework is not None and end.ended:
        try:
            written = write(session, settings, out)
        except Trouble as trouble:
            lines.append(f"It is not written out: {trouble}")
            code = code or 1
    if written is not None:
        lines.append(f"Everything is in {written}")
    elif end.ended and session.story.framework is not None:
        lines.append(f"Read it at {session.client.address}/roadmap/{session.roadmap_id}")
    if code not in {0, TERMINATED}:
        lines.append(f"Go on with: {manner.go_on(session.task_id)}")
    result = {
        "type": "result",
        "status": end.status,
        "task_id": session.task_id,
        "roadmap_id": session.roadmap_id,
        "out": str(written) if written else None,
        "progress": session.task.get("progress"),
        "usage": session.task.get("usage"),
        "exit_code": code,
    }
    if session.story.error:
        result["error"] = session.story.error
    session.view.result(result, lines)
    sys.stdout.flush()
    return code
