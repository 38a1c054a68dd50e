"""An edit plan: which nodes may be touched, and how. Pure."""

from pydantic import BaseModel, Field
from rapidfuzz import fuzz

from trailwright.agents.schemas import Action, PlannedChange
from trailwright.agents.tree import names, node_at, numbers
from trailwright.domain.framework import Framework

SAME_NAME = 90
"""Token-sort ratio, 0-100, from which a name means a node, if it is the only one."""


class Change(BaseModel):
    """One change. `node_id`: the node concerned; for `add` what the new one goes into, empty for the root."""

    action: Action
    node_id: str
    instruction: str


class EditPlan(BaseModel):
    """What may be changed: these nodes and new ones, nothing else."""

    summary: str
    changes: list[Change] = Field(default_factory=list)

    def of(self, *actions: Action) -> list[Change]:
        """The changes with one of these actions."""
        return [change for change in self.changes if change.action in actions]

    @property
    def touched(self) -> frozenset[str]:
        """Ids of the nodes that may be changed, moved or removed; empty text for the root's title."""
        return frozenset(change.node_id for change in self.of("update", "remove", "move"))

    def lines(self, framework: Framework) -> list[str]:
        """The changes in words, with numbers and names of nodes, for a prompt."""
        number, name = numbers(framework), names(framework)
        return [
            f'{c.action} {number.get(c.node_id, "")} "{name.get(c.node_id, "the roadmap")}": {c.instruction}'
            for c in self.changes
        ]


def usable(framework: Framework, planned: list[PlannedChange]) -> list[Change]:
    """The changes whose node exists; nodes are found by number, id or, where only one fits, by name.

    The root (an empty node) can only be added to, or updated: its title. A node that is removed has no
    other change. A removal that would leave no concept is dropped.
    """
    changes: list[Change] = []
    left = {c.concept_id for c in framework.concepts()}
    for change in planned:
        node = _found(framework, change.node)
        if node is None and (change.node.strip() or change.action not in {"add", "update"}):
            continue
        if change.action == "remove" and node is not None:
            if not left - _below(framework, node):
                continue
            left -= _below(framework, node)
        changes.append(Change(action=change.action, node_id=node or "", instruction=change.instruction))
    removed = {c.node_id for c in changes if c.action == "remove"}
    kept = [c for c in changes if c.node_id not in removed or c.action == "remove"]
    return list({(c.action, c.node_id, c.instruction): c for c in kept}.values())


def _below(framework: Framework, node: str) -> set[str]:
    """Ids of the concepts that a node holds, or is."""
    return {c.concept_id for s, m, c in framework.walk() if node in {s.stage_id, m.module_id, c.concept_id}}


def _found(framework: Framework, wanted: str) -> str | None:
    node = node_at(framework, wanted)
    if node is not None:
        return node
    text = wanted.casefold().strip()
    near = [
        node
        for node, name in names(framework).items()
        if text and fuzz.token_sort_ratio(name.casefold(), text) >= SAME_NAME
    ]
    return near[0] if len(near) == 1 else None
