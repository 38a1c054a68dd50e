"""One task, followed to its end: events heard, decisions asked, Ctrl-C passed on."""

import contextlib
import queue
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from trailwright.commandline.client import Away, Client, Refused
from trailwright.commandline.generate import asking
from trailwright.commandline.generate.follow import Follower, Lost
from trailwright.commandline.generate.home import Home
from trailwright.commandline.generate.interrupts import Interrupts
from trailwright.commandline.generate.story import Story
from trailwright.commandline.generate.tree import framework_tree
from trailwright.commandline.generate.views import View
from trailwright.commandline.trouble import Trouble
from trailwright.domain.framework import Framework
from trailwright.domain.lifecycle import TERMINAL, TaskStatus
from trailwright.events.shapes import Event, EventType
from trailwright.kit.words import clean

T = TypeVar("T")
USAGE_EVERY_S = 2.0
PATIENCE_S = 60.0
_ID = re.compile(r"[A-Za-z0-9_-]{1,160}")
_LOOKS_EVERY_S = 0.2
_CANCELLED_WITHIN_S = 10.0
CODES = {
    TaskStatus.COMPLETED.value: 0,
    TaskStatus.PARTIAL_FAILURE.value: 3,
    TaskStatus.FAILED.value: 4,
    TaskStatus.CANCELLED.value: 130,
}
UNDECIDED, FAILED, LEFT = 2, 4, 143


@dataclass(frozen=True)
class End:
    """How the session ended. `ended`: the task itself has."""

    status: str
    code: int
    lines: tuple[str, ...]
    ended: bool


