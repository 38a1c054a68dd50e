"""What the local model answers to the prompts of a mini roadmap, kept as it comes: three goals, one try each.

Run `.venv/bin/python -m tools.prompt_examples DATA_DIR` on a quiet machine, where the model is installed in
DATA_DIR. It writes docs/examples/prompts/{intent,mini_outline,tutorial,quiz}.md anew.
"""

import asyncio
import datetime as dt
import itertools
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from trailwright.agents import architect, intent, quiz, tutorial
from trailwright.agents.base import Rejected
from trailwright.agents.contexts import ContentContext, Learner
from trailwright.domain.preferences import Preferences
from trailwright.domain.prompt import Prompt
from trailwright.llm.gateway import Gateway
from trailwright.llm.local import LocalModel
from trailwright.settings import Settings

FOLDER = Path(__file__).parents[1] / "docs" / "examples" / "prompts"
GOALS = (
    ("Bake sourdough bread at home", "en"),
    ("学习围棋", "zh"),
    ("Learn SQL for data analysis, I know Excel", "en"),
)
HEAD = """# {name}: what the local model really answered

Kept as it came, one try a goal, by `python -m tools.prompt_examples`. What is rejected is asked again by
the product, with what was wrong.

| goal | read | written | seconds | verdict |
|---|---|---|---|---|
"""

T = TypeVar("T")


class Notebook:
    """Asks and writes down."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._rows: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)

    async def asks(self, name: str, goal: str, prompt: Prompt, parse: Callable[[str, str], T]) -> T | None:
        """What came of one answer; None when it was rejected."""
        answer = await self._gateway.call(prompt)
        made, verdict, why = None, "accepted", "Accepted."
        try:
            made = parse(answer.text, answer.finish)
        except Rejected as rejected:
            verdict, why = "rejected", f"Rejected: {rejected}"
        used = answer.usage
        seconds = round(answer.duration_ms / 1000)
        self._rows[name].append(
            f"| {goal} | {used.input_tokens} | {used.output_tokens} | {seconds} | {verdict} |\n"
        )
        form = "json" if prompt.schema else "markdown"
        self._texts[name].append(
            f"\n## {goal}\n\nPrompt `{prompt.digest}`. {why}\n\n````{form}\n{answer.text.strip()}\n````\n"
        )
        return made

    def write(self) -> None:
        """One page a prompt."""
        for name, rows in self._rows.items():
            page = HEAD.format(name=name) + "".join(rows) + "".join(self._texts[name])
            (FOLDER / f"{name}.md").write_text(page, encoding="utf-8")


async def walk(notes: Notebook, goal: str, language: str) -> None:
    """From the goal to the first lesson's quiz, as far as answers are accepted."""
    wishes = Preferences(learning_goal=goal, available_hours_per_week=4, primary_language=language)
    learner = Learner(wishes, "", "mini", dt.datetime.now(dt.UTC).date(), {})
    meant = await notes.asks(
        "intent", goal, intent.build(learner), lambda text, end: intent.parse(learner, text, end)
    )
    if meant is None:
        return
    outline = await notes.asks(
        "mini_outline",
        goal,
        architect.build_outline(learner, meant),
        lambda text, end: architect.parse_outline(learner, meant, text, end),
    )
    if outline is None:
        return
    numbers = itertools.count(1)
    tree = architect.assemble(
        learner, meant, outline, [], roadmap_id="example", mint=lambda kind: f"{kind}-{next(numbers)}"
    )
    about = ContentContext(learner, tree, next(tree.concepts()).concept_id)
    await notes.asks(
        "tutorial", goal, tutorial.build(about), lambda text, end: tutorial.parse(about, text, end)
    )
    await notes.asks("quiz", goal, quiz.build(about), quiz.Reader(about, "quiz"))


async def main(data_dir: Path) -> None:
    """All goals, then the pages."""
    settings = Settings(data_dir=data_dir)
    local = LocalModel(settings)
    gateway = Gateway(settings, local=local)
    notes = Notebook(gateway)
    for goal, language in GOALS:
        await walk(notes, goal, language)
    await gateway.close()
    await local.close()
    notes.write()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
