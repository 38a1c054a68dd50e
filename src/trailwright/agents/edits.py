"""Carries out an edit plan on a framework: operations on nodes, nothing else changes. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from trailwright.agents.assembly import names_in
from trailwright.agents.growth import NewNode, grown_concepts, grown_module, grown_stage
from trailwright.agents.plans import EditPlan
from trailwright.agents.schemas import EditOperation
from trailwright.agents.tree import node_at, with_each
from trailwright.domain.framework import MAX_HOURS, MIN_HOURS, Concept, Framework, Module, Stage
from trailwright.domain.framework_dedupe import without_concepts
from trailwright.domain.framework_fit import with_totals
from trailwright.domain.framework_order import positions

Mint = Callable[[str], str]
Node = Stage | Module | Concept
N = TypeVar("N", Stage, Module, Concept)
_NONE = frozenset({"none", "-", "[]"})


def applied(
    framework: Framework, plan: EditPlan, operations: Sequence[EditOperation], mint: Mint
) -> Framework:
    """The framework after the planned changes; operations on other nodes are ignored.

    Removals come from the plan alone. A module or stage left empty goes. Prerequisites that no longer stand
    earlier are dropped; totals are made new at the old pace. The framework given is not changed.
    """
    work = _Work(framework, framework.model_copy(deep=True), plan, mint)
    for operation in operations:
        work.update(operation)
    for operation in operations:
        work.move(operation)
    work.add(operations)
    work.link()
    gone = removed_concepts(framework, plan)
    return with_totals(_in_reading_order(without_concepts(work.tree, dict.fromkeys(gone))))


def removed_concepts(framework: Framework, plan: EditPlan) -> set[str]:
    """Ids of all concepts that go with the nodes the plan removes."""
    going = {change.node_id for change in plan.of("remove")}
    return {c.concept_id for s, m, c in framework.walk() if going & {s.stage_id, m.module_id, c.concept_id}}


def node_id(node: Node) -> str:
    """The id of a node of any level."""
    match node:
        case Stage():
            return node.stage_id
        case Module():
            return node.module_id
        case Concept():
            return node.concept_id


@dataclass
class _Work:
    """One edit under way on a deep copy; `before` gives the numbers that operations speak of."""

    before: Framework
    tree: Framework
    plan: EditPlan
    mint: Mint
    wanted: dict[str, list[str]] = field(default_factory=dict)
    """Prerequisites, as names or numbers, of concepts whose prerequisites are set."""

    def update(self, operation: EditOperation) -> None:
        """New words and facts for a node planned to be updated; the root has a title only."""
        node = node_at(self.before, operation.node) or ""
        if operation.op == "add" or node not in {c.node_id for c in self.plan.of("update")}:
            return
        if not node:
            self.tree.title = operation.name or self.tree.title
            return
        target = self._node(node)
        target.name = operation.name or target.name
        target.description = operation.description or target.description
        if isinstance(target, Concept):
            self._update_concept(target, operation)

    def _update_concept(self, concept: Concept, operation: EditOperation) -> None:
        concept.objectives = operation.objectives or concept.objectives
        concept.keywords = operation.keywords or concept.keywords
        if operation.difficulty != "keep":
            concept.difficulty = operation.difficulty
        if operation.hours > 0:
            concept.estimated_hours = min(max(operation.hours, MIN_HOURS), MAX_HOURS)
        if operation.prerequisites:
            self.wanted[concept.concept_id] = operation.prerequisites

    def move(self, operation: EditOperation) -> None:
        """Puts a node planned to be moved where the operation says; nothing when it names no place."""
        node = node_at(self.before, operation.node) or ""
        place = self._ref(operation.parent) or self._ref(operation.after)
        if not place or node == place or node not in {c.node_id for c in self.plan.of("move")}:
            return
        after = self._ref(operation.after)
        match self._node(node):
            case Stage() as stage:
                _put(self.tree.stages, stage, after, "")
            case Module() as module:
                stage = self._above(place)[0]
                self._above(node)[0].modules.remove(module)
                _put(stage.modules, module, after, stage.stage_id)
            case Concept() as concept:
                home = self._module(place)
                self._module(node).concepts.remove(concept)
                _put(home.concepts, concept, after, home.module_id)

    def add(self, operations: Sequence[EditOperation]) -> None:
        """New nodes, where the plan adds some: under its parent, or under what the plan names."""
        targets = [self._level(change.node_id) for change in self.plan.of("add")]
        if not targets:
            return
        for new in NewNode.forest([op for op in operations if op.op == "add" and op.name]):
            operation = new.operation
            named = self._ref(operation.parent) or self._ref(operation.node) or self._ref(operation.after)
            parent = self._level(named) if named else targets[0]
            self._place(new, parent if parent in targets else targets[0])

    def _level(self, node: str | None) -> str:
        """The node itself, or its module when it is a concept."""
        return self._module(node).module_id if node and isinstance(self._node(node), Concept) else node or ""

    def _place(self, new: NewNode, parent: str) -> None:
        after = self._ref(new.operation.after)
        if not parent:
            _put(self.tree.stages, grown_stage(new, self.mint, self.wanted), after, "")
            return
        target = self._node(parent)
        if isinstance(target, Stage) and new.children:
            _put(target.modules, grown_module(new, self.mint, self.wanted), after, parent)
            return
        home = self._module(parent)
        for concept in reversed(grown_concepts(new, self.mint, self.wanted)):
            _put(home.concepts, concept, after, home.module_id)

    def link(self) -> None:
        """Prerequisites by id; what leads nowhere is dropped, a new concept then needs the one before."""
        names = names_in(self.tree)
        before: dict[str, str] = {}
        for _, module, concept in self.tree.walk():
            place = module.concepts.index(concept)
            if place:
                before[concept.concept_id] = module.concepts[place - 1].concept_id
        fresh = positions(self.tree).keys() - positions(self.before).keys()
        for concept in self.tree.concepts():
            texts = self.wanted.get(concept.concept_id)
            if texts is None:
                continue
            found = [i for t in texts if (i := self._ref(t) or names.concept_id(t)) is not None]
            cleared = all(t.casefold().strip() in _NONE for t in texts)
            if found or (cleared and concept.concept_id not in fresh):
                concept.prerequisites = [i for i in dict.fromkeys(found) if i != concept.concept_id]
            elif concept.concept_id in before:
                concept.prerequisites = concept.prerequisites or [before[concept.concept_id]]

    def _ref(self, text: str) -> str | None:
        return node_at(self.before, text) if text else None

    def _node(self, wanted: str) -> Node:
        for stage in self.tree.stages:
            concepts = (c for m in stage.modules for c in m.concepts)
            nodes: list[Node] = [stage, *stage.modules, *concepts]
            for node in nodes:
                if node_id(node) == wanted:
                    return node
        raise KeyError(wanted)

    def _above(self, wanted: str) -> tuple[Stage, Module | None]:
        """The stage and, below it, the module in which a node stands (or which it is)."""
        for stage in self.tree.stages:
            for module in stage.modules:
                if wanted in {module.module_id, *(c.concept_id for c in module.concepts)}:
                    return stage, module
            if stage.stage_id == wanted:
                return stage, None
        raise KeyError(wanted)

    def _module(self, wanted: str) -> Module:
        """The module of a concept, itself, or the last one of a stage."""
        stage, module = self._above(wanted)
        return module or stage.modules[-1]


def _put(siblings: list[N], node: N, after: str | None, parent: str) -> None:
    """Puts `node` after its sibling `after`; first when that is the parent, last when it is neither."""
    if node in siblings:
        siblings.remove(node)
    ids = [node_id(sibling) for sibling in siblings]
    if after and after == parent:
        siblings.insert(0, node)
    elif after in ids:
        siblings.insert(ids.index(after) + 1, node)
    else:
        siblings.append(node)


def _in_reading_order(framework: Framework) -> Framework:
    """Without the prerequisites that no longer stand earlier."""
    place = positions(framework)

    def earlier(_: Module, concept: Concept) -> Concept:
        here = place[concept.concept_id]
        kept = [p for p in concept.prerequisites if place.get(p, here) < here]
        if kept == concept.prerequisites:
            return concept
        return concept.model_copy(update={"prerequisites": kept})

    return with_each(framework, earlier)
