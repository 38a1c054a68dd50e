"""What the terminal shows while a roadmap is made: bars at a terminal, else lines, or events."""

import sys
import time
from typing import Any, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from trailwright.commandline.generate.story import CONTENT_NAMES, StageState, Story
from trailwright.commandline.output import put
from trailwright.events.shapes import Event, EventType
from trailwright.kit.words import clean, duration, money, plural

STEPS = {
    "intent_analysis": "Understanding the goal",
    "curriculum_design": "Designing the way",
    "structure_validation": "Checking the plan",
    "validation_edit_plan_analysis": "Working out what to mend",
    "edit_plan_analysis": "Working out what to change",
    "roadmap_edit": "Changing the plan",
    "content_generation": "Writing",
}
WAITING = {"queued": "Starting", "human_review": "Your decision", "finalizing": "Finishing"}
_BAR, _NAME = 24, 32


class View(Protocol):
    """One way to show it."""

    console: Console
    """Where a person reads, and is asked."""

    def event(self, event: Event, story: Story) -> None:
        """Something happened; `story` has heard it."""

    def hold(self) -> None:
        """A question follows: nothing moves until `go`."""

    def go(self) -> None:
        """Go on showing."""

    def result(self, result: dict[str, Any], lines: list[str]) -> None:
        """The end: for programs `result`, for people `lines`."""


class Events:
    """`--json`: one event a line; what is for people goes to standard error."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)

    def event(self, event: Event, story: Story) -> None:
        """As it came."""
        del story
        put(event)

    def hold(self) -> None:
        """Nothing moves here."""

    def go(self) -> None:
        """Nothing moves here."""

    def result(self, result: dict[str, Any], lines: list[str]) -> None:
        """The last line is the result."""
        put(result)
        for line in lines:
            sys.stderr.write(f"{line}\n")


class Lines:
    """No terminal: a line for each step and each finished piece."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def event(self, event: Event, story: Story) -> None:
        """What a person wants to read later."""
        for line in told(event, story):
            self.console.print(line, soft_wrap=True)

    def hold(self) -> None:
        """Nothing moves here."""

    def go(self) -> None:
        """Nothing moves here."""

    def result(self, result: dict[str, Any], lines: list[str]) -> None:
        """In words."""
        del result
        for line in lines:
            self.console.print(Text(line), soft_wrap=True)


class Bars(Lines):
    """A terminal: the present step, then one bar per stage."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._story = Story()
        self._live: Live | None = None
        self.go()

    def event(self, event: Event, story: Story) -> None:
        """Steps stay as lines; pieces move the bars."""
        self._story = story
        if event["type"] != EventType.CONCEPT_COMPLETE:
            super().event(event, story)

    def hold(self) -> None:
        """The moving part leaves the screen."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def go(self) -> None:
        """The moving part comes back."""
        if self._live is None:
            self._live = Live(
                console=self.console, get_renderable=self._now, refresh_per_second=4, transient=True
            )
            self._live.start()

    def result(self, result: dict[str, Any], lines: list[str]) -> None:
        """The bars as they ended stay on the screen."""
        self.hold()
        if self._story.total:
            self.console.print(bars(self._story))
        super().result(result, lines)

    def _now(self) -> RenderableType:
        story = self._story
        if story.in_content:
            return Group(bars(story), Text(footer(story, time.monotonic()), style="dim"))
        doing = (STEPS | WAITING).get(story.folded.current_step, "Working")
        return Group(Text(f"◔ {doing} …"), Text(footer(story, time.monotonic()), style="dim"))


def told(event: Event, story: Story) -> list[Text]:
    """An event in words; most are none."""
    kind = event["type"]
    if kind == EventType.PROGRESS and event.get("status") == "completed" and event.get("step") in STEPS:
        return [Text(f"● {STEPS[event['step']]}: {clean(event.get('message', ''))}")]
    if kind in {EventType.CONCEPT_COMPLETE, EventType.CONCEPT_FAILED}:
        name = f"{clean(event.get('concept_name', ''))}: {CONTENT_NAMES.get(event['content_type'], '')}"
        if kind == EventType.CONCEPT_COMPLETE:
            return [Text(f"● {story.finished} of {story.total}  {name}")]
        return [Text(f"▲ {name} failed: {clean(event.get('error', {}).get('message', ''))}", style="red")]
    if kind == EventType.PAUSED:
        return [Text(f"‖ Paused. {clean(event.get('message', ''))}", style="yellow")]
    if kind == EventType.RESUMED:
        return [Text("● Going on.")]
    return []


def bars(story: Story) -> Table:
    """One bar per stage with what is being written."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, max_width=_NAME, overflow="ellipsis")
    table.add_column(width=_BAR)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for number, stage in enumerate(story.stages(), 1):
        bar = ProgressBar(total=max(stage.total, 1), completed=stage.finished, width=_BAR)
        count = Text(f"{stage.finished}/{stage.total}")
        table.add_row(Text(f"{number}  {clean(stage.name)}"), bar, count, _note(stage))
    return table


def _note(stage: StageState) -> Text:
    said = []
    if stage.failed:
        said.append((f"{stage.failed} failed  ", "red"))
    if stage.being_written:
        name, kind, percent = stage.being_written[0]
        more = f" and {len(stage.being_written) - 1} more" if len(stage.being_written) > 1 else ""
        far = f" {percent} %" if percent else ""
        said.append((f"{clean(name)}: {CONTENT_NAMES.get(kind, kind)}{far}{more}", "dim"))
    return Text.assemble(*said)


def footer(story: Story, now: float) -> str:
    """Pieces, tokens, money, time left."""
    used = story.usage
    said = [f"{story.finished} of {story.total} pieces"] if story.total else []
    if used:
        tokens = used.get("input_tokens", 0) + used.get("output_tokens", 0)
        said += [plural(tokens, "token", "tokens"), money(used.get("cost_usd", 0))]
    left = story.seconds_left(now)
    if left is not None and story.finished < story.total:
        said.append(f"about {duration(left)} left")
    return " · ".join(said)