class Session:
    """`order` or `resume`, then `follow`."""

    def __init__(self, home: Home, view: View, interrupts: Interrupts, *, yes: bool) -> None:
        self.home = home
        self.view = view
        self.story = Story()
        self.task: dict[str, Any] = {}
        self.task_id = ""
        self.roadmap_id = ""
        self._interrupts = interrupts
        self._yes = yes
        self._cancelling_since: float | None = None
        self._usage_at = 0.0
        self.client = home.client()

    def order(self, body: dict[str, Any]) -> str:
        """Start a new roadmap; the task's id. Raises `Refused` for what the product does not take."""
        accepted = self.client.post("/tasks/generate", body)
        self.task_id, self.roadmap_id = accepted["task_id"], accepted["roadmap_id"]
        return self.task_id

    def resume(self, task_id: str) -> str:
        """Go on with a task: retried when it has ended, resumed when paused, else only followed."""
        if not _ID.fullmatch(task_id):
            raise Trouble(f"there is no such task: {task_id}")
        self.task_id = task_id
        self.task = self.client.get(f"/tasks/{task_id}")
        self.roadmap_id = self.task["roadmap_id"]
        self._read_log()
        status = self.task["status"]
        if status == TaskStatus.PAUSED:
            self.client.post(f"/tasks/{task_id}/resume")
        elif status in TERMINAL and status != TaskStatus.COMPLETED:
            self._retry()
        return task_id

    def _retry(self) -> None:
        try:
            self.client.post(f"/tasks/{self.task_id}/retry")
        except Refused as refused:
            if refused.code != "nothing_to_retry":
                raise

    def _read_log(self) -> None:
        while True:
            page = self.client.get(f"/tasks/{self.task_id}/events", after_seq=self.story.folded.last_seq)
            for event in page["events"]:
                self.story.hear(event, time.monotonic())
            if not page["events"]:
                return

    def follow(self, task_id: str) -> End:
        """Until the task ends, waits for somebody who is not here, or the person stops it."""
        self._look_at_framework()
        if self.story.folded.ended is not None and self._task_has_ended():
            return self._ended(self.story.folded.ended)
        if self.story.folded.under_review and (end := self._review(self._asked_before())):
            return end
        follower = Follower(self.home, task_id, self.story.folded.last_seq)
        follower.start()
        while True:
            with contextlib.suppress(queue.Empty):
                news = follower.news.get(timeout=_LOOKS_EVERY_S)
                if isinstance(news, Lost):
                    return self._stopped("lost", FAILED, f"{news.words}.")
                if end := self._hear(news):
                    return end
            if end := self._between():
                return end

    def _task_has_ended(self) -> bool:
        self.task = self.client.get(f"/tasks/{self.task_id}")
        return self.task["status"] in TERMINAL

    def _asked_before(self) -> Event:
        """The question that is open, as the task tells it."""
        data = self.task.get("data") or {}
        return {"step": self.task.get("current_step"), "data": data}

    def _hear(self, event: Event) -> End | None:
        self.story.hear(event, time.monotonic())
        self.view.event(event, self.story)
        kind = event["type"]
        if kind == EventType.HUMAN_REVIEW_REQUIRED:
            return self._review(event)
        if kind == EventType.CONCEPTS_CHANGED or (self.story.in_content and self.story.framework is None):
            self._look_at_framework()
        if kind == EventType.PAUSED and "error" in event:
            words = clean(event["error"].get("message", ""))
            return self._stopped(TaskStatus.PAUSED.value, FAILED, f"Paused: {words}")
        return self._ended(self.story.folded.ended) if self.story.folded.ended else None

    def _between(self) -> End | None:
        """What is due between events: the person's wish to stop, and what it costs so far."""
        if self._interrupts.leave:
            return self._stopped("left", LEFT, "Left; the task goes on when the product runs.")
        if self._interrupts.cancel and self._cancelling_since is None:
            self._cancelling_since = time.monotonic()
            with contextlib.suppress(Refused, Away):
                self.client.post(f"/tasks/{self.task_id}/cancel", {"reason": "Ctrl-C"})
        waited = time.monotonic() - (self._cancelling_since or time.monotonic())
        if waited > _CANCELLED_WITHIN_S:
            return self._stopped("left", 130, "The server did not confirm that it stopped.")
        if time.monotonic() - self._usage_at > USAGE_EVERY_S:
            self._usage_at = time.monotonic()
            with contextlib.suppress(Refused, Away):
                self._look_at_task()
        return None

    def _look_at_task(self) -> None:
        self.task = self.client.get(f"/tasks/{self.task_id}")
        self.story.usage = self.task["usage"]

    def patiently(self, ask: Callable[[Client], T]) -> T:
        """The answer, from whichever server has it by then; raises `Away` after a minute."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return ask(self.client)
            except Away:
                if time.monotonic() > until:
                    raise
            time.sleep(_LOOKS_EVERY_S)
            self.client = self.home.client()

    def _look_at_framework(self) -> int:
        answer = self.patiently(lambda client: client.get(f"/roadmaps/{self.roadmap_id}/framework"))
        if answer["framework"] is not None:
            self.story.framework = Framework.model_validate(answer["framework"])
        return int(answer["version"])

    def _ended(self, status: str) -> End:
        self.patiently(lambda _: self._look_at_task())
        self._look_at_framework()
        story = self.story
        reason = f" {clean(story.error['message'])}" if story.error else ""
        lines = {
            TaskStatus.COMPLETED.value: f"Done: {story.total} pieces.",
            TaskStatus.PARTIAL_FAILURE.value: f"{story.failed} of {story.total} pieces failed.",
            TaskStatus.FAILED.value: f"It failed.{reason}",
            TaskStatus.CANCELLED.value: "Stopped. What is finished stays.",
        }
        return End(status, CODES[status], (lines[status],), ended=True)

    def _stopped(self, status: str, code: int, words: str) -> End:
        with contextlib.suppress(Away, Refused):
            self._look_at_task()
        return End(status, code, (words,), ended=False)

    def _review(self, event: Event) -> End | None:
        """Ask, or decide as `--yes` says; an `End` when nobody is here to ask."""
        data = event.get("data") or {}
        version = int(data.get("version") or 0)
        questions = data.get("questions") or []
        self.view.hold()
        try:
            if not questions:
                version = self._look_at_framework()
                self._show(data)
            if not self._yes and not sys.stdin.isatty():
                words = "A decision is needed and nobody is at the terminal; --yes approves."
                return self._stopped(TaskStatus.HUMAN_REVIEW_PENDING.value, UNDECIDED, words)
            self._decide(version, questions)
        except asking.NobodyAnswers:
            words = "The plan waits for your decision."
            return self._stopped(TaskStatus.HUMAN_REVIEW_PENDING.value, UNDECIDED, words)
        except KeyboardInterrupt:
            self.view.console.print()
        finally:
            self.view.go()
        return None

    def _show(self, data: dict[str, Any]) -> None:
        if self.story.framework is None:
            return
        body = {"roadmap_id": self.roadmap_id}
        quoted = self.patiently(lambda client: client.post("/tasks/quote", body))
        findings = data.get("findings") or []
        self.view.console.print(framework_tree(self.story.framework, findings, quoted))

    def _decide(self, version: int, questions: list[dict[str, Any]]) -> None:
        body: dict[str, Any] = {"decision": "approve", "version": version}
        if questions and not self._yes:
            body["answers"] = self._asked(lambda: asking.answers(self.view.console, questions))
        elif questions:
            body["answers"] = {}
        elif not self._yes:
            word = self._asked(lambda: asking.decide(self.view.console))
            body |= {"decision": word.decision} | ({"feedback": word.feedback} if word.feedback else {})
        try:
            self.patiently(lambda client: client.post(f"/tasks/{self.task_id}/review", body))
        except Refused as refused:
            if refused.status != 409:  # noqa: PLR2004 - decided elsewhere meanwhile, or edited: an event tells
                raise

    def _asked(self, question: Callable[[], T]) -> T:
        self._interrupts.asking = True
        try:
            if self._interrupts.any:
                raise KeyboardInterrupt
            return question()
        finally:
            self._interrupts.asking = False
