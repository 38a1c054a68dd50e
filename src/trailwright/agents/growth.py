"""New nodes that an edit brings: trees of operations become stages, modules, concepts. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trailwright.agents.schemas import EditOperation
from trailwright.domain.framework import MAX_HOURS, MIN_HOURS, Concept, Module, Stage

Mint = Callable[[str], str]
Wanted = dict[str, list[str]]
MAX_NEW = 6
"""So many new nodes one edit may bring."""


@dataclass
class NewNode:
    """An operation that adds, and those that add below it."""

    operation: EditOperation
    children: list["NewNode"] = field(default_factory=list)

    @classmethod
    def forest(cls, operations: Sequence[EditOperation]) -> list["NewNode"]:
        """Trees by the labels `new1` …; when parents run in a circle each stands for itself."""
        nodes = [cls(operation) for operation in operations[:MAX_NEW]]
        labels = {node.operation.node: node for node in reversed(nodes)}
        roots: list[NewNode] = []
        for node in nodes:
            parent = labels.get(node.operation.parent)
            if parent is None or parent is node or not node.operation.parent:
                roots.append(node)
            else:
                parent.children.append(node)
        return roots or [cls(node.operation) for node in nodes]


def grown_stage(new: NewNode, mint: Mint, wanted: Wanted) -> Stage:
    """A stage with its modules; concepts straight below it get one module of the stage's name."""
    nested = any(child.children for child in new.children)
    parts = new.children if nested else [new]
    modules = [grown_module(part, mint, wanted) for part in parts]
    return Stage(
        stage_id=mint("s"),
        name=new.operation.name,
        description=new.operation.description,
        modules=modules,
    )


def grown_module(new: NewNode, mint: Mint, wanted: Wanted) -> Module:
    """A module with its concepts; without any it is taught by one concept of its own name."""
    children = [concept for child in new.children for concept in grown_concepts(child, mint, wanted)]
    return Module(
        module_id=mint("m"),
        name=new.operation.name,
        description=new.operation.description,
        concepts=children or [_concept(new.operation, mint, wanted)],
    )


def grown_concepts(new: NewNode, mint: Mint, wanted: Wanted) -> list[Concept]:
    """The concept and, after it, those below it."""
    below = [concept for child in new.children for concept in grown_concepts(child, mint, wanted)]
    return [_concept(new.operation, mint, wanted), *below]


def _concept(operation: EditOperation, mint: Mint, wanted: Wanted) -> Concept:
    concept = Concept(
        concept_id=mint("c"),
        name=operation.name,
        description=operation.description,
        estimated_hours=min(max(operation.hours or 1.0, MIN_HOURS), MAX_HOURS),
        difficulty="medium" if operation.difficulty == "keep" else operation.difficulty,
        keywords=operation.keywords,
        objectives=operation.objectives,
    )
    wanted[concept.concept_id] = operation.prerequisites
    return concept
