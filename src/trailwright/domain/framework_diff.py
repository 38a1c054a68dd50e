"""What changed between two versions of a framework. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from trailwright.domain.framework import Concept, Framework, Module, Stage

Op = Literal["add", "remove", "update", "move"]
Node = Stage | Module | Concept

_CHILDREN = {"stages", "modules", "concepts"}
_DERIVED = {"order", "total_estimated_hours", "recommended_completion_weeks"}
_NAMES: dict[Op, str] = {"add": "added", "remove": "removed", "update": "changed", "move": "moved"}


class Change(BaseModel):
    """One change of one node (contract section 4, `/framework/{version}/diff`).

    `path`: `stages/{id}/modules/{id}/concepts/{id}`, after the change (before it, for `remove`), and for
    `update` the field behind it. `before` and `after`: the field (`update`), the node without its children
    (`add`, `remove`), or `{"parent", "index"}`, index from 0 (`move`). A change of the roadmap's own fields
    has its roadmap id as `node_id` and only the field as path.
    """

    model_config = ConfigDict(frozen=True)

    op: Op
    node_id: str
    path: str
    before: Any = None
    after: Any = None

    def as_json(self) -> dict[str, Any]:
        """What is sent: without `before` or `after` where there is none."""
        absent = {"add": {"before"}, "remove": {"after"}}.get(self.op, set())
        return self.model_dump(mode="json", exclude=absent)


@dataclass(frozen=True)
class _Placed:
    node: Node
    path: str
    parent: str
    index: int


def diff(before: Framework, after: Framework) -> list[Change]:
    """Changes from `before` to `after`: removed, added, moved, updated, each in reading order.

    Derived fields (order, totals) are no change of their own. Of siblings that were re-ordered, only as
    few as can be are named as moved.
    """
    old, new = _placed(before), _placed(after)
    changes = [_gone(old[i], i) for i in old if i not in new]
    changes += [_come(new[i], i) for i in new if i not in old]
    moved = _moved(old, new)
    changes += [_move(old[i], new[i], i) for i in new if i in moved]
    for i in new:
        if i in old:
            changes += _updates(old[i].node, new[i].node, i, f"{new[i].path}/")
    changes += _updates(before, after, after.roadmap_id, "")
    return changes


def changed_node_ids(before: Framework, after: Framework) -> list[str]:
    """Ids of stages, modules and concepts that were added, removed, moved or updated, each once."""
    nodes = before.node_ids() | after.node_ids()
    return list(dict.fromkeys(c.node_id for c in diff(before, after) if c.node_id in nodes))


def summary(changes: Sequence[Change]) -> str:
    """One line for the history, such as `1 concept added, 2 modules moved`; `no change` without any."""
    counts: dict[tuple[Op, str], set[str]] = {}
    for change in changes:
        counts.setdefault((change.op, _kind(change)), set()).add(change.node_id)
    parts = [
        f"{len(ids)} {kind}{'s' if len(ids) > 1 else ''} {_NAMES[op]}" for (op, kind), ids in counts.items()
    ]
    return ", ".join(parts) or "no change"


def _kind(change: Change) -> str:
    parts = change.path.split("/")
    nodes = len(parts) - (1 if change.op == "update" else 0)
    return {0: "roadmap field", 2: "stage", 4: "module", 6: "concept"}.get(nodes, "node")


def _placed(framework: Framework) -> dict[str, _Placed]:
    """Every node by id, with where it stands, in reading order."""
    found: dict[str, _Placed] = {}
    for i, stage in enumerate(framework.stages):
        at = f"stages/{stage.stage_id}"
        found[stage.stage_id] = _Placed(stage, at, "", i)
        for j, module in enumerate(stage.modules):
            below = f"{at}/modules/{module.module_id}"
            found[module.module_id] = _Placed(module, below, stage.stage_id, j)
            for k, concept in enumerate(module.concepts):
                path = f"{below}/concepts/{concept.concept_id}"
                found[concept.concept_id] = _Placed(concept, path, module.module_id, k)
    return found


def _gone(placed: _Placed, node_id: str) -> Change:
    return Change(op="remove", node_id=node_id, path=placed.path, before=_fields(placed.node))


def _come(placed: _Placed, node_id: str) -> Change:
    return Change(op="add", node_id=node_id, path=placed.path, after=_fields(placed.node))


def _move(old: _Placed, new: _Placed, node_id: str) -> Change:
    return Change(
        op="move",
        node_id=node_id,
        path=new.path,
        before={"parent": old.parent, "index": old.index},
        after={"parent": new.parent, "index": new.index},
    )


def _fields(node: BaseModel) -> dict[str, Any]:
    return node.model_dump(mode="json", exclude=_CHILDREN | _DERIVED)


def _updates(old: BaseModel, new: BaseModel, node_id: str, prefix: str) -> list[Change]:
    a, b = _fields(old), _fields(new)
    return [
        Change(op="update", node_id=node_id, path=f"{prefix}{field}", before=a.get(field), after=b[field])
        for field in b
        if a.get(field) != b[field] and field != "roadmap_id"
    ]


def _moved(old: dict[str, _Placed], new: dict[str, _Placed]) -> set[str]:
    """Nodes with another parent, and the fewest siblings whose moving explains the new order."""
    moved = {i for i in new if i in old and new[i].parent != old[i].parent}
    siblings: dict[str, list[str]] = {}
    for i, placed in new.items():
        if i in old and i not in moved:
            siblings.setdefault(placed.parent, []).append(i)
    for group in siblings.values():
        steady = _longest_rising([old[i].index for i in group])
        moved |= {group[k] for k in range(len(group)) if k not in steady}
    return moved


def _longest_rising(numbers: Iterable[int]) -> set[int]:
    """Positions of a longest rising subsequence; quadratic, for a handful of siblings."""
    values = list(numbers)
    length = [1] * len(values)
    came_from = [-1] * len(values)
    for i, value in enumerate(values):
        for j in range(i):
            if values[j] < value and length[j] >= length[i]:
                length[i], came_from[i] = length[j] + 1, j
    steady: set[int] = set()
    at = max(range(len(values)), key=length.__getitem__, default=-1)
    while at >= 0:
        steady.add(at)
        at = came_from[at]
    return steady
