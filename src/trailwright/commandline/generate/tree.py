"""A framework as a person reviews it."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from trailwright.domain.framework import Concept, Framework
from trailwright.kit.words import clean, duration, hours, money, plural


def framework_tree(
    framework: Framework, findings: list[dict[str, Any]], quoted: dict[str, Any]
) -> RenderableType:
    """Stages, modules and concepts with their hours, what was left out, what the checks still say.

    Last what writing it will take, as `/tasks/quote` says.
    """
    tree = Tree(Text(clean(framework.title), style="bold"), guide_style="dim")
    for number, stage in enumerate(framework.stages, 1):
        spent = sum(c.estimated_hours for m in stage.modules for c in m.concepts)
        leg = tree.add(
            Text.assemble((f"{number}  {clean(stage.name)}", "bold"), (f"  {hours(spent)}", "dim"))
        )
        for module in stage.modules:
            branch = leg.add(Text(clean(module.name)))
            for concept in module.concepts:
                branch.add(_concept(concept))
    return Group(tree, Text(), *_below(framework, findings), _price(quoted))


def _concept(concept: Concept) -> Text:
    facts = f"  {hours(concept.estimated_hours)}, {concept.difficulty}"
    return Text.assemble(clean(concept.name), (facts + (", optional" if concept.optional else ""), "dim"))


def _price(quoted: dict[str, Any]) -> Text:
    takes = f"about {duration(60 * quoted['minutes'])}, {money(quoted['cost_usd'])}"
    basis = "measured here" if quoted["measured"] else "a first estimate"
    return Text(f"Writing it: {plural(quoted['calls'], 'call', 'calls')} to the model, {takes} ({basis})")


def _below(framework: Framework, findings: list[dict[str, Any]]) -> list[Text]:
    count = sum(1 for _ in framework.concepts())
    weeks = framework.recommended_completion_weeks
    lines = [
        Text(
            f"{plural(count, 'concept', 'concepts')} · {hours(framework.total_estimated_hours)} · "
            f"about {weeks:g} {'week' if weeks == 1 else 'weeks'}"
        )
    ]
    lines += [Text(f"Left out: {clean(one.name)} ({clean(one.reason)})") for one in framework.left_out]
    lines += [Text(f"Still open: {clean(str(one.get('message', '')))}", style="yellow") for one in findings]
    return lines
